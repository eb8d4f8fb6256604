import { parseRecord } from '@blotter/processors'
import { expect, test } from 'vitest'
import { at, storedRecord } from '../../../test/support/stored.ts'
import { findSkew } from './skew.ts'
import type { TimelineRecord } from './story.ts'

/** A record of `service` that truly happened `ms` after the start, by a clock that is `aheadMs` ahead, and was stored 20 ms later. */
let count = 0
function record(service: string, request: string, ms: number, aheadMs = 0, delayMs = 20): TimelineRecord {
  const trueNano = 1_764_000_000_000_000_000n + BigInt(Math.round(ms * 1e6))
  const { canonical, ...stored } = storedRecord(count += 1, { ...at(0, { 'blotter.request.id': request, 'audit.record.id': `r${count}` }), timeUnixNano: trueNano + BigInt(Math.round(aheadMs * 1e6)), resource: { 'service.name': service } })
  return { ...stored, record: parseRecord(canonical), storedAtNano: trueNano + BigInt(delayMs) * 1_000_000n, via: { link: 'query' }, depth: 0 }
}

const exchange = (request: string, startMs: number, aheadMs: number): TimelineRecord[] => [record('shop', request, startMs), record('payments', request, startMs + 40, aheadMs), record('payments', request, startMs + 60, aheadMs), record('shop', request, startMs + 100)]

test('a clock that is ahead is found from requests and their answers, within what they allow', () => {
  const [skew, ...more] = findSkew([...exchange('a', 0, 5000), ...exchange('b', 1000, 5000)]).filter(({ reference }) => reference !== 'collector')
  expect(more).toEqual([])
  expect(skew).toMatchObject({ source: 'payments', reference: 'shop', pairs: 2 })
  expect(Math.abs(skew!.offsetMs - 5000)).toBeLessThanOrEqual(skew!.uncertaintyMs)
  expect(skew!.uncertaintyMs).toBe(40)
})

test('one that is behind is negative', () => {
  expect(findSkew(exchange('a', 0, -2000))).toMatchObject([{ source: 'payments', reference: 'shop', offsetMs: -2000, uncertaintyMs: 40, pairs: 1 }])
})

test('clocks that agree are not mentioned', () => { expect(findSkew([...exchange('a', 0, 0), ...exchange('b', 500, 10)])).toEqual([]) })

test('a queue between the two is no skew: both were stored when they say', () => {
  expect(findSkew([record('shop', 'a', 0), record('shop', 'a', 100), record('worker', 'a', 5000), record('worker', 'a', 5010)])).toEqual([])
})

test('exchanges that contradict each other say nothing', () => {
  expect(findSkew([...exchange('a', 0, 5000), ...exchange('b', 1000, 9000)]).filter(({ reference }) => reference === 'shop')).toEqual([])
})

test('what was stored before it happened was dated by a clock that is ahead by no less', () => {
  expect(findSkew([record('shop', 'a', 0, 3020)])).toEqual([{ source: 'shop', reference: 'collector', offsetMs: 3000, uncertaintyMs: 0, pairs: 0 }])
})

test('nothing is made of nothing', () => {
  expect(findSkew([])).toEqual([])
  expect(findSkew([record('shop', 'a', 0), record('payments', 'a', 5)])).toEqual([])
})
