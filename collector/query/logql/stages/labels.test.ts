import { expect, test } from 'vitest'
import { parsedBy, runStages, type Line } from '../../../../test/support/pipeline-lines.ts'

const line: Line = ['{"a":"1","b":"2"}', { k: 'kv' }]
const after = (stages: string): Record<string, string> => {
  const [shown] = runStages(`| json ${stages}`, [line])
  return { ...shown!.stream, ...shown!.metadata, ...shown!.parsed }
}

test('a rename takes the label along, in order; what is not there renames nothing', () => {
  expect(after('| label_format c=a')).toEqual({ app: 'shop', k: 'kv', c: '1', b: '2' })
  expect(after('| label_format c=a, d=a, a=b')).toEqual({ app: 'shop', k: 'kv', c: '1', a: '2' })
  expect(after('| label_format a=b, b=a')).toEqual({ app: 'shop', k: 'kv', b: '2' })
  expect(after('| label_format q=app, z=k')).toEqual({ q: 'shop', z: 'kv', a: '1', b: '2' })
  expect(after('| label_format a=nope')).toEqual({ app: 'shop', k: 'kv', a: '1', b: '2' })
  expect(after('| label_format a=a')).toEqual({ app: 'shop', k: 'kv', b: '2' })
})

test('errors cannot be renamed', () => {
  expect(parsedBy('| json | label_format q=__error__', ['x'])[0]).not.toHaveProperty('q')
})

test('drop takes labels of every kind, or only where the value matches', () => {
  expect(after('| drop a, app, k')).toEqual({ b: '2' })
  expect(after('| drop a="2", b="2", k=~"k", app!="x"')).toEqual({ k: 'kv', a: '1' })
  expect(after('| drop nope, nope2=""')).toEqual({ app: 'shop', k: 'kv', a: '1', b: '2' })
})

test('drop takes errors and details, each by its name', () => {
  expect(Object.keys(parsedBy('| json | drop __error__', [['x', { k: 'kv' }]])[0]!)).toEqual(['__error_details__'])
  expect(parsedBy('| json | drop __error__', ['x'])).toEqual([{}])
  expect(parsedBy('| json | drop __error__="JSONParserErr", __error_details__', ['x'])).toEqual([{}])
  expect(Object.keys(parsedBy('| json | drop __error__="other"', ['x'])[0]!)).toEqual(['__error__', '__error_details__'])
})

test('keep leaves nothing else but errors', () => {
  expect(after('| keep a, k')).toEqual({ a: '1', k: 'kv' })
  expect(after('| keep a="2", b="2", app=~"s.+"')).toEqual({ app: 'shop', b: '2' })
  expect(Object.keys(parsedBy('| json | keep a', ['x'])[0]!)).toEqual(['__error__', '__error_details__'])
})

test('captures of regexp and pattern become labels under the same rules', () => {
  const lines: Line[] = ['GET /x 200', ['GET /y 500', { m: 'meta' }]]
  expect(parsedBy('| regexp "(?P<m>\\\\w+) (?P<app>\\\\S+)(?P<o>z)?"', lines)).toEqual([{ m: 'GET', app_extracted: '/x', o: '' }, { app_extracted: '/y', o: '' }])
  expect(parsedBy('| pattern "<m> <app> <_>"', lines)).toEqual([{ m: 'GET', app_extracted: '/x' }, { app_extracted: '/y' }])
  expect(parsedBy('| regexp "(?P<m>nope)"', lines)).toEqual([{}, {}])
})

test('line filters keep lines with any of the alternatives, or with none', () => {
  const lines = ['alpha 10.0.0.1', 'beta', 'gamma']
  const kept = (filter: string): string[] => runStages(filter, lines).map((shown) => shown.line.slice(0, 1))
  expect([kept('|= "a" != "ga"'), kept('|= "al" or "be"'), kept('!= "al" or "be"'), kept('|~ "^[ab]"'), kept('!~ "^a" or "^b"')]).toEqual([['a', 'b'], ['a', 'b'], ['g'], ['a', 'b'], ['g']])
  expect([kept('|= ip("10.0.0.0/8")'), kept('!= ip("10.0.0.0/8")'), kept('|> "<_>ta"'), kept('!> "<_>ta"')]).toEqual([['a'], ['b', 'g'], ['b'], ['a', 'g']])
  expect(kept('|= "gam" or ip("no address")')).toEqual(['g'])
  expect([kept('|= "gam" or ""'), kept('|~ ".*" or "^b"'), kept('|= "" or ""'), kept('!= "gam" or ""')]).toEqual([['g'], ['b'], ['a', 'b', 'g'], []])
})

test('line filters see the line as it came, up to what writes it anew', () => {
  const lines = ['\u001b[31mred\u001b[0m and', '{"_entry":"packed"}']
  expect(runStages('| decolorize |= "red and"', lines)).toEqual([])
  expect(runStages('| decolorize | line_format "{{__line__}}" |= "red and"', lines)).toHaveLength(1)
  expect(runStages('| unpack |= "_entry"', lines)).toEqual([])
})
