import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { DurableFolder } from './durable.ts'
import type { DurableFile } from './durable.ts'
import { MemoryDisk } from './testing/memory-disk.ts'

const text = (value: string): Buffer => Buffer.from(value)

async function temporaryFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'blotter-durable-'))
  onTestFinished(() => rm(path, { recursive: true }))
  return path
}

describe('durable files', () => {
  it('are written with the folders they need, and leave nothing else behind', async () => {
    const path = await temporaryFolder()
    const folder = new DurableFolder(path)
    await folder.writeAll([{ path: 'a/b/one', bytes: text('1') }, { path: 'a/c/two', bytes: text('2') }])
    await folder.replace('three', text('3'))
    await folder.replace('three', text('three'))
    expect((await readdir(path, { recursive: true })).sort()).toEqual(['a', 'a/b', 'a/b/one', 'a/c', 'a/c/two', 'three'])
    expect(await readFile(join(path, 'three'), 'utf8')).toBe('three')
    expect(await folder.read('a/nothing')).toBeNull()
    await folder.removeDirectory('a/b')
    await folder.removeDirectory('a/b')
    await folder.writeImmutable('a/b/four', text('4'))
    expect(await folder.list('a/b')).toEqual(['four'])
    expect(await folder.list('nothing')).toEqual([])
  })

  it('that are immutable may be written again, and never changed', async () => {
    const folder = new DurableFolder(await temporaryFolder())
    await folder.writeImmutable('a', text('same'))
    await folder.writeImmutable('a', text('same'))
    await expect(folder.writeImmutable('a', text('other'))).rejects.toThrow('BUG: immutable file changed; got other bytes for a')
    expect(Buffer.from(await folder.read('a') ?? []).toString()).toBe('same')
  })

  it('outlive a power cut that comes right after the write', async () => {
    const disk = new MemoryDisk()
    const folder = new DurableFolder('/', disk)
    await folder.writeAll([{ path: 'a/b/c/one', bytes: text('1') }])
    await folder.replace('a/two', text('2'))
    disk.crash(() => false)
    expect([...disk.live.keys()]).toEqual(['/', '/a', '/a/b', '/a/b/c', '/a/b/c/one', '/a/two'])
  })

  it('outlive a power cut when the folders were left by a run that died before syncing them', async () => {
    const disk = new MemoryDisk()
    await disk.makeDirectory('/a')
    await disk.makeDirectory('/a/b')
    await new DurableFolder('/', disk).writeImmutable('a/b/one', text('1'))
    disk.crash(() => false)
    expect([...disk.live.keys()]).toContain('/a/b/one')
  })

  it('are synced once for each folder of a batch', async () => {
    const disk = new MemoryDisk()
    const folder = new DurableFolder('/', disk)
    await folder.writeAll(Array.from({ length: 100 }, (_, i) => ({ path: `a/${i}`, bytes: text('x') })))
    const syncs = disk.operations - 200 - 8 // writes and renames; up to one mkdir for each writer
    expect(syncs).toBeLessThanOrEqual(2)
  })

  it('are drawn as they are written, not all at once', async () => {
    const folder = new DurableFolder('/', new MemoryDisk())
    let [drawn, written, most] = [0, 0, 0]
    function* many(): Generator<DurableFile> {
      for (; drawn < 200; drawn += 1) {
        most = Math.max(most, drawn - written)
        yield { path: `f${drawn}`, bytes: text('x') }
        written += 1 // the next one is drawn when a writer is free again
      }
    }
    await folder.writeAll(many())
    expect(most).toBeLessThanOrEqual(8)
  })

  it('stop being written after a failure, and none is still on its way when the failure is reported', async () => {
    const disk = new MemoryDisk()
    const folder = new DurableFolder('/', disk)
    disk.failAt({ at: 20, when: 'before', fatal: false })
    await expect(folder.writeAll(Array.from({ length: 100 }, (_, i) => ({ path: `${i}`, bytes: text('x') })))).rejects.toThrow('injected fault')
    const after = disk.operations
    await new Promise((wake) => setTimeout(wake, 5))
    expect(disk.operations).toBe(after)
    expect(after).toBeLessThan(60)
  })
})
