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

test('of many, the newest are known with all that was said of them, and the others are not', () => {
  const recent = createRecent(1000)
  const said = (i: number): RecentReceipt => ({ receivedDigest: Buffer.alloc(16, i), leafHash: Buffer.alloc(32, i + 1), storedAtNano: 1_700_000_000_000_000_000n + BigInt(i), leafIndex: 2 ** 40 + i, durable: undefined })
  for (let i = 0; i < 5000; i += 1) recent.add(`key ${i}`, said(i))
  expect(recent.size).toBe(1000)
  for (let i = 0; i < 5000; i += 1) expect(recent.get(`key ${i}`)).toEqual(i < 4000 ? undefined : said(i))
})

test('of many, one that is added again counts as new, and one that is removed is gone', () => {
  const recent = createRecent(1000)
  for (let i = 0; i < 1000; i += 1) recent.add(`key ${i}`, receipt(i))
  recent.add('key 0', receipt(5))
  recent.remove('key 1')
  for (let i = 1000; i < 1900; i += 1) recent.add(`key ${i}`, receipt(i))
  expect([recent.get('key 0')?.leafIndex, recent.get('key 1'), recent.get('key 2')]).toEqual([5, undefined, undefined])
  expect(recent.size).toBeLessThanOrEqual(1000)
})

test('a receipt whose record is not durable yet stays the object that its maker changes', () => {
  const recent = createRecent(1000)
  const pending = { ...receipt(1), durable: Promise.resolve() }
  recent.add('pending', pending)
  for (let i = 0; i < 500; i += 1) recent.add(`key ${i}`, receipt(i))
  expect(recent.get('pending')).toBe(pending)
  pending.durable = undefined as unknown as Promise<void>
  recent.add('one more', receipt(2))
  expect(recent.get('pending')).toEqual({ ...receipt(1), receivedDigest: Buffer.alloc(16), leafHash: Buffer.alloc(32) })
})

test('a long record id takes no more memory than a short one', () => {
  const key = recentKey('shop', 'production', 'x'.repeat(1024))
  expect(key.length).toBeLessThan(64)
  expect(key).not.toBe(recentKey('shop', 'production', 'x'.repeat(1023)))
})
