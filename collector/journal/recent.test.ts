import { expect, test } from 'vitest'
import { createRecent, recentKey } from './recent.ts'
import type { RecentReceipt } from './recent.ts'

const receipt = (leafIndex: number): RecentReceipt => ({ receivedDigest: new Uint8Array(16), leafHash: new Uint8Array(32), storedAtNano: 1n, leafIndex, durable: undefined })

test('the oldest receipt goes when there are too many', () => {
  const recent = createRecent(3)
  for (let i = 0; i < 5; i += 1) recent.add(`key ${i}`, receipt(i))
  expect(recent.size).toBe(3)
  expect([0, 1, 2, 3, 4].map((i) => recent.get(`key ${i}`)?.leafIndex)).toEqual([undefined, undefined, 2, 3, 4])
})

test('a receipt that is added again counts as new', () => {
  const recent = createRecent(2)
  recent.add('a', receipt(1))
  recent.add('b', receipt(2))
  recent.add('a', receipt(3))
  recent.add('c', receipt(4))
  expect([recent.get('a')?.leafIndex, recent.get('b'), recent.get('c')?.leafIndex]).toEqual([3, undefined, 4])
})

test('looking something up does not keep it', () => {
  const recent = createRecent(1)
  recent.add('a', receipt(1))
  recent.get('a')
  recent.add('b', receipt(2))
  expect(recent.get('a')).toBeUndefined()
})

test('what was removed is as if it had never been there', () => {
  const recent = createRecent()
  recent.add('a', receipt(1))
  recent.remove('a')
  recent.remove('never there')
  expect(recent.get('a')).toBeUndefined()
  expect(recent.size).toBe(0)
})

test('the same record id of two tenants is two records', () => {
  const keys = [recentKey('shop', 'production', 'id'), recentKey('shop', 'staging', 'id'), recentKey('bank', 'production', 'id')]
  expect(new Set(keys).size).toBe(3)
})
