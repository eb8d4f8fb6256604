import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { LogQLError } from '../errors.ts'
import { decolorize } from './decolorize.ts'
import { compileIpMatcher } from './ip.ts'
import { compilePattern, compilePatternFilter } from './line-pattern.ts'
import type { IpMatcher } from './ip.ts'
import type { LinePattern } from './line-pattern.ts'

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`testing/${name}.json`, import.meta.url), 'utf8'))
const addresses = read('addresses') as { lines: string[]; found: [string, string][]; patterns: [string, number[] | null][] }
const patterns = read('patterns') as { lines: string[]; parser: [string, Record<string, string>[] | null][]; filter: [string, number[] | null][] }

function compiled<T>(compile: () => T): T | null {
  try {
    return compile()
  } catch (error) {
    expect(error).toBeInstanceOf(LogQLError)
    return null
  }
}

test('addresses are found in lines where Loki finds them', () => {
  const four = compileIpMatcher('0.0.0.0/0')
  const six = compileIpMatcher('::/0')
  expect(addresses.found.map(([line]) => [line, (four.testLine(line) ? '4' : '') + (six.testLine(line) ? '6' : '')])).toEqual(addresses.found)
})

test('address patterns are taken or refused, and match, as in Loki', () => {
  const found = (matcher: IpMatcher | null): number[] | null => matcher === null ? null : addresses.lines.flatMap((line, i) => matcher.testLine(line) ? [i] : [])
  expect(addresses.patterns.map(([pattern]) => [pattern, found(compiled(() => compileIpMatcher(pattern)))])).toEqual(addresses.patterns)
})

test('an address range holds both of its ends, and the value of a label is searched like a line', () => {
  const matcher = compileIpMatcher('10.0.0.5-10.0.0.9')
  expect(['10.0.0.4', '10.0.0.5', '10.0.0.9', '10.0.0.10', 'from 10.0.0.7:80'].map((text) => matcher.testValue(text))).toEqual([false, true, true, false, true])
})

test('the message of a refused address pattern does not repeat it', () => {
  expect(() => compileIpMatcher('secret')).toThrow(expect.objectContaining({ message: expect.not.stringContaining('secret') as string }) as Error)
})

test('a line of a megabyte of digits, dots or colons is searched in linear time', () => {
  const matcher = compileIpMatcher('1.2.3.4')
  for (const piece of ['1', '1.', ':', 'a:', '::1', '1.2.3.4.']) expect(matcher.testLine(piece.repeat(300_000))).toBe(false)
})

test('the pattern parser takes from lines what Loki takes', () => {
  const parsed = (pattern: LinePattern | null): object[] | null => pattern === null ? null : patterns.lines.map((line) => Object.fromEntries(pattern.match(line) ?? []))
  expect(patterns.parser.map(([pattern]) => [pattern, parsed(compiled(() => compilePattern(pattern)))])).toEqual(patterns.parser)
})

test('the pattern filter passes the lines that Loki passes', () => {
  const passed = (pattern: LinePattern | null): number[] | null => pattern === null ? null : patterns.lines.flatMap((line, i) => pattern.test(line) ? [i] : [])
  expect(patterns.filter.map(([pattern]) => [pattern, passed(compiled(() => compilePatternFilter(pattern)))])).toEqual(patterns.filter)
})

test('names of captures may be those that objects have', () => {
  expect([...compilePattern('<__proto__> <constructor>').match('a b') ?? []]).toEqual([['__proto__', 'a'], ['constructor', 'b']])
})

test('colour sequences are taken out as Loki takes them out', () => {
  const rows = read('colours') as [string, string][]
  expect(rows.map(([line]) => [line, decolorize(line)])).toEqual(rows)
})

test('a megabyte of unfinished colour sequences is taken out in linear time', () => {
  expect(decolorize('\u001b['.repeat(300_000)).length).toBeGreaterThan(0)
  expect(decolorize(`\u001b]${'a;'.repeat(500_000)}`)).toContain('a;')
})
