import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseRecord, valueMap } from '@blotter/processors'
import { anyRecord } from '../../test/support/arbitrary.ts'
import { at, storedRecord } from '../../test/support/stored.ts'
import { columns, seconds } from './columns.ts'
import { linkHash, linksOf, eachLinkHash } from './links.ts'
import { RowWriter } from './row-writer.ts'
import { createView } from './view.ts'
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

/** What a column's value is in RowBinary, written from the value alone. */
function written(type: string, value: ColumnValue): Buffer {
  const out = new RowWriter(Buffer.alloc(1024))
  switch (type) {
    case 'String': out.text(value as string); break
    case 'UInt8': out.uint8(value as number); break
    case 'UInt32': out.uint32(value as number); break
    case 'UInt64': out.uint64(BigInt(value as number)); break
    case 'Map(String, String)': {
      const entries = Object.entries(value as object).sort(([a], [b]) => (a < b ? -1 : 1)) as [string, string][]
      out.varint(entries.length)
      for (const [key, text] of entries) { out.text(key); out.text(text) }
      break
    }
    default: out.time(BigInt(value as string))
  }
  return out.finish()
}

const view = createView()

test('every column of any record is written from the bytes of its text as from the record itself, and so are its identifiers', () => {
  const odd = fc.constantFrom<Value>('plain', 'with "quotes" and \\ and \n', 'é東🜁', '', 5n, 2n ** 60n, true, 1.5, -0, Infinity, null, new Uint8Array([1, 255]), ['first "one"', 2n], [1n, 'x'], [], valueMap([['10', 1n], ['9', null], ['"q"', ['\u0001']]]), 'x'.repeat(300), 1e300, 3.0)
  const more = fc.dictionary(fc.constantFrom('blotter.request.id', 'audit.actor.id', 'blotter.delivery.attempt', 'session.id', '10', '9', 'we"ird', 'ключ', '__proto__', 'blotter.reason', 'audit.target.id'), odd)
  fc.assert(fc.property(anyRecord, more, odd, fc.string({ unit: 'binary' }), (record, attributes, body, severityText) => {
    const stored = storedRecord(7, { ...record, body, severityText: severityText.toWellFormed(), attributes: valueMap([...Object.entries(record.attributes), ...Object.entries(attributes)]) })
    const parsed = parseRecord(stored.canonical)
    view.read(Buffer.from(stored.canonical))
    for (const { name, type, of, write } of columns) {
      const out = new RowWriter(Buffer.alloc(1024))
      write(out, view, stored)
      expect(out.finish().toString('hex'), name).toBe(written(type, of(parsed, stored)).toString('hex'))
    }
    const hashes: bigint[] = []
    eachLinkHash(view, (hash) => { hashes.push(hash) })
    expect(hashes).toEqual(linksOf(parsed).map(linkHash))
  }), { numRuns: 300 })
})

test('a text that no record has is refused, wherever it ends', () => {
  const { canonical } = storedRecord(1, at(0, { nested: valueMap([['a', ['b']]]) }, { body: ['x', 1n] }))
  for (const text of ['', '{}', canonical + ' ', canonical.replace('"eventName"', '"eventname"')]) expect(() => { view.read(Buffer.from(text)) }).toThrow('another form')
  for (let length = 0; length < canonical.length; length += 1) expect(() => { view.read(Buffer.from(canonical.slice(0, length))) }).toThrow('another form')
})
