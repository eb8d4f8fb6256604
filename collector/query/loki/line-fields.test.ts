import { expect, test } from 'vitest'
import { fieldTypeOf } from './field-types.ts'
import { createLineFields } from './line-fields.ts'
import type { Processed } from '../logql/pipeline.ts'

const none: Processed['stream'] = new Map()
const stream = new Map([['service_name', 'shop']])
const fieldsOf = (line: string, parsed: Processed['parsed'] = none): unknown[] => createLineFields({ kind: 'log', matchers: [], stages: [] })({ timeNano: 0n, line, stream, metadata: none, parsed })

test('JSON gives names as its parser does, with the path to each', () => {
  expect(fieldsOf('{"a":1,"b":{"c.d":"x"},"service_name":"inner"}')).toEqual([
    { name: 'a', value: '1', parser: 'json', path: ['a'] }, { name: 'b_c_d', value: 'x', parser: 'json', path: ['b', 'c.d'] }, { name: 'service_name_extracted', value: 'inner', parser: 'json', path: ['service_name'] },
  ])
})

test('other lines are read as logfmt, and say nothing when they are none', () => {
  expect(fieldsOf('level=warn took=5ms')).toEqual([{ name: 'level', value: 'warn', parser: 'logfmt' }, { name: 'took', value: '5ms', parser: 'logfmt' }])
  expect(fieldsOf('a plain line')).toEqual([])
  expect(fieldsOf('{"broken')).toEqual([])
  expect(fieldsOf('')).toEqual([])
})

test('what the query read is told too', () => {
  expect(fieldsOf('plain', new Map([['ip', '10.0.0.1'], ['__error__', 'x']]))).toEqual([{ name: 'ip', value: '10.0.0.1', parser: 'logfmt' }])
})

test('deep and hostile objects end', () => {
  expect(fieldsOf(`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`).length).toBeLessThanOrEqual(1)
  expect(fieldsOf('{"__proto__":{"x":1},"constructor":"y"}')).toContainEqual({ name: 'constructor', value: 'y', parser: 'json', path: ['constructor'] })
})

test('types are what values look like', () => {
  expect(['5', '-3', '1.5', '1e5', 'true', '5ms', '1h30m', '10KB', '', 'abc', 'x'.repeat(100)].map(fieldTypeOf)).toEqual(['int', 'int', 'float', 'float', 'boolean', 'duration', 'duration', 'bytes', 'string', 'string', 'string'])
})
