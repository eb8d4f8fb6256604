import fc from 'fast-check'
import { RE2JS } from 're2js'
import { expect, test } from 'vitest'
import { anyRecord, sampleRecord } from '../../test/support/arbitrary.ts'
import { canonicalRecord } from '../canonical.ts'
import { trespasses } from '../chain.ts'
import { valueMap } from '../record.ts'
import { toValue } from '../value.ts'
import { createDetector } from './detect.ts'
import { createRedact } from './redact.ts'
import { builtinRules } from './rules/index.ts'

const redact = createRedact()

/** One test for each rule, not for each of its examples: there are two thousand rules. */
test.each(builtinRules)('rule $id is RE2 syntax, finds what it should, leaves alone what it should, and finds nothing in its own output', (rule) => {
  expect(() => RE2JS.compile(rule.pattern.source.replaceAll('(?<', '(?P<'))).not.toThrow()
  expect(rule.pattern.global).toBe(true)
  const detect = createDetector([rule])
  const findings = (text: string): number => {
    let count = 0
    detect(text, () => { count += 1 })
    return count
  }
  const { finds, ignores } = rule.examples
  expect(finds.filter((text) => findings(text) === 0), 'not found').toEqual([])
  expect(ignores.filter((text) => findings(text) > 0), 'found in clean text').toEqual([])
  expect(finds.filter((text) => findings(detect(text, () => {})) > 0), 'found again').toEqual([])
  expect(finds).not.toHaveLength(0)
})

test('rule ids are unique and fit into a placeholder', () => {
  const ids = builtinRules.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids) expect(id).toMatch(/^[a-z0-9_]{1,40}$/)
})

const canary = 'CANARY-7f3a'
const card = '4242424242424242'

test.each([
  ['a header', { attributes: valueMap([['http.request.header.authorization', [`Bearer ${canary}-0123456789`]]]) }],
  ['a nested array', { body: toValue({ items: [[{ card: { number: card } }], [{ password: canary }]] }) }],
  ['a string', { body: `login failed for api_key=${canary}&next=1` }],
  ['JSON inside a string', { body: `payload {"client_secret":"${canary}"}` }],
  ['an error message', { attributes: valueMap([['exception.message', `connect postgres://app:${canary}@db.example.com/x failed`]]) }],
  ['a number', { body: toValue({ pan: Number(card) }) }],
  ['a number under a plain key', { body: toValue({ reference: Number(card) }) }],
  ['the resource', { resource: valueMap([['process.command_args', ['--token=' + canary]]]) }],
  ['an attribute key', { attributes: valueMap([[`password=${canary}`, 'x']]) }],
  ['a header as an object', { body: toValue([{ name: 'Authorization', value: canary }]) }],
  ['a header as a pair', { body: toValue([['X-Api-Key', canary]]) }],
  ['a quoted value of several words', { body: `{"password":"two ${canary} words"}` }],
  ['bytes', { body: new Uint8Array(Buffer.from(`secret=${canary}`)) }],
  ['the event name', { eventName: `token=${canary}` }],
])('a secret in %s is gone', (_, part) => {
  const text = canonicalRecord(redact.process({ ...sampleRecord(), ...part }))
  expect(text).not.toContain(canary)
  expect(text).not.toContain(card)
  expect(text).toContain('[redacted:')
})

test('the record says which rules redacted how much, over both runs', () => {
  const once = redact.process(sampleRecord({ body: toValue({ password: 'x1', note: 'secret=hunter2' }) }))
  expect(once.attributes).toMatchObject({ 'blotter.redaction.count': 2n, 'blotter.redaction.rules': ['assignment:1', 'key_name:1'] })
  const more = createRedact({ keys: ['note'] }).process(once)
  expect(more.attributes).toMatchObject({ 'blotter.redaction.count': 3n, 'blotter.redaction.rules': ['assignment:1', 'key_name:2'] })
})

test('paths of the operator are replaced, and the sender’s record is left as it was', () => {
  const record = sampleRecord({ body: toValue({ customer: { email: 'a@example.com', name: 'x' } }) }, { 'crm.note': 'call back' })
  const before = canonicalRecord(record)
  const redacted = createRedact({ paths: ['body.customer.email', 'attributes["crm.note"]'] }).process(record)
  expect(redacted.body).toEqual({ customer: { email: '[redacted:path]', name: 'x' } })
  expect(redacted.attributes['crm.note']).toBe('[redacted:path]')
  expect(canonicalRecord(record)).toBe(before)
})

test('clean text and ids stay as they are', () => {
  const record = sampleRecord({ body: toValue({ id: 'in_1MtHbELkdIwHu7ixl4OzzPMv', at: 1732360000000, trace: '4bf92f3577b34da6a3ce929d0e0e4736', text: 'the token was refused; key rotation due', price: 4242.42, uuid: '123e4567-e89b-12d3-a456-426614174000' }) })
  expect(redact.process(record)).toBe(record)
})

test('any record: twice is once, the input is unchanged, only what was declared is written', () => {
  fc.assert(fc.property(anyRecord, (record) => {
    const before = canonicalRecord(record)
    const once = redact.process(record)
    expect(canonicalRecord(redact.process(once))).toBe(canonicalRecord(once))
    expect(canonicalRecord(record)).toBe(before)
    expect(trespasses(redact, record, once)).toEqual([])
  }))
})
