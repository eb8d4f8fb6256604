// What holds for every record and every policy, whatever a sender puts into it.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyRecord, anyValue, sampleRecord } from '../../test/support/arbitrary.ts'
import { canonicalRecord } from '../canonical.ts'
import { trespasses } from '../chain.ts'
import { valueMap } from '../record.ts'
import { toValue } from '../value.ts'
import { createDetector } from './detect.ts'
import { createRedact, createValueRedactor } from './redact.ts'
import { builtinRules } from './rules/index.ts'
import type { Value, ValueMap } from '../record.ts'

const redact = createRedact({ personalKeys: true })
const redactValue = createValueRedactor({ personalKeys: true })

/** Texts near those that rules find: pieces of their own examples, encoded, cut and glued together. */
const examples = builtinRules.filter((_, number) => number % 7 === 0).flatMap(({ examples: { finds } }) => finds)
const piece = fc.oneof(
  fc.constantFrom(...examples), fc.string({ maxLength: 8 }), fc.constantFrom('password=', '"', '&', '?', '\n', ': ', '[redacted:', '[redacted:card]', ']', '{"a":"', '"}', '%41', '%', '\\"', '\u200b', ' '),
  fc.tuple(fc.constantFrom(...examples), fc.nat({ max: 40 }), fc.nat({ max: 40 })).map(([text, from, length]) => text.slice(from, from + length)),
)
const encoded = fc.tuple(piece, fc.nat({ max: 5 })).map(([text, how]) => [text, encodeURIComponent(text.toWellFormed()), Buffer.from(text).toString('base64'), JSON.stringify(text), JSON.stringify({ note: text }), JSON.stringify(JSON.stringify([text]))][how]!)
const nasty = fc.array(fc.oneof(piece, encoded), { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join('').toWellFormed())
const nastyValue = fc.oneof(nasty, fc.array(nasty, { maxLength: 3 }), fc.array(fc.tuple(fc.oneof(nasty, fc.constantFrom('password', 'name', 'value', 'cvv', 'note')), nasty), { maxLength: 4 }).map((entries) => valueMap(entries)), anyValue) as fc.Arbitrary<Value>

test('any text: twice is once, and nothing is counted again', () => {
  fc.assert(fc.property(nastyValue, (value) => {
    const once = redactValue(value)
    const found: string[] = []
    expect(redactValue(once, (ruleId) => { found.push(ruleId) })).toEqual(once)
    expect(found).toEqual([])
  }), { numRuns: 300 })
})

test('any record: never throws, twice is once, the input is unchanged, only what was declared is written', () => {
  fc.assert(fc.property(anyRecord, nastyValue, (record, body) => {
    const given = { ...record, body }
    const before = canonicalRecord(given)
    const once = redact.process(given)
    expect(canonicalRecord(redact.process(once))).toBe(canonicalRecord(once))
    expect(canonicalRecord(given)).toBe(before)
    expect(trespasses(redact, given, once)).toEqual([])
  }))
})

test('the order of members does not matter', () => {
  const reversed = (value: Value): Value => value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array)
    ? valueMap(Object.entries(value as ValueMap).reverse().map(([key, member]) => [key, reversed(member)] as const)) : value
  fc.assert(fc.property(nastyValue, (value) => {
    expect(redactValue(reversed(value))).toEqual(reversed(redactValue(value)))
  }))
})

test('the order of rules does not matter where they find different things', () => {
  const some = builtinRules.filter((rule, number) => number % 97 === 0 && rule.optional !== true)
  const text = some.map(({ examples: { finds } }) => finds[0]).join('\n\n')
  const found = (rules: typeof some): string[] => {
    const ids: string[] = []
    createDetector(rules)(text, (ruleId) => { ids.push(ruleId) })
    return ids.sort()
  }
  expect(found(some.toReversed())).toEqual(found(some))
})

test('where findings overlap, nothing that one rule alone replaces survives all of them', () => {
  const all = createDetector(builtinRules)
  fc.assert(fc.property(fc.constantFrom(...builtinRules.filter(({ optional }) => optional !== true)), fc.nat(), (rule, which) => {
    const text = rule.examples.finds[which % rule.examples.finds.length]!
    expect(all(text, () => {})).not.toBe(text)
  }), { numRuns: 500 })
})

const canary = 'CANARY-7f3a-x'

test('a secret under a secret key is gone at every depth, however wrapped', () => {
  const wrap: readonly ((value: Value) => Value)[] = [
    (value) => [value], (value) => valueMap([['deep', value]]), (value) => JSON.stringify(plain(value)), (value) => `text ${JSON.stringify(plain(value))} text`,
    (value) => Buffer.from(JSON.stringify(plain(value))).toString('base64'), (value) => new Uint8Array(Buffer.from(JSON.stringify(plain(value)))),
  ]
  fc.assert(fc.property(fc.constantFrom('password', 'Api-Key', 'CLIENT_SECRET', 'cvv'), fc.array(fc.nat({ max: 1 }), { maxLength: 8 }), fc.array(fc.nat({ max: wrap.length - 1 }), { maxLength: 2 }), (key, inner, outer) => {
    const value = [...inner, ...outer].reduce<Value>((inside, how) => wrap[how]!(inside), valueMap([[key, canary]]))
    expect(visible(redactValue(value))).not.toContain(canary)
  }))
})

function plain(value: Value): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString()
  if (Array.isArray(value)) return (value as readonly Value[]).map(plain)
  return value !== null && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)])) : value
}

/** With every base64 text in it taken apart. */
function visible(value: Value): string {
  const text = typeof value === 'string' ? value : JSON.stringify(plain(value))
  return text.replace(/[A-Za-z0-9+/=]{24,}/g, (run) => `${run} ${Buffer.from(run, 'base64').toString()}`)
}

let keys = 0 // those of before are remembered

/** How much longer eight times the size takes, at best of three: 8 when linear, 64 when quadratic. Cost in processor time of this thread. */
function growth(make: (size: number) => Value): number {
  const cost = (size: number): number => Math.min(...[1, 2, 3].map(() => {
    const value = make(size)
    const before = process.threadCpuUsage()
    redactValue(value)
    const { user, system } = process.threadCpuUsage(before)
    return user + system
  }))
  return cost(262_144) / Math.max(cost(32_768), 4_000)
}

test.each<[string, (size: number) => Value]>([
  ['assignments without an end', (size) => 'password='.repeat(size / 9)],
  ['assignments in words', (size) => 'token is secret '.repeat(size / 16)],
  ['digits', (size) => '4'.repeat(size)],
  ['card numbers that are none', (size) => '4242 4242 4242 4241 '.repeat(size / 20)],
  ['letters of tokens', (size) => 'aB3'.repeat(size / 3)],
  ['percent signs', (size) => '%41'.repeat(size / 3)],
  ['base64 of text', (size) => Buffer.from('a b c '.repeat(size / 8)).toString('base64')],
  ['base64 in lines', (size) => 'aGVsbG8gd29ybGQgaGVsbG8gd29ybGQg\n'.repeat(size / 33)],
  ['paths', (size) => '/aGVsbG8gd29ybGQgaGVsbG8gd29ybGQg'.repeat(size / 33)],
  ['beginnings of placeholders', (size) => '[redacted:'.repeat(size / 10)],
  ['placeholders', (size) => '[redacted:card] '.repeat(size / 16)],
  ['brackets', (size) => '{"'.repeat(size / 2)],
  ['members of broken JSON', (size) => '{' + '"cvv":"a","b'.repeat(size / 12)],
  ['names without an end', (size) => '{' + '"cvv\\'.repeat(size / 5)],
  ['escaped quotes', (size) => '\\"a\\":\\"'.repeat(size / 8)],
  ['addresses', (size) => 'a.'.repeat(size / 2) + '@'],
  ['signs of addresses', (size) => '@a'.repeat(size / 2)],
  ['header lines', (size) => 'X-Api-Key: a\n'.repeat(size / 13)],
  ['parameters', (size) => '&key=a'.repeat(size / 6)],
  ['urls', (size) => 'https://a:'.repeat(size / 10)],
  ['quotes', (size) => '"key":"'.repeat(size / 7)],
  ['private keys without an end', (size) => '-----BEGIN PRIVATE KEY-----\n'.repeat(size / 28)],
  ['colons and dots', (size) => '1.1:'.repeat(size / 4)],
  ['keys of a map', (size) => toValue(Object.fromEntries(Array.from({ length: size / 16 }, () => [`key ${keys += 1} password`, 'x'])))],
])('time is linear in the size: %s', (_, make) => {
  expect(growth(make)).toBeLessThan(24) // eight times the size
}, 120_000)

test('a megabyte and ten thousand keys come to an end', () => {
  const long = 'api_key=0123456789abcdef '.repeat(40_000)
  expect((redactValue(long) as string).length).toBeLessThan(long.length * 2)
  const wide = toValue(Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${i}`, i % 10 === 0 ? `password=${canary}` : `value ${i}`])))
  expect(canonicalRecord(redact.process(sampleRecord({ body: wide })))).not.toContain(canary)
}, 60_000)
