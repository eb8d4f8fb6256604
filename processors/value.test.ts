import { expect, test } from 'vitest'
import { toPlain, toValue } from './value.ts'

test('plain values become values with their OTLP type', () => {
  expect(toValue({ a: 1, b: 1.5, c: 'x', d: true, e: null, f: undefined, g: 5n, h: [1, { i: 2 }] }))
    .toEqual({ a: 1n, b: 1.5, c: 'x', d: true, e: null, g: 5n, h: [1n, { i: 2n }] })
  expect(toValue(new Date(0))).toBe('1970-01-01T00:00:00.000Z')
  expect(toValue(new Map([['k', new Set([1])]]))).toEqual({ k: [1n] })
  expect(toValue(new TypeError('broken'))).toEqual({ type: 'TypeError', message: 'broken' })
})

test('what cannot be carried becomes a word, and nothing throws', () => {
  const circular: Record<string, unknown> = {}
  circular['self'] = circular
  expect(toValue(circular)).toEqual({ self: '[circular]' })
  const wide = Array.from({ length: 20 }, () => ({})) as unknown[]
  let dense: unknown = wide
  for (let level = 0; level < 12; level += 1) dense = [dense, dense, dense, dense]
  expect(JSON.stringify(toPlain(toValue(dense)))).toContain('[too many]')
  expect(toValue('\ud800')).toBe('\ufffd')
  expect(toValue(() => 1)).toBe(null)
})

test('a key named __proto__ is an ordinary key', () => {
  const value = toValue(JSON.parse('{"__proto__":{"polluted":1}}')) as object
  expect(Object.keys(value)).toEqual(['__proto__'])
  expect(Object.keys(toPlain(value as never) as object)).toEqual(['__proto__'])
  expect(({} as { polluted?: number }).polluted).toBeUndefined()
})

test('plain values come back for JSON answers', () => {
  expect(toPlain(toValue({ a: 1, b: [2n ** 62n], c: new Uint8Array([1, 2]) }))).toEqual({ a: 1, b: ['4611686018427387904'], c: 'AQI=' })
})
