import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { directoryForTest } from '../../test/support/directory.ts'
import { drain, entries, limits, namesOf, spoolIn, textOf } from './for-tests.ts'
import { openSpool, openSpoolSync } from './open.ts'

describe('entries', () => {
  test('come out as they went in: in order, once', async () => {
    const spool = await spoolIn(await directoryForTest())
    await Promise.all([spool.append(entries('a', 'b')), spool.append(entries('c'))])
    expect(spool.status).toMatchObject({ records: 3, failing: false })
    expect(await drain(spool)).toEqual(['a', 'b', 'c'])
    expect(spool.status.records).toBe(0)
  })

  test('are handed out before they are durable', async () => {
    const spool = await spoolIn(await directoryForTest())
    const pending = spool.append(entries('a'))
    const batch = await spool.next(limits)
    expect(batch?.entries.map(({ recordId }) => recordId)).toEqual(['a'])
    await spool.settle(batch!)
    await pending
    expect(await spool.next(limits)).toBeUndefined()
  })

  test('of one batch keep to both limits, but there is always one', async () => {
    const spool = await spoolIn(await directoryForTest())
    await spool.append(entries('a', 'b', 'c'))
    const next = async (maxRecords: number, maxBytes: number): Promise<number> => {
      const batch = await spool.next({ maxRecords, maxBytes })
      await spool.settle(batch!, [], 0)
      return batch!.entries.length
    }
    expect(await next(2, 1e6)).toBe(2)
    expect(await next(9, Buffer.byteLength(textOf('a')) * 2)).toBe(2)
    expect(await next(9, Buffer.byteLength(textOf('a')) * 2 - 1)).toBe(1)
    expect(await next(9, 1)).toBe(1)
  })

  test('that were not settled come again with the next batch', async () => {
    const spool = await spoolIn(await directoryForTest(), { memoryBytes: 1, segmentBytes: 200 })
    for (const id of ['a', 'b', 'c', 'd']) await spool.append(entries(id))
    const batch = await spool.next(limits)
    expect(batch?.entries).toHaveLength(4)
    await spool.settle(batch!, [], 1)
    expect(spool.status.records).toBe(3)
    expect(await drain(spool)).toEqual(['b', 'c', 'd'])
  })

  test('are read back from disk when they are too many for memory', async () => {
    const spool = await spoolIn(await directoryForTest(), { memoryBytes: 1_000, segmentBytes: 5_000 })
    const ids = Array.from({ length: 500 }, (_, index) => `r${index}`)
    for (let at = 0; at < 500; at += 20) await spool.append(entries(...ids.slice(at, at + 20)))
    expect(await drain(spool)).toEqual(ids)
  })

  test('above the limit are refused, the others of the call with them', async () => {
    const spool = await spoolIn(await directoryForTest())
    const large = { recordId: 'large', text: 'x'.repeat(16 * 1024 * 1024) }
    await expect(spool.append([...entries('a'), large])).rejects.toMatchObject({ code: 'TOO_LARGE', recordId: 'large' })
    expect(spool.status.records).toBe(0)
  })
})

describe('closing', () => {
  test('leaves nothing behind when all is settled', async () => {
    const directory = await directoryForTest()
    const spool = await spoolIn(directory)
    await spool.append(entries('a'))
    await drain(spool)
    await spool.close()
    await spool.close()
    expect(await readdir(directory)).toEqual(['.gitignore'])
    await expect(spool.append(entries('b'))).rejects.toMatchObject({ code: 'CLOSED' })
    await expect(spool.next(limits)).rejects.toMatchObject({ code: 'CLOSED' })
  })

  test('gives what was not settled to the next one', async () => {
    const directory = await directoryForTest()
    const first = await spoolIn(directory, { segmentBytes: 100 })
    for (const id of ['a', 'b', 'c', 'd']) await first.append(entries(id))
    const batch = await first.next({ maxRecords: 2, maxBytes: 1e6 })
    await first.settle(batch!, [], 1)
    await first.close()
    const second = await spoolIn(directory)
    await second.append(entries('e'))
    expect(second.status).toMatchObject({ records: 4, adoptedStreams: 1, damagedRecords: 0, tornBytes: 0 })
    expect(await drain(second)).toEqual(['b', 'c', 'd', 'e'])
    await second.close()
    expect(await readdir(directory)).toEqual(['.gitignore'])
  })

  test('waits for appends', async () => {
    const directory = await directoryForTest()
    const spool = await spoolIn(directory)
    const pending = [spool.append(entries('a')), spool.append(entries('b'))]
    await spool.close()
    await Promise.all(pending)
    expect(await drain(await spoolIn(directory))).toEqual(['a', 'b'])
  })
})

describe('the end of a process', () => {
  test('takes along what waits, at once', async () => {
    const directory = await directoryForTest()
    const spool = await spoolIn(directory)
    await spool.append(entries('a'))
    const pending = spool.append(entries('b', 'c'))
    spool.appendSync(entries('d'))
    spool.closeSync()
    const next = await spoolIn(directory)
    await pending
    expect(await drain(next)).toEqual(['a', 'b', 'c', 'd'])
    expect(next.status.damagedRecords).toBe(0)
  })

  test('may come before a spool is open', async () => {
    const directory = await directoryForTest()
    const spool = openSpoolSync({ directory, resource: '{}' })
    spool.appendSync(entries('a'))
    spool.closeSync()
    spool.closeSync()
    expect(await drain(await spoolIn(directory))).toEqual(['a'])
  })

  test('may come while a spool is closing', async () => {
    const directory = await directoryForTest()
    const spool = await spoolIn(directory)
    const pending = spool.append(entries('a', 'b'))
    const closing = spool.close()
    spool.closeSync()
    expect((await spoolIn(directory)).status.records).toBe(2)
    await Promise.all([pending, closing])
  })

  test('leaves nothing behind when all is settled', async () => {
    const directory = await directoryForTest()
    const spool = await spoolIn(directory)
    await spool.append(entries('a'))
    await drain(spool)
    spool.closeSync()
    expect(await readdir(directory)).toEqual(['.gitignore'])
  })

  test('may be followed by more: synchronous and other appends keep their order', async () => {
    const directory = await directoryForTest()
    const spool = await spoolIn(directory)
    const pending = [spool.append(entries('a'))]
    spool.appendSync(entries('b'))
    pending.push(spool.append(entries('c')))
    await Promise.all(pending)
    spool.appendSync(entries('d'))
    await spool.close()
    expect(await drain(await spoolIn(directory))).toEqual(['a', 'b', 'c', 'd'])
  })
})

describe('a refused entry', () => {
  test('is in the refused file before it is settled', async () => {
    const directory = await directoryForTest()
    const spool = await spoolIn(directory, { resource: '{"r":1}' })
    await spool.append(entries('a', 'b', 'c'))
    const batch = await spool.next(limits)
    await spool.settle(batch!, [{ index: 1, code: 'REFUSED', reason: 'MISSING_ATTRIBUTE' }])
    expect(spool.status).toMatchObject({ records: 0, refusedRecords: 1 })
    const [name] = await namesOf(directory, '.refused')
    const line = JSON.parse(await readFile(join(directory, name!), 'utf8')) as object
    expect(line).toEqual({ recordId: 'b', text: textOf('b'), code: 'REFUSED', reason: 'MISSING_ATTRIBUTE', refusedAt: expect.any(String) as string, resource: '{"r":1}' })
  })

  test('is dropped, oldest first and never silently, when refused files take a quarter of the spool', async () => {
    const directory = await directoryForTest()
    const dropped: unknown[] = []
    const spool = await spoolIn(directory, { maxBytes: 8_000, segmentBytes: 600, onEvent: (event) => dropped.push(event) })
    for (let index = 0; index < 40; index += 1) {
      await spool.append(entries(`r${index}`))
      const batch = await spool.next(limits)
      await spool.settle(batch!, [{ index: 0, code: 'REFUSED' }])
    }
    const texts = await Promise.all((await namesOf(directory, '.refused')).map((name) => readFile(join(directory, name), 'utf8')))
    const kept = texts.join('').split('\n').filter((line) => line !== '')
    expect(Buffer.byteLength(texts.join(''))).toBeLessThanOrEqual(2_000)
    expect(kept.at(-1)).toContain('"r39"')
    expect(spool.status).toMatchObject({ refusedRecords: 40, droppedRecords: 40 - kept.length })
    expect(dropped).toContainEqual({ kind: 'refused-dropped', records: expect.any(Number) as number })
  })
})

describe('a full spool', () => {
  test('refuses with SPOOL_FULL, keeps what it has, and takes more when room was made', async () => {
    const spool = await spoolIn(await directoryForTest(), { maxBytes: 4_000 })
    let count = 0
    await expect((async () => { for (;;) { await spool.append(entries(`r${count}`)); count += 1 } })()).rejects.toMatchObject({ code: 'SPOOL_FULL', retryable: true })
    expect(count).toBeGreaterThan(10)
    expect(spool.status.records).toBe(count)
    expect(spool.status.bytes).toBeLessThan(4_200) // the header of one segment was not foretold
    expect(() => spool.appendSync(entries('sync'))).toThrow(expect.objectContaining({ code: 'SPOOL_FULL' }) as Error)
    expect(await drain(spool)).toHaveLength(count)
    await spool.append(entries('more'))
    expect(await drain(spool)).toEqual(['more'])
  })

  test('counts what others have, and no files of others', async () => {
    const directory = await directoryForTest()
    await writeFile(join(directory, 'not-ours'), 'x'.repeat(10_000))
    const first = await spoolIn(directory, { maxBytes: 4_000 })
    for (let index = 0; index < 12; index += 1) await first.append(entries(`r${index}`))
    const second = await spoolIn(directory, { maxBytes: 2_000 })
    await expect(second.append(entries(...Array.from({ length: 16 }, (_, index) => `s${index}`)))).rejects.toMatchObject({ code: 'SPOOL_FULL' })
  })

  test('has room for its next segment: settled space is free', async () => {
    const spool = await spoolIn(await directoryForTest(), { maxBytes: 8_000 })
    for (let index = 0; index < 300; index += 1) {
      await spool.append(entries(`r${index}`))
      if (index % 3 === 2) await drain(spool)
    }
    expect(spool.status.records).toBe(0)
  })
})

describe('the directory', () => {
  test('and its files are for their owner alone', async () => {
    const directory = join(await directoryForTest(), 'a', 'spool')
    const spool = await spoolIn(directory)
    await spool.append(entries('a'))
    expect((await stat(directory)).mode & 0o777).toBe(0o700)
    for (const name of await readdir(directory)) expect((await stat(join(directory, name))).mode & 0o777, name).toBe(0o600)
    expect(await readFile(join(directory, '.gitignore'), 'utf8')).toBe('*\n')
  })

  const refused = (directory: string): Promise<unknown> => openSpool({ directory, resource: '{}' })

  test('is refused when others may write to it', async () => {
    for (const mode of [0o770, 0o707, 0o777]) {
      const directory = await directoryForTest()
      await chmod(directory, mode)
      await expect(refused(directory)).rejects.toMatchObject({ code: 'SPOOL_FAILED' })
    }
  })

  test('is refused when it is a link, or a file', async () => {
    const directory = await directoryForTest()
    await mkdir(join(directory, 'real'), { mode: 0o700 })
    await symlink('real', join(directory, 'link'))
    await writeFile(join(directory, 'file'), '')
    await expect(refused(join(directory, 'link'))).rejects.toMatchObject({ code: 'SPOOL_FAILED' })
    await expect(refused(join(directory, 'file'))).rejects.toMatchObject({ code: 'SPOOL_FAILED' })
    expect(await readdir(join(directory, 'real'))).toEqual([])
  })

  test('may hold what is not ours, which is left alone', async () => {
    const directory = await directoryForTest()
    await mkdir(join(directory, 'otel'))
    await writeFile(join(directory, 'fingerprint-key-1.json'), '{}')
    await symlink('/etc/passwd', join(directory, '0123456789abcdef-00000001.spool'))
    const spool = await spoolIn(directory)
    expect(spool.status).toMatchObject({ records: 0, damagedRecords: 0 })
    await spool.close()
    expect((await readdir(directory)).sort()).toEqual(['.gitignore', '0123456789abcdef-00000001.spool', 'fingerprint-key-1.json', 'otel'])
  })
})

test('options are checked all at once', async () => {
  const options = { directory: '', resource: '{}', maxBytes: 0, staleMs: 1.5 }
  await expect(openSpool(options)).rejects.toMatchObject({ code: 'INVALID_OPTIONS', problems: [{ key: 'spool.maxBytes' }, { key: 'spool.staleMs' }, { key: 'spool.directory' }] })
})

test('a batch is handed out and settled one at a time', async () => {
  const spool = await spoolIn(await directoryForTest())
  await spool.append(entries('a'))
  const batch = await spool.next(limits)
  await expect(spool.next(limits)).rejects.toThrow('BUG')
  await spool.settle(batch!)
  await expect(spool.settle(batch!)).rejects.toThrow('BUG')
})

test('the age of the oldest entry is told', async () => {
  const spool = await spoolIn(await directoryForTest())
  expect(spool.status.oldestMs).toBeUndefined()
  await spool.append(entries('a'))
  expect(spool.status.oldestMs).toBeGreaterThanOrEqual(0)
  await drain(spool)
  expect(spool.status.oldestMs).toBeUndefined()
})
