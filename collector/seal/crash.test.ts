// Every file operation of a growing log fails once, in every way; the log is opened again and goes on with the same
// entries. What comes out must be what an uninterrupted run leaves, and no reader may ever have seen another history.

import { describe, expect, it } from 'vitest'
import { checkLog } from './check.ts'
import { parseCheckpoint } from './checkpoint.ts'
import { RightEdge } from './edge.ts'
import { openLog } from './open.ts'
import { MemoryDisk } from './testing/memory-disk.ts'
import type { Fault } from './testing/memory-disk.ts'
import { base64, numbered, origin, seed, vkey } from './testing/vectors.ts'
import { leafHash } from './tree.ts'

const entries = numbered(0, 530)
const plan = [3, 250, 257, 530]
const roots = rootsOfAllSizes()

function rootsOfAllSizes(): string[] {
  const edge = new RightEdge()
  return [base64(edge.root()), ...entries.map((entry) => (edge.add(leafHash(entry)), base64(edge.root())))]
}

async function grow(disk: MemoryDisk, sizes: readonly number[]): Promise<void> {
  const log = await openLog({ directory: '/log', origin, seed, operations: disk })
  for (const size of sizes) if (size > log.size) await log.append(entries.slice(log.size, size))
}

/** What is published for good: everything but partial tiles and temporary files. */
function lasting(disk: MemoryDisk): Map<string, string> {
  const files = [...disk.live].filter(([path, node]) => node !== 'directory' && !/\.p\/|\.tmp$/.test(path))
  return new Map(files.map(([path, bytes]) => [path, Buffer.from(bytes).toString('base64')]))
}

async function expectSound(disk: MemoryDisk): Promise<void> {
  const result = await checkLog({ read: (path) => disk.read(`/log/${path}`), vkey })
  expect(result).toMatchObject({ size: 530, problems: [], complete: true })
  for (const note of disk.checkpoints) {
    const { size, root } = parseCheckpoint(note.split('\n\n')[0] + '\n')
    expect(base64(root)).toBe(roots[size])
  }
}

async function crashAndGoOn(fault: Fault, keep: (path: string) => boolean, rest: readonly number[]): Promise<MemoryDisk> {
  const disk = new MemoryDisk()
  disk.failAt(fault)
  // Clearing away replaced partial tiles is best effort: only there may a fault pass unseen.
  await grow(disk, plan).catch((error: unknown) => expect(String(error)).toContain('injected fault'))
  if (fault.fatal) disk.crash(keep)
  else disk.failAt(null)
  await grow(disk, rest)
  return disk
}

const undisturbed = new MemoryDisk()
await grow(undisturbed, plan)
const operations = undisturbed.operations
const keeps: ReadonlyArray<readonly [string, (path: string) => boolean]> = [
  ['nothing that was not synced', () => false],
  ['all names', () => true],
  ['some names', (path) => leafHash(Buffer.from(path)).reduce((sum, byte) => sum + byte, 0) % 2 === 0],
  ['the other names', (path) => leafHash(Buffer.from(path)).reduce((sum, byte) => sum + byte, 0) % 2 === 1],
]

describe('a log whose disk fails', { timeout: 60_000 }, () => {
  it('goes through enough operations for this test to mean something', async () => {
    expect(operations).toBeGreaterThan(60)
    await expectSound(undisturbed)
  })

  for (const when of ['before', 'after', 'torn'] as const) {
    it.each(keeps)(`${when} any operation, with a power cut that keeps %s, ends as if nothing had happened`, async (_, keep) => {
      for (let at = 0; at < operations; at += 1) {
        // The same sizes again, and all that is left in one append: what was journaled meanwhile comes along.
        const disk = await crashAndGoOn({ at, when, fatal: true }, keep, at % 2 === 0 ? plan : [530])
        await expectSound(disk)
        expect(lasting(disk)).toEqual(lasting(undisturbed))
      }
    })

    it(`${when} any operation, while the process lives on, ends as if nothing had happened`, async () => {
      for (let at = 0; at < operations; at += 1) {
        const disk = await crashAndGoOn({ at, when, fatal: false }, () => true, at % 2 === 0 ? plan : [530])
        await expectSound(disk)
        expect(lasting(disk)).toEqual(lasting(undisturbed))
      }
    })
  }

  it('loses nothing that was appended when the power goes afterwards', async () => {
    for (let i = 1; i <= plan.length; i += 1) {
      const disk = new MemoryDisk()
      await grow(disk, plan.slice(0, i))
      disk.crash(() => false)
      const log = await openLog({ directory: '/log', origin, seed, operations: disk })
      expect(log.size).toBe(plan[i - 1])
    }
  })

  it('survives a second crash while it catches up after the first', async () => {
    for (let at = 0; at < operations; at += 7) {
      for (let second = 0; second < 30; second += 3) {
        const disk = new MemoryDisk()
        disk.failAt({ at, when: 'after', fatal: true })
        await grow(disk, plan).catch(() => undefined)
        disk.crash(() => true)
        disk.failAt({ at: second, when: 'before', fatal: true })
        await grow(disk, plan).catch(() => undefined)
        disk.crash(() => false)
        await grow(disk, [530])
        await expectSound(disk)
        expect(lasting(disk)).toEqual(lasting(undisturbed))
      }
    }
  })
})
