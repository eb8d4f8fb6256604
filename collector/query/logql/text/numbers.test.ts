import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { byteLength, sliceBytes } from './byte-text.ts'
import { bytesProblem, parseBytes } from './bytes.ts'
import { durationProblem, formatDuration, parseDuration, parseLogQLDuration } from './duration.ts'
import { floatProblem, formatFloat, parseFloatGo } from './float.ts'
import { quoteGo } from './quote.ts'

interface Recorded { readonly bytes: Row[]; readonly durations: Row[]; readonly floats: Row[]; readonly problems: string[] }
type Row = [text: string, value: string | null]
const recorded = JSON.parse(readFileSync(new URL('testing/numbers.json', import.meta.url), 'utf8')) as Recorded

function compare(rows: readonly Row[], read: (text: string) => number | undefined, scale = 1): void {
  const shown = (text: string): string | null => { const value = read(text); return value === undefined ? null : formatFloat(value / scale) }
  expect(rows.map(([text]) => [text, shown(text)])).toEqual(rows)
}

test('numbers are read and printed as Loki reads and prints them', () => { compare(recorded.floats, parseFloatGo) })
test('sizes are read as Loki reads them', () => { compare(recorded.bytes, parseBytes) })
test('durations are read as Loki reads them', () => { compare(recorded.durations, parseDuration, 1e9) })

test('what cannot be read is described in the words that Loki puts into the labels of the line', () => {
  const of = (rows: readonly Row[], problem: (text: string) => string): string[] => rows.filter(([, value]) => value === null).map(([text]) => problem(text))
  const ours = [...of(recorded.bytes, bytesProblem), ...of(recorded.durations, durationProblem), ...of(recorded.floats, floatProblem)]
  expect(ours.filter((problem) => !recorded.problems.includes(problem))).toEqual([])
  expect(durationProblem('é')).toBe('time: invalid duration "\\xc3\\xa9"')
})

test.each([
  ['1_000', 1000], ['1__0', undefined], ['_1', undefined], ['1_', undefined], ['1_e1', undefined], ['0x_1p4', 16], ['0x.8p1', 1], ['0x1p-1074', 5e-324], ['0x1p-1075', 0],
  ['0x1p1024', undefined], ['0x1.fffffffffffff8p1023', undefined], ['0x10', undefined], ['1e-400', 0], ['+infinity', Infinity], ['-nan', undefined], ['', undefined],
])('the float %s is %s', (text, value) => { expect(parseFloatGo(text)).toBe(value) })

test('a float is printed without an exponent, whatever its size', () => {
  expect([0, -0, 1e21, 1.5e-7, 5e-324, -1e300, NaN, -Infinity].map((value) => formatFloat(value).slice(0, 12))).toEqual(['0', '-0', '100000000000', '0.00000015', '0.0000000000', '-10000000000', 'NaN', '-Inf'])
  expect(formatFloat(123456789012345680000)).toBe('123456789012345680000')
})

test('durations in queries know days, weeks and years, in this order and without fractions', () => {
  expect(['1d', '1w', '1y', '1d5h', '1y2w3d4h5m6s7ms', '1.5h', '1.5d', '5h1d', '', 'x'].map((text) => parseLogQLDuration(text))).toEqual(
    [86_400e9, 604_800e9, 31_536_000e9, 104_400e9, 33_019_506_007e6, 5_400e9, undefined, undefined, undefined, undefined],
  )
})

test('a duration is printed as Go prints it', () => {
  expect([0n, 5n, 1500n, 1_500_000n, 65_000_000_000n, 3_600_000_000_000n, -1_000_000_001n, 86_400_000_000_000n].map(formatDuration)).toEqual(['0s', '5ns', '1.5µs', '1.5ms', '1m5s', '1h0m0s', '-1.000000001s', '24h0m0s'])
})

test('texts are quoted as Go quotes them', () => {
  expect(['a"b\\', '\x00\x7f\n\t', 'é😀', '\u200b\u{e000}'].map((text) => quoteGo(text))).toEqual(['"a\\"b\\\\"', '"\\x00\\x7f\\n\\t"', '"é😀"', '"\\u200b\\ue000"'])
  expect(quoteGo('é😀', "'", true)).toBe("'\\u00e9\\U0001f600'")
})

test('texts are cut by bytes, and what is left of a cut character is marked', () => {
  expect(byteLength('é😀x')).toBe(7)
  expect([sliceBytes('é😀x', 0, 4), sliceBytes('é😀x', 1), sliceBytes('abc', 1, 2), sliceBytes('é😀x', 2, 6)]).toEqual(['é\ufffd\ufffd', '\ufffd😀x', 'b', '😀'])
})

test('a number of a million digits is refused or read without delay', () => {
  expect(parseFloatGo('9'.repeat(1_000_000))).toBeUndefined()
  expect(parseFloatGo(`0x${'f'.repeat(1_000_000)}p0`)).toBeUndefined()
  expect(parseDuration('9h'.repeat(300_000))).toBeUndefined()
  expect(parseBytes('1'.repeat(100_000))).toBeUndefined()
})
