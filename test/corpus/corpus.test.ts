// The bars: what redaction must find at least, and may damage at most, in the labelled corpus. The figures: node
// --conditions=@blotter/source test/corpus/score.ts

import { describe, expect, test } from 'vitest'
import { cleanCorpus } from './clean.ts'
import { nearMisses, personalCorpus } from './personal/index.ts'
import { alteredTexts, createTextRedactor, isFound, recallBy, totalOf } from './score.ts'
import { halfOf, secretCorpus } from './secrets.ts'
import type { Recall } from './score.ts'

const redact = createTextRedactor()
const share = ({ found, of }: Recall): number => found / of

describe('secrets', () => {
  const secrets = secretCorpus()
  test('of at least 150 providers are in the corpus, and the same ones every time', () => {
    expect(new Set(secrets.map(({ provider }) => provider)).size).toBeGreaterThanOrEqual(150)
    expect(secretCorpus()).toEqual(secrets)
    expect(secretCorpus(1)).not.toEqual(secrets)
  })
  test('are found in 75 of 100 texts at least, in both halves of the providers, each group and each carrier', () => {
    for (const property of [({ provider }: { provider: string }) => halfOf(provider), ({ group }: { group: string }) => group, ({ carrier }: { carrier: string }) => carrier]) {
      for (const [name, recall] of recallBy(secrets, property as (text: (typeof secrets)[number]) => string, redact)) expect(share(recall), name).toBeGreaterThanOrEqual(0.75)
    }
  })
  test('are found in 90 of 100 texts over all: what was reached is not lost again', () => {
    expect(share(totalOf(recallBy(secrets, ({ group }) => group, redact)))).toBeGreaterThanOrEqual(0.9)
  })
  test('are found with other values of the same shapes too', () => {
    expect(share(totalOf(recallBy(secretCorpus(42), ({ group }) => group, redact)))).toBeGreaterThanOrEqual(0.9)
  })
})

describe('personal data', () => {
  const personal = personalCorpus().map(({ kind, text, value }) => ({ kind, text, secret: value }))
  const national = (kind: string): boolean => kind.includes('_')
  test.each(['email', 'card', 'iban'])('%s is found in 95 of 100 texts at least', (kind) => {
    const texts = personal.filter((text) => text.kind === kind)
    expect(texts.length).toBeGreaterThan(0)
    expect(texts.filter((text) => isFound(text, redact)).length / texts.length).toBeGreaterThanOrEqual(0.95)
  })
  test('national ids are found in 95 of 100 texts at least', () => {
    expect(share(totalOf(recallBy(personal.filter(({ kind }) => national(kind)), ({ kind }) => kind, redact)))).toBeGreaterThanOrEqual(0.95)
  })
})

describe('clean texts', () => {
  test('are 400 at least, and one of 100 is altered at most', () => {
    const clean = cleanCorpus()
    expect(clean.length).toBeGreaterThanOrEqual(400)
    expect(alteredTexts(clean, redact).length / clean.length).toBeLessThanOrEqual(0.01)
  })
  test('that nearly are personal numbers are altered in one of 100 cases at most', () => {
    const texts = nearMisses().map((text) => ({ kind: 'near miss', text }))
    expect(alteredTexts(texts, redact).length / texts.length).toBeLessThanOrEqual(0.01)
  })
})

test('a text is found only when its secret is gone', () => {
  const half = (text: string): { text: string; ruleIds: readonly string[] } => ({ text: text.replace('abc', '[redacted:x]'), ruleIds: ['x'] })
  expect(isFound({ text: 'key abcdef', secret: 'abcdef' }, half)).toBe(true)
  expect(isFound({ text: 'key abcdef', secret: 'def' }, half)).toBe(false)
  expect(isFound({ text: 'nothing', secret: 'nothing' }, half)).toBe(false)
})
