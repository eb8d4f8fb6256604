import { expect, test } from 'vitest'
import { parsedBy, runStages, type Line } from '../../../../test/support/pipeline-lines.ts'

const line: Line = ['l', { n: '5', d: '1m', b: '5KB', t: 'text', i: '10.0.0.1', e: '' }]
const passes = (filter: string): boolean => runStages(`| ${filter}`, [line]).length === 1
const errorOf = (filter: string): Record<string, string> | undefined => parsedBy(`| ${filter}`, [line])[0]
const failure = (details: string): Record<string, string> => ({ __error__: 'LabelFilterErr', __error_details__: details })

test.each([
  ['n > 4', true], ['n > 5', false], ['n >= 5', true], ['n != 5', false], ['n == 5', true], ['n < 5', false], ['n <= 5', true],
  ['d > 30s', true], ['d > 2m', false], ['b > 4KB', true], ['b > 6KB', false], ['t = "text"', true], ['t != "text"', false],
  ['t =~ "te.*"', true], ['t !~ "x"', true], ['i = ip("10.0.0.0/24")', true], ['i != ip("10.0.0.0/24")', false], ['t = ip("10.0.0.1")', false],
  ['t != ip("10.0.0.1")', true], ['app = "shop"', true],
])('%s passes: %s', (filter, expected) => {
  expect(passes(filter)).toBe(expected)
})

test('a missing label is empty for texts, and passes no other filter', () => {
  expect([passes('nope=""'), passes('nope!="a"'), passes('nope=~".*"'), passes('nope!~"x"')]).toEqual([true, true, true, true])
  expect([passes('nope > 1'), passes('nope != 1'), passes('nope < 1m'), passes('nope < 1KB'), passes('nope=ip("1.1.1.1")'), passes('nope!=ip("1.1.1.1")')]).toEqual([false, false, false, false, false, false])
})

test('a value that cannot be read keeps the line and says why', () => {
  expect(errorOf('t > 5')).toEqual(failure('strconv.ParseFloat: parsing "text": invalid syntax'))
  expect(errorOf('n > 2m')).toEqual(failure('time: missing unit in duration "5"'))
  expect(errorOf('e > 1')).toEqual(failure('strconv.ParseFloat: parsing "": invalid syntax'))
  expect(errorOf('t > 6KB')).toMatchObject({ __error__: 'LabelFilterErr' })
})

test('the first error of filters stays, and an error does not stop later filters', () => {
  expect(errorOf('t > 5 | n > 2m')).toEqual(failure('strconv.ParseFloat: parsing "text": invalid syntax'))
  expect([passes('t > 5 | n > 100'), passes('t > 5 | t = "x"'), passes('t > 5 | nope = ip("1.1.1.1")')]).toEqual([false, false, true])
})

test('and and or look no further than they must', () => {
  expect([errorOf('n = 5 or t > 5'), errorOf('t > 5 or n = 5')]).toEqual([{}, failure('strconv.ParseFloat: parsing "text": invalid syntax')])
  expect([passes('n = 6 and t > 5'), passes('t > 5 and n = 6'), passes('n = 5 and d > 30s or nope = "x"')]).toEqual([false, false, true])
})

test('errors are labels to filters by text, their details are not', () => {
  expect(runStages('| json | __error__="JSONParserErr"', ['no json'])).toHaveLength(1)
  expect(runStages('| json | __error__=""', ['no json', '{}'])).toHaveLength(1)
  expect(runStages('| json | __error_details__=~".+"', ['no json'])).toEqual([])
})
