import { afterAll, expect, test } from 'vitest'
import { at, storedRecord } from '../../test/support/stored.ts'
import { createRowEncoder, startRowEncoder } from './row-encoder.ts'
import { tables } from './rows.ts'

const here = createRowEncoder()
const thread = startRowEncoder()
afterAll(() => thread.close())

const records = (count: number) => Array.from({ length: count }, (_, i) => storedRecord(2 ** 33 + i, at(i, { 'blotter.request.id': `request ${i % 3} 東京`, long: 'x'.repeat(i * 40) })))

test('a thread makes the same rows, of any number of records', async () => {
  for (const count of [1, 2, 500]) {
    const [mine, theirs] = [await here.encode(records(count)), await thread.encode(records(count))]
    for (const table of tables) expect(Buffer.compare(mine[table], theirs[table]), table).toBe(0)
  }
})

test('blocks that are asked for at the same time are made one after the other, in memory that is used again', async () => {
  const blocks = await Promise.all([500, 3, 200].map((count) => thread.encode(records(count))))
  for (const [i, count] of [500, 3, 200].entries()) {
    const mine = await here.encode(records(count))
    for (const table of tables) expect(Buffer.compare(mine[table], blocks[i]![table]), table).toBe(0)
  }
})

test('memory that was given back serves again, and what was not given back is left alone', async () => {
  const kept = await thread.encode(records(300))
  const before = Buffer.from(kept.records)
  const blocks = await thread.encode(records(200))
  const { buffer } = blocks.records
  thread.release(blocks)
  thread.release(blocks) // twice is once
  const again = [await thread.encode(records(200)), await thread.encode(records(200))]
  expect(again.filter((block) => tables.some((table) => block[table].buffer === buffer)).length).toBeLessThan(2)
  for (const block of again) for (const table of tables) expect(Buffer.compare((await here.encode(records(200)))[table], block[table]), table).toBe(0)
  expect(before.equals(kept.records)).toBe(true)
})

test('rows that are there already are left out, table by table', async () => {
  const all = records(3)
  const present = { records: new Set(all.map(({ leafIndex }) => leafIndex)), identifiers: new Set([all[0]!.leafIndex]), salts: new Set<number>() }
  const blocks = await thread.encode(all, present)
  expect(blocks.records).toHaveLength(0)
  expect(Buffer.compare(blocks.identifiers, (await here.encode(all.slice(1))).identifiers)).toBe(0)
  expect(Buffer.compare(blocks.salts, (await here.encode(all)).salts)).toBe(0)
})

test('a record that cannot be read fails its block, and the next block is made by another thread', async () => {
  const broken = { ...records(1)[0]!, canonical: '{', canonicalBytes: Buffer.from('{') }
  await expect(thread.encode([broken])).rejects.toThrow('ended')
  expect((await thread.encode(records(1))).records.length).toBeGreaterThan(0)
})
