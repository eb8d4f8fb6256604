import { expect, test } from 'vitest'
import { entriesOf, parsedBy, runStages, type Line } from '../../../test/support/pipeline-lines.ts'
import { compilePipeline, matchLabels } from './pipeline.ts'

const stream = { app: 'shop', foo: 'of stream' }
const collisions: Line = ['{"a":"1","app":"j","foo":"jf","m":"jm"}', { m: 'meta', k: 'kv' }]

test('without stages an entry passes as it is, and its stream is the same object', () => {
  const [first, second] = entriesOf(['one', ['two', { k: 'v' }]])
  const pipeline = compilePipeline([])
  expect(pipeline.process(first!)).toEqual({ timeNano: 0n, line: 'one', stream: first!.stream, metadata: new Map(), parsed: new Map() })
  expect(pipeline.process(second!)?.stream).toBe(first!.stream)
})

test('metadata that is named like a label of the stream goes by another name', () => {
  expect(runStages('', [['x', { foo: 'of metadata' }]], stream)[0]?.metadata).toEqual({ foo_extracted: 'of metadata' })
  expect(runStages('| foo_extracted="of metadata"', [['x', { foo: 'of metadata' }]], stream)).toHaveLength(1)
})

test('a parser renames what the stream has, and leaves alone what the metadata has', () => {
  expect(parsedBy('| json', [collisions], stream)).toEqual([{ a: '1', app_extracted: 'j', foo_extracted: 'jf' }])
  expect(runStages('| json | m="jm"', [collisions], stream)).toEqual([])
  expect(runStages('| json | m="meta"', [collisions], stream)).toHaveLength(1)
})

test('each line is judged by itself: metadata of one line does not hide a key of another', () => {
  expect(parsedBy('| json', [['{"m":"1"}', { m: 'meta' }], '{"m":"2"}'])).toEqual([{}, { m: '2' }])
})

test('a parser brings nothing back that a stage took away, and does not overwrite what one set', () => {
  expect(parsedBy('| json | drop a | json', ['{"a":"1","b":"2"}'])).toEqual([{ b: '2' }])
  expect(parsedBy('| drop m | json', [collisions])[0]).not.toHaveProperty('m')
  expect(parsedBy('| label_format a="set" | json', ['{"a":"1"}'])).toEqual([{ a: 'set' }])
  expect(parsedBy('| drop a | json', ['{"a":"1"}'])).toEqual([{ a: '1' }])
})

test('what is set counts as parsed and replaces the label of stream or metadata', () => {
  const [line] = runStages('| label_format foo="new", k="also"', [collisions], stream)
  expect(line).toMatchObject({ stream: { app: 'shop' }, metadata: { m: 'meta' } })
  expect(Object.keys(line!.parsed).toSorted()).toEqual(['foo', 'k'])
  expect(runStages('| json m="m"', [collisions])[0]).toMatchObject({ metadata: { k: 'kv' }, parsed: { m: 'jm' } })
})

test('streams that lost the same labels share one set of labels', () => {
  const pipeline = compilePipeline([{ kind: 'drop', labels: [{ name: 'app' }] }])
  const [first, second] = entriesOf(['one', 'two'], stream).map((entry) => pipeline.process(entry)!.stream)
  expect(first).toBe(second)
  expect(Object.fromEntries(first!)).toEqual({ foo: 'of stream' })
})

test('labels of one entry do not leak into the next, whether it was kept or not', () => {
  expect(parsedBy('| json | __error__="" | a!="drop"', ['{"a":"1","x":"1"}', '{"a":"drop","y":"1"}', '{"a":"2"}'])).toEqual([{ a: '1', x: '1' }, { a: '2' }])
  expect(parsedBy('| json', ['no json', '{"a":"1"}']).at(1)).toEqual({ a: '1' })
})

test('a filter behind a label_format still sees what the parser found', () => {
  expect(runStages('| json | label_format n="200" | n > 100', ['{"n":"5"}'])).toEqual([])
  expect(runStages('| json | label_format n="200" | n > 100 or n = 1', ['{"n":"5"}'])).toHaveLength(1)
  expect(runStages('| json n="n" | label_format n="200" | n > 100', ['{"n":"5"}'])).toHaveLength(1)
})

test('matchers must all hold, are anchored, and read a missing label as empty', () => {
  const labels = new Map([['a', 'abc']])
  const matches = (op: '=' | '!=' | '=~' | '!~', name: string, value: string): boolean => matchLabels([{ name, op, value }])(labels)
  expect([matches('=', 'a', 'abc'), matches('=~', 'a', 'a.*'), matches('!=', 'b', 'x'), matches('=', 'b', ''), matches('!~', 'a', 'b')]).toEqual([true, true, true, true, true])
  expect([matches('=~', 'a', 'b'), matches('!~', 'a', 'ab.'), matches('!=', 'b', ''), matches('=', 'a', 'ab')]).toEqual([false, false, false, false])
  expect(matchLabels([{ name: 'a', op: '=', value: 'abc' }, { name: 'b', op: '=', value: 'x' }])(labels)).toBe(false)
})
