import { expect, test } from 'vitest'
import { sampleRecord } from '../test/support/arbitrary.ts'
import { excess, missing, recordLimits } from './check.ts'
import { fields } from './fields.ts'
import { normalise } from './normalise.ts'
import { emptyRecord, text, valueMap } from './record.ts'
import type { Value } from './record.ts'

test('a record that says who did what and how it ended lacks nothing', () => {
  expect(missing(sampleRecord())).toEqual([])
  expect(excess(sampleRecord())).toEqual([])
})

test('everything that is missing is named at once', () => {
  expect(missing(emptyRecord).map(({ field }) => field)).toEqual([
    'eventName', 'timeUnixNano', 'audit.record.id', 'audit.actor.id', 'audit.actor.type', 'audit.action', 'audit.outcome',
  ])
})

test('an outcome that is not one of the four is refused', () => {
  expect(missing(sampleRecord({}, { 'audit.outcome': 'ok' }))).toMatchObject([{ field: 'audit.outcome', code: 'invalid' }])
})

const nested = (levels: number): Value => (levels === 0 ? 'end' : [nested(levels - 1)])

test.each([
  ['attributes', sampleRecord({}, Object.fromEntries(Array.from({ length: recordLimits.attributes }, (_, i) => [`k${i}`, 'v'])))],
  ['record', sampleRecord({ body: 'x'.repeat(recordLimits.size + 1) })],
  ['record', sampleRecord({ body: nested(recordLimits.depth + 2) })],
  ['record', sampleRecord({ body: Array.from({ length: recordLimits.values }, () => null) })],
  ['record', sampleRecord({ body: valueMap([['k'.repeat(recordLimits.keyLength + 1), 1n]]) })],
  ['eventName', sampleRecord({ eventName: 'e'.repeat(recordLimits.eventName + 1) })],
  ['timeUnixNano', sampleRecord({ timeUnixNano: 2n ** 62n + 2n ** 61n })],
  ['audit.actor.id', sampleRecord({}, { 'audit.actor.id': 'a'.repeat(recordLimits.identifier + 1) })],
])('what is beyond a limit is named: %s', (field, record) => {
  expect(excess(record).map((problem) => problem.field)).toContain(field)
})

test('a value as deep as the limit is still within it', () => {
  expect(excess(sampleRecord({ body: nested(recordLimits.depth) }))).toEqual([])
})

const normalised = (record = emptyRecord) => normalise(record, 'id-1', 7n)

test('what a stock client left out is filled with unknown, and the record says so', () => {
  const record = normalised()
  expect(record).toMatchObject({ eventName: 'unknown', timeUnixNano: 7n, observedTimeUnixNano: 7n })
  expect(text(record.attributes, fields.recordId.key)).toBe('id-1')
  expect(text(record.attributes, fields.outcome.key)).toBe('unknown')
  expect(record.attributes[fields.incomplete.key]).toEqual(['audit.record.id', 'audit.actor.id', 'audit.actor.type', 'audit.action', 'audit.outcome', 'eventName'])
})

test('denied is a decision, and travels as a failure', () => {
  const { attributes } = normalised(sampleRecord({}, { 'audit.outcome': 'denied' }))
  expect(attributes).toMatchObject({ 'audit.outcome': 'failure', 'blotter.decision': 'deny' })
  expect(attributes[fields.incomplete.key]).toBeUndefined()
})

test('what belongs to the collector cannot be claimed by a sender', () => {
  const { attributes } = normalised(sampleRecord({}, { 'blotter.workspace': 'other', 'blotter.environment': 'production', 'blotter.incomplete': ['x'] }))
  expect(Object.keys(attributes)).not.toContain('blotter.workspace')
  expect(Object.keys(attributes)).not.toContain('blotter.environment')
  expect(Object.keys(attributes)).not.toContain('blotter.incomplete')
})

test('request id and integration are found where stock instrumentation puts them', () => {
  const record = normalised({ ...sampleRecord({}, { 'http.request.header.x-request-id': ['req-1'] }), resource: valueMap([['service.name', 'shop']]) })
  expect(record.attributes).toMatchObject({ 'blotter.request.id': 'req-1', 'blotter.integration': 'shop' })
})
