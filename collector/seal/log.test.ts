import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { checkLog } from './check.ts'
import type { Log } from './log.ts'
import { openLog } from './open.ts'
import { consistencyProof, inclusionProof, verifyConsistency, verifyInclusion } from './proof.ts'
import { base64, directoryReader, greek, greekCheckpoint, numbered, origin, rootsBySize, seed, vkey } from './testing/vectors.ts'
import { leafHash } from './tree.ts'

let directory = ''

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'blotter-log-'))
  onTestFinished(() => rm(directory, { recursive: true }))
})

const open = (): Promise<Log> => openLog({ directory: join(directory, 'log'), origin, seed })
const file = (path: string): string => join(directory, 'log', path)
const read = directoryReader
const check = (): ReturnType<typeof checkLog> => checkLog({ read: read(join(directory, 'log')), vkey })

async function collect(entries: AsyncIterable<Uint8Array>): Promise<string[]> {
  const list: string[] = []
  for await (const entry of entries) list.push(Buffer.from(entry).toString())
  return list
}

describe('a log', () => {
  it('writes the published vector to the byte', async () => {
    const log = await open()
    expect(log.vkey).toBe(vkey)
    await log.append(greek)
    expect(await readFile(file('checkpoint'), 'utf8')).toBe(greekCheckpoint)
    expect(log.checkpoint()).toBe(greekCheckpoint)
    expect((await readFile(file('tile/entries/000.p/3'))).toString('hex')).toBe('0005616c706861000462657461000567616d6d61')
    expect(await readFile(file('tile/0/000.p/3'))).toEqual(Buffer.concat(greek.map(leafHash)))
  })

  it.each([...rootsBySize])('of %d entries has the published root, however they were cut into appends', { timeout: 60_000 }, async (size, root) => {
    for (const cuts of [[], [Math.floor(size / 2)], [1, 2, 255, 256, 257, 512].filter((cut) => cut < size)]) {
      await rm(join(directory, 'log'), { recursive: true, force: true })
      const log = await open()
      for (const end of [...cuts, size]) await log.append(numbered(log.size, end))
      expect([log.size, base64(log.root)]).toEqual([size, root])
      expect(await check()).toMatchObject({ size, problems: [], complete: true })
    }
  })

  it('has the tiles that its size asks for, and no partial ones that a full one replaced', { timeout: 60_000 }, async () => {
    const log = await open()
    for (const end of [100, 255, 300, 70_000]) await log.append(numbered(log.size, end))
    expect((await readdir(file('tile'))).sort()).toEqual(['0', '1', '2', 'entries'])
    expect((await readdir(file('tile/0'))).filter((name) => name.endsWith('.p'))).toEqual(['273.p'])
    expect(await readdir(file('tile/0'))).toHaveLength(274)
    expect((await readdir(file('tile/1'))).sort()).toEqual(['000', '001.p'])
    expect((await readdir(file('tile'), { recursive: true })).filter((name) => name.includes('.p/')).sort()).toEqual(
      ['0/273.p/112', '1/001.p/17', '2/000.p/1', 'entries/273.p/112'])
  })

  it('keeps the partial tiles of every size that had a checkpoint', async () => {
    const log = await open()
    for (const end of [3, 10, 11]) await log.append(numbered(log.size, end))
    expect((await readdir(file('tile/entries/000.p'))).sort()).toEqual(['10', '11', '3'])
    expect((await readdir(file('tile/0/000.p'))).sort()).toEqual(['10', '11', '3'])
  })

  it('goes on after being opened again at any size around a tile border', { timeout: 60_000 }, async () => {
    const sizes = [1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 65_793]
    for (const size of sizes) {
      const log = await open()
      await log.append(numbered(log.size, size))
      const again = await open()
      expect([again.size, base64(again.root), again.checkpoint()]).toEqual([size, base64(log.root), log.checkpoint()])
    }
    expect(await check()).toMatchObject({ size: 65_793, problems: [] })
  })

  it('publishes nothing for an append of nothing', async () => {
    const log = await open()
    await log.append(greek)
    const before = await readFile(file('checkpoint'))
    expect(await log.append([])).toEqual({ size: 3, root: log.root })
    expect(await readFile(file('checkpoint'))).toEqual(before)
  })

  it('reads back any range of its entries', async () => {
    const log = await open()
    await log.append(numbered(0, 600))
    const all = numbered(0, 600).map(String)
    for (const [from, to] of [[0, 600], [0, 0], [600, 600], [255, 257], [256, 512], [511, 513], [599, 600], [3, 4]] as const) {
      expect(await collect(log.readEntries(from, to))).toEqual(all.slice(from, to))
    }
    for (const [from, to] of [[0, 601], [2, 1], [-1, 1], [0.5, 1]] as const) {
      await expect(collect(log.readEntries(from, to))).rejects.toMatchObject({ code: 'out_of_range' })
    }
  })

  it('gives the hashes that proofs are made of', async () => {
    const log = await open()
    const heads = []
    for (const end of [1, 200, 256, 300, 1000]) heads.push(await log.append(numbered(log.size, end)))
    const hash = (level: number, index: number) => log.hash(level, index)
    for (const index of [0, 1, 255, 256, 511, 767, 768, 999]) {
      const proof = await inclusionProof(index, 1000, hash)
      expect(verifyInclusion(index, 1000, leafHash(Buffer.from(`entry ${index}`)), proof, log.root)).toBe(true)
    }
    for (const older of heads) {
      const proof = await consistencyProof(older.size, log.size, hash)
      expect(verifyConsistency(older.size, log.size, older.root, log.root, proof)).toBe(true)
    }
    for (const [level, index] of [[0, 1000], [3, 125], [10, 0], [-1, 0], [0, -1], [2000, 0]] as const) {
      await expect(log.hash(level, index)).rejects.toMatchObject({ code: 'out_of_range' })
    }
  })

  it('keeps its entries when the caller uses the buffers again', async () => {
    const log = await open()
    const buffer = Buffer.from('entry 0')
    await log.append([buffer])
    buffer.fill(0)
    await log.append(numbered(1, 2))
    expect(await check()).toMatchObject({ size: 2, problems: [] })
  })
})

describe('a log refuses', () => {
  it('an entry that is too large, and takes the next', async () => {
    const log = await open()
    await expect(log.append([Buffer.alloc(65_536)])).rejects.toMatchObject({ code: 'entry_too_large' })
    await log.append([Buffer.alloc(65_535)])
    expect(await check()).toMatchObject({ size: 1, problems: [] })
  })

  it('a second append while one is running', async () => {
    const log = await open()
    const first = log.append(greek)
    await expect(log.append(greek)).rejects.toThrow('BUG: append while an append is running')
    expect((await first).size).toBe(3)
  })

  it('to append after a failure until it is opened again', async () => {
    const log = await open()
    await writeFile(file('tile'), 'in the way')
    await expect(log.append(greek)).rejects.toThrow()
    await rm(file('tile'))
    await expect(log.append(greek)).rejects.toMatchObject({ code: 'log_failed' })
    expect(log.size).toBe(0)
    expect(await (await open()).append(greek)).toMatchObject({ size: 3 })
  })

  it('to sign when another writer has published', async () => {
    const [log, other] = [await open(), await open()]
    await other.append(numbered(0, 5))
    await expect(log.append(numbered(0, 4))).rejects.toMatchObject({ code: 'checkpoint_changed' })
  })

  it('to open with another key or origin', async () => {
    await (await open()).append(greek)
    const options = { directory: join(directory, 'log'), origin, seed }
    await expect(openLog({ ...options, seed: Buffer.alloc(32, 1) })).rejects.toMatchObject({ code: 'note_unverified' })
    await expect(openLog({ ...options, origin: 'audit.example.com/test' })).rejects.toMatchObject({ code: 'note_unverified' })
  })

  it('to start over when the checkpoint is gone and tiles are there', async () => {
    await (await open()).append(greek)
    await rm(file('checkpoint'))
    await expect(open()).rejects.toMatchObject({ code: 'checkpoint_missing' })
  })

  it.each([
    ['a hash flipped', 'tile/0/001.p/44', (bytes: Buffer) => { bytes[5] = (bytes[5] ?? 0) ^ 1 }],
    ['an upper hash flipped', 'tile/1/000.p/1', (bytes: Buffer) => { bytes[31] = (bytes[31] ?? 0) ^ 128 }],
    ['an entry flipped', 'tile/entries/001.p/44', (bytes: Buffer) => { bytes[5] = (bytes[5] ?? 0) ^ 1 }],
  ])('to open with %s at the right edge', async (_, path, damage) => {
    await (await open()).append(numbered(0, 300))
    const bytes = await readFile(file(path))
    damage(bytes)
    await writeFile(file(path), bytes)
    await expect(open()).rejects.toMatchObject({ code: 'log_inconsistent', message: expect.stringContaining('tiles and checkpoint of size 300 disagree') })
  })

  it('to open with a file of the right edge missing', async () => {
    await (await open()).append(numbered(0, 300))
    for (const path of ['tile/0/001.p/44', 'tile/1/000.p/1', 'tile/entries/001.p/44']) {
      const bytes = await readFile(file(path))
      await rm(file(path))
      await expect(open()).rejects.toMatchObject({ code: 'log_inconsistent', message: expect.stringContaining(`${path} is missing`) })
      await writeFile(file(path), bytes)
    }
    await open()
  })
})
