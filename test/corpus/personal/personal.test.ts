import { expect, test } from 'vitest'
import { createDetector } from '../../../processors/redact/detect.ts'
import { personalRules } from '../../../processors/redact/rules/personal/index.ts'
import { nearMisses, personalCorpus } from './index.ts'

const detect = createDetector(personalRules.filter(({ optional }) => optional !== true))
const corpus = personalCorpus()
const kinds = [...new Set(corpus.map(({ kind }) => kind))]

test('the corpus is the same each time, and holds each value', () => {
  expect(personalCorpus()).toEqual(corpus)
  expect(corpus.filter(({ text, value }) => !text.includes(value))).toEqual([])
  expect(corpus.length).toBeGreaterThan(2000)
})

test.each(kinds)('of %s at least 95 in 100 are gone from their texts', (kind) => {
  const own = corpus.filter((sample) => sample.kind === kind)
  const missed = own.filter(({ text, value }) => detect(text, () => {}).includes(value))
  expect(missed.length / own.length, missed.slice(0, 5).map(({ text }) => text).join('\n')).toBeLessThanOrEqual(0.05)
})

test('what looks like personal data and is none stays as it is', () => {
  const texts = nearMisses()
  const altered = texts.filter((text) => detect(text, () => {}) !== text)
  expect(altered.length / texts.length, altered.slice(0, 20).join('\n')).toBeLessThanOrEqual(0.01)
})
