import { mkdir, readdir, readFile, rm, unlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { createFaultySpoolFiles } from '../../test/faults/spool-files.ts'
import { directoryForTest } from '../../test/support/directory.ts'
import { eventually } from '../../test/support/eventually.ts'
import { drain, entries, forgetWriters, limits, namesOf, spoolIn } from './for-tests.ts'
import { announce, describeSelf } from './presence.ts'
import { diskFiles } from './files.ts'
import type { SpoolEvent } from './spool.ts'

const quick = { heartbeatMs: 20, staleMs: 60 }

/** A spool whose process stands still: it gives no sign of life, and does not look after anything. */
const suspended = { heartbeatMs: 3_600_000, staleMs: 3_600_000 }

test('several spools of one directory keep to their own while they live', async () => {
  const directory = await directoryForTest()
  const [first, second] = [await spoolIn(directory, quick), await spoolIn(directory, quick)]
  await Promise.all([first.append(entries('a')), second.append(entries('b'))])
  await eventually('some heartbeats', () => namesOf(directory, '.lease').then((names) => names.length === 2))
  expect(first.status.adoptedStreams + second.status.adoptedStreams).toBe(0)
  expect([await drain(first), await drain(second)]).toEqual([['a'], ['b']])
})

test('what a closed one left is taken by exactly one of those that live', async () => {
  const directory = await directoryForTest()
  const living = await Promise.all([1, 2, 3, 4].map(() => spoolIn(directory, quick)))
  const closed = await spoolIn(directory, quick)
  await closed.append(entries('a', 'b', 'c'))
  await closed.close()
  await eventually('taken over', () => living.some(({ status }) => status.adoptedStreams > 0))
  expect(living.reduce((sum, { status }) => sum + status.adoptedStreams, 0)).toBe(1)
  expect((await Promise.all(living.map(drain))).flat()).toEqual(['a', 'b', 'c'])
})

test('several that start at once share what was left: each stream goes to one of them', async () => {
  const directory = await directoryForTest()
  for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) {
    const spool = await spoolIn(directory)
    await spool.append(entries(id))
    await forgetWriters(directory)
  }
  const starting = await Promise.all([1, 2, 3].map(() => spoolIn(directory)))
  expect((await Promise.all(starting.map(drain))).flat().sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
})

test('a writer that gives no sign of life for long enough is taken over, and goes on in a new stream when it wakes', async () => {
  const directory = await directoryForTest()
  const events: SpoolEvent[] = []
  const sleeping = await spoolIn(directory, { ...suspended, onEvent: (event) => events.push(event) })
  await sleeping.append(entries('a', 'b'))
  const living = await spoolIn(directory, quick)
  await eventually('taken over', () => living.status.adoptedStreams === 1)
  await sleeping.append(entries('c')) // it wakes: what it writes to its old stream nobody would see
  expect(events).toContainEqual(expect.objectContaining({ kind: 'superseded' }))
  expect(sleeping.status.records).toBe(1)
  expect((await drain(living)).slice(0, 2)).toEqual(['a', 'b']) // then perhaps `c`: it fell asleep again
  expect(await drain(sleeping)).toEqual(['c'])
})

test('a batch of a stream that was taken over meanwhile is settled without harm', async () => {
  const directory = await directoryForTest()
  const sleeping = await spoolIn(directory, suspended)
  await sleeping.append(entries('a', 'b', 'c'))
  const batch = await sleeping.next({ maxRecords: 2, maxBytes: 1e6 })
  const living = await spoolIn(directory, quick)
  await eventually('taken over', () => living.status.adoptedStreams === 1)
  await sleeping.append(entries('d'))
  await sleeping.settle(batch!)
  expect(sleeping.status.records).toBe(1)
  expect(await drain(sleeping)).toEqual(['d'])
  expect((await drain(living)).slice(0, 3)).toEqual(['a', 'b', 'c'])
  expect(living.status.damagedRecords).toBe(0)
})

test('a stream that was taken from its heir is given up by it, and not removed', async () => {
  const directory = await directoryForTest()
  const dead = await spoolIn(directory)
  await dead.append(entries('a', 'b'))
  await forgetWriters(directory)
  const heir = await spoolIn(directory, suspended)
  const batch = await heir.next({ maxRecords: 1, maxBytes: 1e6 })
  const living = await spoolIn(directory, quick)
  await eventually('taken over again', () => living.status.adoptedStreams === 1)
  await heir.settle(batch!)
  expect(await drain(heir)).toEqual(['b']) // it has not noticed: twice is harmless
  expect(await drain(living)).toEqual(['a', 'b'])
  expect(living.status.damagedRecords).toBe(0)
})

test('clocks do not matter: a sign of life is one whatever time it bears', async () => {
  const directory = await directoryForTest()
  let beats = 0
  const touch = async (path: string): Promise<void> => { beats += 1; await utimes(path, 1_000, beats % 2 === 0 ? 5_000 : 1_000_000 - beats) } // a clock that jumps to and fro
  const odd = await spoolIn(directory, { heartbeatMs: 20, staleMs: 60, files: { ...diskFiles, touch } })
  await odd.append(entries('a'))
  const living = await spoolIn(directory, { heartbeatMs: 50, staleMs: 500 })
  const before = beats
  await eventually('thirty signs of life', () => beats > before + 30)
  expect(living.status.adoptedStreams).toBe(0)
})

test('a process that we can see to be gone is dead at once, and one on another machine only when it was silent for long', async () => {
  const directory = await directoryForTest()
  const gone = await spoolIn(directory, suspended)
  await gone.append(entries('a'))
  const [name] = await namesOf(directory, '.writer')
  const [, started, ...place] = describeSelf().trim().split(' ')
  await writeFile(join(directory, name!), `4194305 ${started} ${place.join(' ')}\n`) // beyond the highest process id
  expect(await drain(await spoolIn(directory, suspended))).toEqual(['a'])

  const far = await spoolIn(directory, suspended)
  await far.append(entries('b'))
  const writers = await namesOf(directory, '.writer')
  for (const writer of writers) await writeFile(join(directory, writer), '4194305 1 elsewhere boot namespace\n')
  const living = await spoolIn(directory, quick)
  expect(living.status.adoptedStreams).toBe(0)
  await eventually('taken over', () => living.status.adoptedStreams > 0)
  expect(await drain(living)).toEqual(['b'])
})

test('another process that got the same id since is not the writer', async () => {
  const directory = await directoryForTest()
  const gone = await spoolIn(directory, suspended)
  await gone.append(entries('a'))
  const [name] = await namesOf(directory, '.writer')
  const [pid, , ...place] = describeSelf().trim().split(' ')
  await writeFile(join(directory, name!), `${pid} 1 ${place.join(' ')}\n`)
  const { adoptedStreams } = (await spoolIn(directory, suspended)).status
  expect(adoptedStreams).toBe(process.platform === 'linux' ? 1 : 0)
})

test('segments without a lease are taken too; those of a writer that lives are not', async () => {
  const directory = await directoryForTest()
  const dead = await spoolIn(directory, suspended)
  await dead.append(entries('a'))
  await forgetWriters(directory)
  for (const name of await namesOf(directory, '.lease')) await unlink(join(directory, name))
  const [first, second] = [await spoolIn(directory, suspended), await spoolIn(directory, suspended)]
  expect([await drain(first), await drain(second)]).toEqual([['a'], []])
})

test('a directory that is emptied or removed under a spool is made again, and what is in memory is written again', async () => {
  for (const removal of [(directory: string) => rm(directory, { recursive: true }), async (directory: string) => { for (const name of await readdir(directory)) await unlink(join(directory, name)) }]) {
    const directory = join(await directoryForTest(), 'spool')
    await mkdir(directory, { mode: 0o700 })
    const spool = await spoolIn(directory, suspended)
    await spool.append(entries('a', 'b'))
    await removal(directory)
    await spool.append(entries('c'))
    expect(spool.status).toMatchObject({ records: 3, damagedRecords: 0 })
    await spool.close()
    expect((await drain(await spoolIn(directory))).sort()).toEqual(['a', 'b', 'c'])
  }
})

test('what was only in a removed directory is counted as damaged', async () => {
  const directory = join(await directoryForTest(), 'spool')
  const events: SpoolEvent[] = []
  const spool = await spoolIn(directory, { ...suspended, memoryBytes: 1, onEvent: (event) => events.push(event) })
  for (const id of ['a', 'b', 'c']) await spool.append(entries(id))
  await rm(directory, { recursive: true })
  await spool.append(entries('d'))
  expect(spool.status).toMatchObject({ records: 1, damagedRecords: 3 })
  expect(events).toContainEqual(expect.objectContaining({ kind: 'damaged', records: 3 }))
  expect(await drain(spool)).toEqual(['d'])
})

test('a worker thread that is ended leaves its records to the others', async () => {
  const directory = await directoryForTest()
  const source = `
    import { parentPort } from 'node:worker_threads'
    import { openSpool } from ${JSON.stringify(new URL('open.ts', import.meta.url).href)}
    const spool = await openSpool({ directory: ${JSON.stringify(directory)}, resource: '{"attributes":[]}', heartbeatMs: 20, staleMs: 10_000 })
    await spool.append(${JSON.stringify(entries('a', 'b'))})
    parentPort.postMessage('durable')
    setInterval(() => {}, 1_000)`
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), { execArgv: ['--conditions=@blotter/source', '--disable-warning=ExperimentalWarning'] })
  await new Promise((resolve, reject) => { worker.once('message', resolve).once('error', reject) })
  await worker.terminate()
  const living = await spoolIn(directory, quick)
  await eventually('taken over', () => living.status.adoptedStreams === 1)
  expect(await drain(living)).toEqual(['a', 'b'])
})

test('a stream that the disk does not let us read is read later', async () => {
  const directory = await directoryForTest()
  const dead = await spoolIn(directory, suspended)
  await dead.append(entries('a'))
  await forgetWriters(directory)
  const files = createFaultySpoolFiles()
  files.failNext('read', 'before', 3)
  const living = await spoolIn(directory, { ...quick, files })
  await eventually('taken over', () => living.status.adoptedStreams === 1)
  expect(await drain(living)).toEqual(['a'])
})

test('announcing twice changes nothing', async () => {
  const directory = await directoryForTest()
  announce(diskFiles, directory, '0123456789abcdef')
  announce(diskFiles, directory, '0123456789abcdef')
  expect(await readFile(join(directory, '0123456789abcdef.writer'), 'utf8')).toBe(describeSelf())
})

test('limits hold for what was inherited as well', async () => {
  const directory = await directoryForTest()
  const dead = await spoolIn(directory, { segmentBytes: 300 })
  for (const id of ['a', 'b', 'c', 'd', 'e']) await dead.append(entries(id))
  await dead.close()
  const living = await spoolIn(directory)
  const batch = await living.next({ maxRecords: 3, maxBytes: limits.maxBytes })
  expect(batch?.entries.map(({ recordId }) => recordId)).toEqual(['a', 'b', 'c'])
  await living.settle(batch!, [], 0)
  expect(living.status.records).toBe(5)
  expect(await drain(living)).toEqual(['a', 'b', 'c', 'd', 'e'])
})
