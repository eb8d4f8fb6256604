import { expect, test } from 'vitest'
import { createSources } from './sources.ts'
import type { Sources, SourceState } from './sources.ts'

const second = 1_000_000_000n
const minutes = (count: number): number => count * 60_000
const at = (seconds: number): bigint => BigInt(seconds) * second
const shop = { workspace: 'shop', environment: 'production', integration: 'stripe' }
const open = (state: SourceState = [], since = 0): Sources => createSources(state, { leastMs: minutes(15), sinceNano: at(since) })

function regular(sources: Sources, everySeconds: number, count: number): number {
  for (let i = 0; i < count; i += 1) sources.observe(shop, at(i * everySeconds))
  return (count - 1) * everySeconds
}

test('a source that sent every two seconds is silent after a quarter of an hour, told once, and told again when it is back', () => {
  const sources = open()
  const last = regular(sources, 2, 50)
  expect(sources.due(at(last + 899))).toEqual([])
  expect(sources.due(at(last + 901))).toMatchObject([{ ...shop, kind: 'silent', sinceNano: at(last) }])
  expect(sources.due(at(last + 2000))).toEqual([])
  expect(sources.observe(shop, at(last + 3000))).toMatchObject({ kind: 'resumed', sinceNano: at(last) })
  expect(sources.observe(shop, at(last + 3001))).toBeUndefined()
})

test('a source with long pauses gets twenty of them', () => {
  const sources = open()
  const last = regular(sources, 300, 50)
  expect(sources.due(at(last + 19 * 300))).toEqual([])
  expect(sources.due(at(last + 21 * 300))).toHaveLength(1)
})

test('a few records are no habit', () => {
  const sources = open()
  regular(sources, 1, 19)
  expect(sources.due(at(1_000_000))).toEqual([])
})

test('what was not heard while nobody listened is no silence', () => {
  const before = open()
  const last = regular(before, 2, 50)
  const after = open(JSON.parse(JSON.stringify(before.state())) as SourceState, last + 100_000)
  expect(after.due(at(last + 100_100))).toEqual([])
  expect(after.due(at(last + 101_000))).toHaveLength(1)
})

test('the number of sources is bounded', () => {
  const sources = open()
  for (let i = 0; i < 5010; i += 1) sources.observe({ ...shop, integration: `i${i}` }, at(1))
  expect(sources.size).toBe(5000)
})
