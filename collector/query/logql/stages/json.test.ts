import { expect, test } from 'vitest'
import { parsedBy } from '../../../../test/support/pipeline-lines.ts'

const brokenObject = 'Value looks like object, but can\'t find closing \'}\' symbol'
const failure = (details: string): Record<string, string> => ({ __error__: 'JSONParserErr', __error_details__: details })

test('scalars become labels under joined names, as they are written; arrays and nulls are left out', () => {
  const line = '{"s":"x","n":1.50,"big":12345678901234567890,"t":true,"nul":null,"arr":[1,{"a":2}],"o":{"b":2,"c":{"d":"deep"}},"e":""}'
  expect(parsedBy('| json', [line])).toEqual([{ s: 'x', n: '1.50', big: '12345678901234567890', t: 'true', o_b: '2', o_c_d: 'deep', e: '' }])
})

test('names are made of letters, digits and underscores', () => {
  expect(parsedBy('| json', ['{"a-b":"1","sp ace":"2","9x":"3","é":"4"," k ":"5","o":{"9":"6"," p ":"7","":"8"}}'])).toEqual([{ a_b: '1', sp_ace: '2', _9x: '3', _: '4', k: '5', o_9: '6', o_p: '7', o: '8' }])
})

test('the same key again overwrites, another key that reads the same does not', () => {
  expect(parsedBy('| json', ['{"a":1,"a":2}', '{"a-b":1,"a.b":2}', '{"a_b":1,"a":{"b":2}}'])).toEqual([{ a: '2' }, { a_b: '1' }, { a_b: '2' }])
})

test('strings are unescaped; what means nothing is empty, what is no character is a space', () => {
  expect(parsedBy('| json', ['{"a":"q\\"\\n\\u00e9\\/","b":"\\ud83d\\ude00","c":"\\ud83d","d":"\\x","e":"\\ufffd"}'])).toEqual([{ a: 'q"\né/', b: '😀', c: '', d: '', e: ' ' }])
})

test.each([
  ['no json', failure(brokenObject)],
  ['', failure(brokenObject)],
  ['[1]', failure(brokenObject)],
  ['{"a":"1","b":', { a: '1', ...failure('Malformed JSON error') }],
  ['{"a":"1" "b":2}', { a: '1', ...failure(brokenObject) }],
  ['{"a":"1"', { a: '1', ...failure('Value is array, but can\'t find closing \']\' symbol') }],
  ['{"a":tru}', failure('Unknown value type')],
  ['{"a', failure('Malformed JSON error')],
  ['{"\\x":1}', failure('Encountered an invalid escape sequence in a string')],
  ['{"a":{"x":[}],"y":"s"},"b":2}', failure('Value is array, but can\'t find closing \']\' symbol')],
  [' {"a":1,} trailing', { a: '1' }],
])('%s keeps what can be read, and the error', (line, labels) => {
  expect(parsedBy('| json', [line])).toEqual([labels])
})

test('a later parser may succeed where an earlier one failed; the error stays', () => {
  expect(parsedBy('| json | logfmt', ['a=1'])).toEqual([{ a: '1', ...failure(brokenObject) }])
})

test('paths take what stands there, objects and arrays as they are written', () => {
  const line = '{"a":{"b":[{"c d":"x"},2,[3,4]],"f":1.50,"g":{"h":"\\u00e9","i":[1, 2]}},"t":true,"a.b":"dotted"}'
  const paths = { one: 'a.b[0][\\"c d\\"]', two: 'a.b[2][1]', three: 'a.g', four: 'a.g.h', five: '[\\"a.b\\"]', six: 't', seven: 'a.b[9]', eight: 'a.f' }
  const expressions = Object.entries(paths).map(([name, path]) => `${name}="${path}"`).join(', ')
  expect(parsedBy(`| json ${expressions}`, [line])).toEqual([{ one: 'x', two: '4', three: '{"h":"\\u00e9","i":[1, 2]}', four: 'é', five: 'dotted', six: 'true', seven: '', eight: '1.50' }])
})

test('a path replaces what a label was, but a path without a value leaves it', () => {
  expect(parsedBy('| label_format a="set" | json a="a"', ['{"a":"1"}', '{"b":"1"}'])).toEqual([{ a: '1' }, { a: 'set' }])
  expect(parsedBy('| json app="app", q="nope"', ['{"app":"1"}'])).toEqual([{ app_extracted: '1', q: '' }])
  expect(parsedBy('| label_format a="set" | json a="a"', ['{"a":null}'])).toEqual([{ a: '' }])
})

test('paths read a line that is broken behind what they ask for', () => {
  expect(parsedBy('| json v="a.b"', ['{"a":{"b":"x"'])).toEqual([{ v: 'x' }])
  expect(parsedBy('| json v="a"', ['{"a":{"b":"x"', 'no json', ''])).toEqual([{ v: '', ...failure(brokenObject) }, { __error__: 'JSONParserErr' }, {}])
})

test('unpack undoes packing: strings become labels, _entry the line; other objects stay', () => {
  expect(parsedBy('| unpack', ['{"_entry":"x","a-b":"1","n":2,"app":"j"}', '{"a":"1"}'])).toEqual([{ a_b: '1', app_extracted: 'j' }, {}])
  expect(parsedBy('| unpack', ['[1]', '{"_entry":"x"'])).toMatchObject([failure('expecting json object(6), but it is not'), { __error__: 'JSONParserErr' }])
})

test('hostile lines end in bounded time and stack', () => {
  const deep = '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000)
  const keys = `{${Array.from({ length: 10_000 }, (_, at) => `"k${at}":${at}`).join(',')}}`
  const started = process.cpuUsage().user
  expect(parsedBy('| json', [deep])[0]?.__error__).toBe('JSONParserErr')
  expect(parsedBy('| json v="a.a.a"', [deep])[0]).toMatchObject({ v: '' })
  expect(Object.keys(parsedBy('| json', [keys])[0]!)).toHaveLength(10_000)
  expect(parsedBy('| json', [`{"a":"${'\\\\'.repeat(500_000)}","b":${'['.repeat(500_000)}`])[0]?.__error__).toBe('JSONParserErr')
  // Seconds of work, not minutes: quadratic reading of these lines takes far longer.
  expect(process.cpuUsage().user - started).toBeLessThan(10_000_000)
})

test('keys of JavaScript objects are keys like others', () => {
  const [labels] = parsedBy('| json', ['{"__proto__":"p","constructor":"c","toString":"t"}'])
  expect(Object.entries(labels!)).toEqual([['__proto__', 'p'], ['constructor', 'c'], ['toString', 't']])
})
