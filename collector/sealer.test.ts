import { beforeEach, describe, expect, test } from 'vitest'
import { createSealer } from './sealer.ts'
import { checkLog } from './seal/index.ts'
import { MemoryDisk } from './seal/testing/memory-disk.ts'
import { numbered, origin, seed, vkey } from './seal/testing/vectors.ts'
import type { Sealer } from './sealer.ts'

let disk: MemoryDisk
beforeEach(() => { disk = new MemoryDisk() })

const open = (): Promise<Sealer> => createSealer({ directory: '/log', origin, seed, operations: disk })
const entries = (from: number, to: number) => numbered(from, to).map((entry, i) => ({ index: from + i, entry }))

async function expectSealed(size: number): Promise<void> {
  const result = await checkLog({ read: (path) => disk.read(`/log/${path}`), vkey })
  expect(result).toMatchObject({ size, problems: [], complete: true })
}

test('what the journal gives is sealed, and only once, however often it is given', async () => {
  const sealer = await open()
  await sealer.seal(entries(0, 3))
  await sealer.seal(entries(0, 5))
  await sealer.seal(entries(2, 5))
  await sealer.seal([])
  expect(sealer.size).toBe(5)
  expect(sealer.checkpoint().split('\n').slice(0, 2)).toEqual([origin, '5'])
  await expectSealed(5)
})

test('a gap between log and journal is our mistake, and nothing is sealed over it', async () => {
  const sealer = await open()
  await sealer.seal(entries(0, 3))
  await expect(sealer.seal(entries(4, 6))).rejects.toThrow('BUG: the journal goes on at 4; the log ends at 3')
  await sealer.seal(entries(3, 6))
  await expectSealed(6)
})

describe('a disk that fails', () => {
  test.each(['before', 'after', 'torn'] as const)('%s any operation ends as if nothing had happened, when the same is given again', async (when) => {
    const undisturbed = await open()
    disk.failAt(null)
    await undisturbed.seal(entries(0, 300))
    const operations = disk.operations
    expect(operations).toBeGreaterThan(10)
    for (let fault = 0; fault < operations; fault += 1) {
      disk = new MemoryDisk()
      const sealer = await open()
      disk.failAt({ at: fault, when, fatal: false })
      await sealer.seal(entries(0, 300)).catch((error: unknown) => { expect(String(error)).toContain('injected fault') })
      disk.failAt(null)
      await sealer.seal(entries(0, 300))
      await sealer.seal(entries(300, 310))
      await expectSealed(310)
    }
  })
})
