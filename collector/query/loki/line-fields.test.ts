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

test('names that the parser makes differ from the members of the path, and only errors are no fields', () => {
  expect(fieldsOf('{"1st":"a","a-b":{"2é":"c"},"__line__":"d"}')).toEqual([
    { name: '_1st', value: 'a', parser: 'json', path: ['1st'] }, { name: 'a_b_2_', value: 'c', parser: 'json', path: ['a-b', '2é'] }, { name: '__line__', value: 'd', parser: 'json', path: ['__line__'] },
  ])
})

test('of members that have one name the first says where it is', () => {
  expect(fieldsOf('{"a.b":"x","a b":"y"}')).toMatchObject([{ name: 'a_b', path: ['a.b'] }])
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

test('whole numbers that 64 bits do not hold are floats', () => {
  expect(['9223372036854775807', '9223372036854775808', '-9223372036854775808', '+12345678901234567890'].map(fieldTypeOf)).toEqual(['int', 'float', 'int', 'float'])
})

test('types are what values look like', () => {
  expect(['5', '-3', '1.5', '1e5', 'true', '5ms', '1h30m', '10KB', '', 'abc', 'x'.repeat(100)].map(fieldTypeOf)).toEqual(['int', 'int', 'float', 'float', 'boolean', 'duration', 'duration', 'bytes', 'string', 'string', 'string'])
})
