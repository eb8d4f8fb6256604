import { readdir } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { createFaultySpoolFiles } from '../../test/faults/spool-files.ts'
import type { FaultySpoolFiles, SpoolFault, SpoolOperation } from '../../test/faults/spool-files.ts'
import { directoryForTest } from '../../test/support/directory.ts'
import { drain, entries, forgetWriters, limits, spoolIn } from './for-tests.ts'
import type { Spool, SpoolEvent, SpoolOptions } from './spool.ts'

const calm = { heartbeatMs: 3_600_000, staleMs: 3_600_000 }

async function faulty(options: Partial<SpoolOptions> = {}): Promise<{ directory: string; files: FaultySpoolFiles; spool: Spool; events: SpoolEvent[] }> {
  const directory = await directoryForTest()
  const files = createFaultySpoolFiles()
  const events: SpoolEvent[] = []
  const spool = await spoolIn(directory, { ...calm, files, onEvent: (event) => events.push(event), ...options })
  await spool.append(entries('before'))
  return { directory, files, spool, events }
}

/** What the process finds that comes after this one. */
async function reopened(directory: string, files: FaultySpoolFiles): Promise<string[]> {
  files.die()
  await forgetWriters(directory)
  const next = await spoolIn(directory, calm)
  const ids = await drain(next)
  expect(next.status.damagedRecords).toBe(0)
  return ids
}

const faults: readonly (readonly [SpoolOperation, SpoolFault])[] = [['write', 'before'], ['write', 'torn'], ['write', 'after'], ['datasync', 'before'], ['datasync', 'after'], ['stat', 'before']]

describe('a disk that fails', () => {
  test.each(faults)('once, at %s (%s), is not even noticed: the entries go to a new segment', async (operation, fault) => {
    const { directory, files, spool, events } = await faulty()
    files.failNext(operation, fault)
    await Promise.all([spool.append(entries('a', 'b')), spool.append(entries('c'))])
    await spool.append(entries('d'))
    expect(spool.status).toMatchObject({ records: 5, failing: false })
    expect(events).toEqual([])
    expect(await reopened(directory, files)).toEqual(['before', 'a', 'b', 'c', 'd'])
  })

  test.each(faults)('for longer, at %s (%s), rejects, keeps what it has, and recovers', async (operation, fault) => {
    const { directory, files, spool, events } = await faulty()
    files.decide = (asked) => (asked === operation ? fault : undefined)
    await expect(spool.append(entries('a', 'b'))).rejects.toMatchObject({ code: 'SPOOL_FAILED', retryable: true, message: expect.stringContaining('EIO') as string })
    await expect(spool.append(entries('a2'))).rejects.toMatchObject({ code: 'SPOOL_FAILED' })
    expect(spool.status).toMatchObject({ records: 1, failing: true })
    files.decide = undefined
    await spool.append(entries('c'))
    expect(spool.status).toMatchObject({ records: 2, failing: false })
    expect(events).toEqual([{ kind: 'failed', code: 'EIO' }, { kind: 'recovered' }])
    expect(await reopened(directory, files)).toEqual(['before', 'c'])
  })

  test.each(['ENOSPC', 'EROFS', 'EDQUOT'])('with %s, whatever is asked of it, says so', async (code) => {
    const { directory, files, spool } = await faulty({ segmentBytes: 1 })
    files.code = code
    files.decide = (operation) => (operation === 'write' || operation === 'create' ? 'before' : undefined)
    await expect(spool.append(entries('a'))).rejects.toMatchObject({ code: 'SPOOL_FAILED', message: expect.stringContaining(code) as string })
    expect(() => spool.appendSync(entries('b'))).toThrow(expect.objectContaining({ code: 'SPOOL_FAILED' }) as Error)
    files.decide = undefined
    await spool.append(entries('c'))
    expect(await drain(spool)).toEqual(['before', 'c'])
    await spool.close()
    expect(await readdir(directory)).toEqual(['.gitignore'])
  })

  test.each(faults)('and a process that dies right after it (%s, %s) lose nothing that was durable', async (operation, fault) => {
    const { directory, files, spool } = await faulty()
    files.decide = (asked) => (asked === operation || asked === 'truncate' || asked === 'unlink' ? fault : undefined)
    await expect(spool.append(entries('a'))).rejects.toMatchObject({ code: 'SPOOL_FAILED' })
    const ids = await reopened(directory, files)
    expect(ids[0]).toBe('before')
    expect([...ids.slice(1), 'a'][0]).toBe('a') // it may be there, whole or not at all
  })

  test.each(['create', 'syncDirectory'] as const)('at the change to a new segment (%s) leaves no gap', async (operation) => {
    const { directory, files, spool } = await faulty({ segmentBytes: 1 })
    files.failNext(operation, 'before', 2)
    await expect(spool.append(entries('a'))).rejects.toMatchObject({ code: 'SPOOL_FAILED' })
    await spool.append(entries('b'))
    files.failNext(operation, 'after', 1)
    await spool.append(entries('c'))
    expect(await reopened(directory, files)).toEqual(['before', 'b', 'c'])
  })

  test('keeps an entry in the batch that was already handed out, and nothing else of its append', async () => {
    const { spool, files } = await faulty()
    files.decide = (operation) => (operation === 'datasync' ? 'before' : undefined)
    const pending = spool.append(entries('a', 'b', 'c'))
    const batch = await spool.next({ maxRecords: 3, maxBytes: 1e6 })
    expect(batch?.entries.map(({ recordId }) => recordId)).toEqual(['before', 'a', 'b'])
    await expect(pending).rejects.toMatchObject({ code: 'SPOOL_FAILED' })
    files.decide = undefined
    await spool.settle(batch!, [], 2)
    expect(await drain(spool)).toEqual(['b'])
    expect(spool.status.records).toBe(0)
  })

  test('of every refused entry keeps nothing settled that is not kept', async () => {
    const { spool, files } = await faulty()
    const batch = await spool.next(limits)
    files.failNext('datasync', 'before')
    await expect(spool.settle(batch!, [{ index: 0, code: 'REFUSED' }])).rejects.toMatchObject({ code: 'SPOOL_FAILED' })
    expect(spool.status).toMatchObject({ records: 1, refusedRecords: 0 })
    await spool.settle(batch!, [{ index: 0, code: 'REFUSED' }])
    expect(spool.status).toMatchObject({ records: 0, refusedRecords: 1 })
  })

  test('when it cannot be read, rejects, and gives everything later', async () => {
    const { spool, files } = await faulty({ memoryBytes: 1 })
    await spool.append(entries('a', 'b'))
    files.failNext('read', 'before')
    await expect(spool.next(limits)).rejects.toMatchObject({ code: 'SPOOL_FAILED' })
    expect(await drain(spool)).toEqual(['before', 'a', 'b'])
  })

  test('at the removal of what is settled is tried again', async () => {
    const { directory, spool, files } = await faulty({ segmentBytes: 1 })
    await spool.append(entries('a', 'b'))
    files.failNext('unlink', 'before')
    expect(await drain(spool)).toEqual(['before', 'a', 'b'])
    await spool.append(entries('c'))
    files.failNext('unlink', 'before', 2)
    expect(await drain(spool)).toEqual(['c'])
    await spool.close()
    const next = await spoolIn(directory, calm)
    expect(await drain(next)).toEqual([])
    await next.close()
    expect(await readdir(directory)).toEqual(['.gitignore'])
  })

  test('at the end of a process rejects what was not written, and the write that was under way goes on', async () => {
    const { directory, spool, files } = await faulty()
    const pending = spool.append(entries('a'))
    let syncs = 0
    files.decide = (operation, path) => (operation === 'write' && path.endsWith('2.spool') && (syncs += 1) === 2 ? 'torn' : undefined)
    expect(() => spool.appendSync(entries('b'))).toThrow(expect.objectContaining({ code: 'SPOOL_FAILED' }) as Error)
    files.decide = undefined
    await pending
    await spool.append(entries('c'))
    expect(await reopened(directory, files)).toEqual(['before', 'a', 'c'])
  })
})

test('a power cut leaves what was durable, whatever it leaves of the rest', async () => {
  for (const part of [0, 0.3, 0.9, 1]) {
    const { directory, files, spool } = await faulty()
    await spool.append(entries('a'))
    files.decide = (operation) => (operation === 'datasync' || operation === 'truncate' ? 'before' : undefined)
    await spool.append(entries('b', 'c')).catch(() => {})
    files.decide = undefined
    files.die()
    await files.powerCut(directory, (unsynced) => Math.floor(unsynced * part))
    const ids = await reopened(directory, files)
    expect(ids.slice(0, 2)).toEqual(['before', 'a'])
  }
})

test('a close that cannot write does not hang or throw', async () => {
  const { files, spool } = await faulty()
  files.die()
  await spool.close()
  await expect(spool.append(entries('a'))).rejects.toMatchObject({ code: 'CLOSED' })
})
