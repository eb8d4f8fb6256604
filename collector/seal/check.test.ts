import { describe, expect, it } from 'vitest'
import { checkLog } from './check.ts'
import type { CheckOptions, CheckResult } from './check.ts'
import { createSigner } from './key.ts'
import { openLog } from './open.ts'
import { MemoryDisk } from './testing/memory-disk.ts'
import { numbered, origin, seed, vkey } from './testing/vectors.ts'
import { leafHash } from './tree.ts'

async function grow(sizes: readonly number[], disk = new MemoryDisk()): Promise<MemoryDisk> {
  const log = await openLog({ directory: '/log', origin, seed, operations: disk })
  for (const size of sizes) await log.append(numbered(log.size, size))
  return disk
}

function check(disk: MemoryDisk, options: Partial<CheckOptions> = {}): Promise<CheckResult> {
  return checkLog({ read: (path) => disk.read(`/log/${path}`), vkey, ...options })
}

const codes = (result: CheckResult): Set<string> => new Set(result.problems.map(({ code }) => code))
const files = (disk: MemoryDisk): string[] => [...disk.live].flatMap(([path, node]) => (node === 'directory' ? [] : [path]))

/** All positions of a small file, and of a larger one the ends and some between. */
function samplePositions(length: number): number[] {
  const step = Math.max(1, Math.floor(length / 61))
  return [...new Set([...Array.from({ length: 61 }, (_, i) => i * step), length - 1])].filter((at) => at < length)
}

describe('checking a log', { timeout: 60_000 }, () => {
  it.each([0, 1, 255, 256, 257, 600])('of size %d finds no problem and shows every entry', async (size) => {
    const seen: string[] = []
    const disk = await grow([size])
    const result = await check(disk, {
      onEntry: (index, entry, leaf) => {
        expect(leaf).toEqual(leafHash(entry))
        expect(index).toBe(seen.length)
        seen.push(Buffer.from(entry).toString())
      },
    })
    expect(result).toMatchObject({ size, problems: [], complete: true })
    expect(seen).toEqual(numbered(0, size).map(String))
  })

  it('finds a flipped byte in any file', async () => {
    const disk = await grow([5, 40, 300, 340])
    expect(files(disk).length).toBeGreaterThan(7)
    for (const path of files(disk)) {
      const bytes = disk.live.get(path) as Uint8Array
      for (const at of samplePositions(bytes.length)) {
        disk.live.set(path, Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ 0x10 : byte)))
        const { problems } = await check(disk)
        expect(problems, `${path} at ${at}`).not.toEqual([])
      }
      disk.live.set(path, bytes)
    }
    expect((await check(disk)).problems).toEqual([])
  })

  it('finds any file cut, lengthened or missing', async () => {
    const disk = await grow([300])
    for (const path of files(disk)) {
      const bytes = disk.live.get(path) as Uint8Array
      for (const damaged of [bytes.subarray(1), bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.of(0)]), Buffer.alloc(0)]) {
        disk.live.set(path, damaged)
        expect((await check(disk)).problems, path).not.toEqual([])
      }
      disk.live.delete(path)
      const { problems } = await check(disk)
      expect(problems.some(({ code }) => code.endsWith('_missing')), path).toBe(true)
      disk.live.set(path, bytes)
    }
  })

  it('says where a changed entry is', async () => {
    const disk = await grow([300])
    const bytes = Buffer.from(disk.live.get('/log/tile/entries/000') as Uint8Array)
    bytes.write('entrY 9', bytes.indexOf('entry 9'))
    disk.live.set('/log/tile/entries/000', bytes)
    const { problems } = await check(disk)
    expect(problems[0]).toEqual({ code: 'tile_mismatch', message: 'tile/0/000: hash 9 is not what the entries give' })
    expect(problems.map(({ code }) => code)).toEqual(['tile_mismatch', 'tile_mismatch', 'root_mismatch'])
  })

  it('finds entries and tiles that were rewritten together under the old checkpoint', async () => {
    const [disk, other] = [await grow([300]), new MemoryDisk()]
    const log = await openLog({ directory: '/log', origin, seed, operations: other })
    await log.append([Buffer.from('forged'), ...numbered(1, 300)])
    for (const path of files(other)) if (path.includes('/tile/')) disk.live.set(path, other.live.get(path) ?? 'directory')
    expect((await check(disk)).problems.map(({ code }) => code)).toEqual(['root_mismatch'])
  })

  it('confirms the rest of the tree when a bundle is missing', async () => {
    const disk = await grow([300])
    disk.live.delete('/log/tile/entries/000')
    expect((await check(disk)).problems).toEqual([{ code: 'entries_missing', message: 'tile/entries/000 is missing' }])
  })

  it('falls back from partial to full files', async () => {
    const [disk, older] = [await grow([300]), await grow([200])]
    disk.live.set('/log/checkpoint', older.live.get('/log/checkpoint') ?? 'directory')
    expect(await check(disk)).toMatchObject({ size: 200, problems: [] })
  })

  it('does not see a rollback by itself, and sees it with a remembered head', async () => {
    const disk = await grow([200])
    const { size, root } = await check(await grow([300]))
    expect((await check(disk)).problems).toEqual([])
    const result = await check(disk, { remembered: { size: size ?? 0, root: root ?? Buffer.alloc(32) } })
    expect(codes(result)).toEqual(new Set(['checkpoint_older']))
  })

  it('sees with a remembered head that another history was signed', async () => {
    const disk = await grow([300])
    for (const size of [0, 1, 200, 256, 300]) {
      const { root } = await check(await grow([size]))
      expect((await check(disk, { remembered: { size, root: root ?? Buffer.alloc(32) } })).problems).toEqual([])
      expect(codes(await check(disk, { remembered: { size, root: Buffer.alloc(32) } }))).toEqual(new Set(['history_differs']))
    }
  })

  it('trusts no checkpoint of another key or origin', async () => {
    const disk = await grow([3])
    const other = createSigner(origin, Buffer.alloc(32, 1)).vkey
    expect(await check(disk, { vkey: other })).toMatchObject({ size: null, root: null, complete: false, problems: [{ code: 'note_unverified' }] })
    await expect(check(disk, { vkey: 'nonsense' })).rejects.toMatchObject({ code: 'key_malformed' })
    expect(await check(disk, { origin: 'elsewhere' })).toMatchObject({ size: null, root: null, complete: false, problems: [{ code: 'checkpoint_foreign' }] })
  })

  it('gives up after 100 problems, however large the log says it is', async () => {
    const disk = await grow([70_000])
    for (const path of files(disk)) if (path.includes('/tile/')) disk.live.delete(path)
    const result = await check(disk)
    expect(result.problems).toHaveLength(100)
    expect(result.complete).toBe(false)
  })

  it('passes errors of the reader and of the caller on', async () => {
    const disk = await grow([3])
    await expect(check(disk, { read: () => Promise.reject(new Error('EIO')) })).rejects.toThrow('EIO')
    await expect(check(disk, { onEntry: () => { throw new Error('stop') } })).rejects.toThrow('stop')
  })
})
