import { expect, test } from 'vitest'
import { parseRecord, valueMap } from '@blotter/processors'
import { at, storedRecord } from '../../test/support/stored.ts'
import { columns, seconds } from './columns.ts'
import type { AuditRecord, Value } from '@blotter/processors'
import type { ColumnValue } from './columns.ts'

function column(name: string, record: AuditRecord): ColumnValue {
  const stored = storedRecord(3, record)
  return columns.find((candidate) => candidate.name === name)!.of(parseRecord(stored.canonical), stored)
}

test('column names are unique, and safe in SQL', () => {
  const names = columns.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  for (const name of names) expect(name).toMatch(/^[A-Z][A-Za-z]+$/)
})

test('nanoseconds become seconds with ten digits before the point and nine behind it', () => {
  expect(seconds('0')).toBe('0000000000.000000000')
  expect(seconds('1')).toBe('0000000000.000000001')
  expect(seconds('1764000000123456789')).toBe('1764000000.123456789')
})

test('attributes are texts as the OpenTelemetry exporter writes them: strings as they are, the rest as JSON', () => {
  const values: Record<string, Value> = {
    string: 'as "is"', bool: true, int: 42n, large: 2n ** 60n, double: 1.5, none: null, bytes: new Uint8Array([1, 2, 3]), list: [1n, 'a', [false]], map: valueMap([['k', valueMap([['__proto__', 'v']])]]), infinite: Infinity,
  }
  expect(column('LogAttributes', at(0, values))).toMatchObject({
    string: 'as "is"', bool: 'true', int: '42', large: '"1152921504606846976"', double: '1.5', none: '', bytes: '"AQID"', list: '[1,"a",[false]]', map: '{"k":{"__proto__":"v"}}', infinite: '"Infinity"',
  })
  expect(column('Body', at(0, {}, { body: valueMap([['a', [1n]]]) }))).toBe('{"a":[1]}')
  expect(column('Body', at(0))).toBe('')
})

test('__proto__ is an attribute like any other', () => {
  expect(Object.entries(column('LogAttributes', at(0, { ['__proto__']: 'x' })))).toContainEqual(['__proto__', 'x'])
})

test.each<[Value, number]>([[3n, 3], [0n, 0], [-1n, 0], [2n ** 40n, 0xffffffff], [2.5, 0], ['3', 0], [1e300, 0xffffffff], [null, 0]])('attempt %s fits into its column as %s', (attempt, expected) => {
  expect(column('Attempt', at(0, { 'blotter.delivery.attempt': attempt }))).toBe(expected)
})

test('flags and severities fit into their columns, whatever was sent', () => {
  const record = at(0, {}, { flags: 0xffffffff, severityNumber: 0xffffffff })
  expect([column('TraceFlags', record), column('SeverityNumber', record)]).toEqual([255, 255])
})
