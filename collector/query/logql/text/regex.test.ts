import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { LogQLError } from '../errors.ts'
import { compileMatcherRegex, compileRegex, regexProblem } from './regex.ts'
import type { Regex } from './regex.ts'

type Row = [pattern: string, line: number[], label: number[], matcher: number[]]
const recorded = JSON.parse(readFileSync(new URL('testing/regexes.json', import.meta.url), 'utf8')) as { texts: string[]; cases: Row[] }
const passed = (regex: Regex): number[] => recorded.texts.flatMap((text, i) => regex.test(text) ? [i] : [])

test.each(recorded.cases)('%s passes in line filters, label filters and selectors what Loki passes', (pattern, line, label, matcher) => {
  expect(passed(compileRegex(pattern, false))).toEqual(line)
  expect(passed(compileRegex(pattern, true))).toEqual(label)
  expect(passed(compileMatcherRegex(pattern))).toEqual(matcher)
})

test.each(['(', 'a**', '[z-a]', '\\8', 'a{1001}', 'a{2,1}', '(?=a)', '(?<!a)', '\\1', '(?P<1a>x)(?P<a-b>y)', '\\pX', '[[:foo:]]', '(?x)', '\\', '(a{1000}){2}', 'a)(b'])('%s is no expression, and the message does not repeat it', (pattern) => {
  expect(() => compileRegex(pattern, false)).toThrow(LogQLError)
  expect(() => compileRegex(pattern, true)).toThrow(LogQLError)
  expect(() => compileMatcherRegex(pattern)).toThrow(expect.objectContaining({ message: 'parse error : error parsing regexp' }) as Error)
  expect(regexProblem(pattern)).toContain('error parsing regexp: ')
})

test.each(['\\Qa.b\\E', '(?P<n>a)', '(?<n>a)', '\\pN', '\\p{Greek}', '[[:alpha:]]', 'a{1000}', '(?i)é', '\\x{1F600}', '(?U)a+', 'a{,2}', '\\z', '(|a)'])('%s is an expression', (pattern) => {
  expect(compileRegex(pattern, false).groups('zzz') ?? 'none').toBeDefined()
})

test('named groups of the first match come in order, and those that took no part are empty', () => {
  const regex = compileRegex('(?P<first>a)(b)?(?P<second>c)?', false)
  expect(regex.names).toEqual(['first', 'second'])
  expect([...regex.groups('xabxac') ?? []]).toEqual([['first', 'a'], ['second', '']])
  expect(regex.groups('xyz')).toBeUndefined()
})

test('replacements are read as Go reads them', () => {
  const regex = compileRegex('(?P<n>a+)(b)?', false)
  expect(regex.replaceAll('aab a', '<$1|${n}|$n_|$0|$$|$9|$|${|$01>')).toBe('<aa|aa||aab|$||$|${|> <a|a||a|$||$|${|>')
  expect(regex.replaceAllLiteral('aab a', '$1')).toBe('$1 $1')
  expect(compileRegex('a*', false).replaceAll('baaac', 'x')).toBe('xbxcx')
  expect(compileRegex('', false).replaceAll('é😀', '-')).toBe('-é-😀-')
  expect(compileRegex('z', false).replaceAll('abc', 'x')).toBe('abc')
})

test('label_replace fills its template from a match of the whole value', () => {
  const regex = compileRegex('(.*)-(\\d+)', true)
  expect(regex.expand('web-12', '$2:${1}')).toBe('12:web')
  expect(regex.expand('web-x', '$2')).toBeUndefined()
})

test('matches are counted', () => {
  expect([compileRegex('a|b', false).count('abab'), compileRegex('', false).count('abc'), compileRegex('z', false).count('abc')]).toEqual([4, 4, 0])
})

test('searches for texts are told apart from expressions', () => {
  expect(compileRegex('(?i)err.*|warn', true).simple).toEqual({ kind: 'any', notEmpty: false, tests: [{ how: 'contains', text: 'err', ignoreCase: true }, { how: 'equals', text: 'warn', ignoreCase: true }] })
  expect(compileRegex('.*', false).simple).toEqual({ kind: 'always' })
  for (const pattern of ['a.c', '^a', 'a$', 'ab*', '[ab]', '\\d', 'a{2}', '(?s).*', '(?m)a']) expect(compileRegex(pattern, false).simple, pattern).toBeUndefined()
})

test('hostile expressions and texts take linear time', () => {
  expect(compileRegex('(a+)+$', false).test(`${'a'.repeat(50_000)}b`)).toBe(false)
  expect(compileRegex('(x+x+)+y', false).test('x'.repeat(50_000))).toBe(false)
  expect(() => compileRegex('('.repeat(5000), false)).toThrow(LogQLError)
  expect(compileRegex(Array.from({ length: 300 }, (_, i) => `t${i}x`).join('|'), false).test('t299x')).toBe(true)
})
