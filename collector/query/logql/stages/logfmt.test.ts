import { expect, test } from 'vitest'
import { parsedBy } from '../../../../test/support/pipeline-lines.ts'

const failure = (details: string): Record<string, string> => ({ __error__: 'LogfmtParserErr', __error_details__: `logfmt syntax error at ${details}` })

test('pairs become labels; keys without a value only where they are kept', () => {
  const line = 'a=1 b="x y" c= d e="" f=\'q\' a-b=2 9x=3 é=4'
  const labels = { a: '1', b: 'x y', f: '\'q\'', a_b: '2', _9x: '3', _: '4' }
  expect(parsedBy('| logfmt', [line])).toEqual([labels])
  expect(parsedBy('| logfmt --keep-empty', [line])).toEqual([{ ...labels, c: '', d: '', e: '' }])
})

test('quoted values are unescaped', () => {
  expect(parsedBy('| logfmt', ['a="x\\"y\\n\\u00e9" b="\\ud83d\\ude00" c="\\ud83d" d="t\tab\\n"'])).toEqual([{ a: 'x"y\né', b: '😀', c: ' ', d: 't\tab\n' }])
})

test.each([
  ['=v a=1', { a: '1' }, 'pos 1 : unexpected \'=\''],
  ['a=b=c d=1', { d: '1' }, 'pos 4 : unexpected \'=\''],
  ['a"b=1 c=2', { c: '2' }, 'pos 2 : unexpected \'"\''],
  ['é=é" c=2', { c: '2' }, 'pos 6 : unexpected \'"\''],
  ['a="open', {}, 'pos 8 : unterminated quoted value'],
  ['a="\\z" b=1', { b: '1' }, 'pos 7 : invalid quoted value'],
  ['{"a":1}', {}, 'pos 2 : unexpected \'"\''],
])('%s is read as far as it goes, or refused where the query is strict', (line, labels, details) => {
  expect(parsedBy('| logfmt', [line])).toEqual([labels])
  expect(parsedBy('| logfmt --strict', [line])).toEqual([failure(details)])
})

test('strict reading keeps what stands before the error', () => {
  expect(parsedBy('| logfmt --strict', ['a=1 b=2 c="'])).toEqual([{ a: '1', b: '2', ...failure('pos 12 : unterminated quoted value') }])
})

test('a filter by error, wherever it stands, takes lines away that strict reading gives up', () => {
  expect(parsedBy('| __error__="" | logfmt --strict', ['a=1', 'a="'])).toEqual([{ a: '1' }])
})

test('expressions take the pairs of their keys; a key that is missing sets an empty label', () => {
  expect(parsedBy('| logfmt x="a", b, app', ['a=1 b=2 c=3 app=q', 'a=1 a=2', 'c=1'])).toEqual([{ x: '1', b: '2', app_extracted: 'q' }, { x: '2', b: '' }, { x: '', b: '' }])
  expect(parsedBy('| logfmt app="a"', ['a=1 a=2'])).toEqual([{ app_extracted: '1' }])
  expect(parsedBy('| logfmt x="a_b"', ['a-b=1'])).toEqual([{ x: '1' }])
})

test('an expression replaces what the label was, even by nothing', () => {
  expect(parsedBy('| label_format a="set" | logfmt a', ['a=1', 'b=1'])).toEqual([{ a: '1' }, { a: '' }])
})

test('a megabyte of quotes and of keys is read in bounded time', () => {
  const started = process.cpuUsage().user
  parsedBy('| logfmt', ['a="'.repeat(300_000), 'a"b '.repeat(250_000)])
  expect(Object.keys(parsedBy('| logfmt', [Array.from({ length: 20_000 }, (_, at) => `k${at}=${at}`).join(' ')])[0]!)).toHaveLength(20_000)
  expect(process.cpuUsage().user - started).toBeLessThan(10_000_000)
})
