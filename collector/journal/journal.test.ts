import { appendFile, copyFile, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { directoryForTest } from '../../test/support/directory.ts'
import { entries, entry, labels, textsOf } from '../../test/support/entries.ts'
import { createFaultyFiles } from '../../test/support/faulty-files.ts'
import { syncDirectory } from '../durable.ts'
import { encodeFrame, maxFrameBytes } from './frame.ts'
import { openJournal } from './journal.ts'
import type { Frame } from './frame.ts'
import type { Damage } from './problem.ts'
import type { ScannedFrame } from './scan.ts'
import type { Journal, JournalOptions } from './journal.ts'
import type { FaultyFiles } from '../../test/support/faulty-files.ts'

vi.mock('../durable.ts', async (original) => {
  const durable = await original<typeof import('../durable.ts')>()
  return { ...durable, syncDirectory: vi.fn(durable.syncDirectory) }
})

async function journalIn(directory: string, options: Partial<JournalOptions> = {}): Promise<Journal> {
  const journal = await openJournal({ directory, floorIndex: 0, ...options })
  onTestFinished(() => journal.close())
  return journal
}

const newJournal = async (options: Partial<JournalOptions> = {}): Promise<Journal> => journalIn(await directoryForTest(), options)

const append = (journal: Journal, ...texts: string[]): Promise<void> => journal.append(entries(...texts), 1n).durable

const segmentsIn = async (directory: string): Promise<string[]> => (await readdir(directory)).filter((name) => name.endsWith('.journal')).sort()

const scanned = ({ firstIndex, entries: found }: ScannedFrame): string[] => found().map(({ text }, i) => `${firstIndex + i} ${text.toString()}`)

/** Whatever was there: here it only has to be as many. */
const replacement = ({ firstIndex, endIndex }: Damage): Frame[] => [{ firstIndex, storedAtNano: 1n, entries: Array.from({ length: endIndex - firstIndex }, () => entry('lost')) }]

/** Segments of which each holds one append. */
const tiny = { segmentBytes: 1 }

describe('appending', () => {
  test('gives indices at once and in call order, one for each entry', async () => {
    const journal = await newJournal()
    const indices = [journal.append(entries('a', 'b'), 1n), journal.append(entries('c'), 1n), journal.append(entries('d', 'e', 'f'), 1n)]
    expect(indices.map(({ firstIndex }) => firstIndex)).toEqual([0, 2, 3])
    await Promise.all(indices.map(({ durable }) => durable))
    expect(await textsOf(journal)).toEqual(['0 a', '1 b', '2 c', '3 d', '4 e', '5 f'])
    expect(journal.durableIndex).toBe(6)
  })

  test('a new journal begins where the sealed log ends', async () => {
    const journal = await newJournal({ floorIndex: 42 })
    await append(journal, 'a')
    expect(await textsOf(journal)).toEqual(['42 a'])
    expect([journal.oldestIndex, journal.durableIndex]).toEqual([42, 43])
  })

  test('appends of one turn share one write and one sync', async () => {
    const files = createFaultyFiles()
    const journal = await newJournal({ openFile: files.open })
    const before = files.done.length
    await Promise.all(Array.from({ length: 50 }, (_, i) => append(journal, `${i}`)))
    expect(files.done.slice(before)).toEqual(['write', 'datasync'])
  })

  test('what arrives while a write is under way shares the next one, in order', async () => {
    const files = createFaultyFiles()
    const journal = await newJournal({ openFile: files.open })
    const before = files.done.length
    const late: Promise<void>[] = []
    files.decide = (operation) => {
      if (operation === 'datasync' && late.length === 0) for (const text of ['b', 'c', 'd']) late.push(append(journal, text))
      return undefined
    }
    await append(journal, 'a')
    await Promise.all(late)
    expect(files.done.slice(before)).toEqual(['write', 'datasync', 'write', 'datasync'])
    expect(await textsOf(journal)).toEqual(['0 a', '1 b', '2 c', '3 d'])
  })

  test('is not acknowledged before the bytes are synced', async () => {
    const files = createFaultyFiles()
    const journal = await newJournal({ openFile: files.open })
    let acknowledged = false
    const seen: (readonly [string, boolean, number])[] = []
    files.decide = (operation) => { seen.push([operation, acknowledged, journal.durableIndex]); return undefined }
    await append(journal, 'a').then(() => { acknowledged = true })
    expect(seen).toEqual([['write', false, 0], ['datasync', false, 0]])
    expect(journal.durableIndex).toBe(1)
  })

  test('is on the disk when it is acknowledged', async () => {
    const directory = await directoryForTest()
    const journal = await journalIn(directory)
    await append(journal, 'a', 'b')
    const copy = await directoryForTest() // what another process would find at this moment
    for (const name of await segmentsIn(directory)) await copyFile(join(directory, name), join(copy, name))
    expect(await textsOf(await journalIn(copy))).toEqual(['0 a', '1 b'])
  })

  test('goes on at once after an acknowledgement, one after the other', async () => {
    const journal = await newJournal()
    for (let i = 0; i < 20; i += 1) await journal.append([entry(`${i}`)], 1n).durable
    expect(journal.durableIndex).toBe(20)
  })

  test('writes that come short are carried on', async () => {
    const files = createFaultyFiles()
    const directory = await directoryForTest()
    const journal = await journalIn(directory, { openFile: files.open })
    files.failNext('write', 'short', 3)
    await append(journal, 'a'.repeat(1000), 'b')
    await journal.close()
    expect((await textsOf(await journalIn(directory))).map((text) => text.slice(0, 3))).toEqual(['0 a', '1 b'])
  })

  test('is refused beyond the size limit, and works again when something was released', async () => {
    const journal = await newJournal({ ...tiny, maxBytes: 1000 })
    await append(journal, 'a'.repeat(2000))
    expect(() => journal.append([entry('b')], 1n)).toThrow(expect.objectContaining({ code: 'JOURNAL_FULL' }))
    await journal.release(1)
    await append(journal, 'b')
    expect(await textsOf(journal)).toEqual(['1 b'])
  })

  test('what waits to be written counts for the size limit', async () => {
    const journal = await newJournal({ maxBytes: 1000 })
    const first = append(journal, 'a'.repeat(2000))
    expect(() => journal.append([entry('b')], 1n)).toThrow(expect.objectContaining({ code: 'JOURNAL_FULL' }))
    await first
  })

  test('a frame larger than a reader takes back is refused, and the next append is as if it had not been there', async () => {
    const journal = await newJournal()
    const large = entry('x'.repeat(1024 * 1024))
    expect(() => journal.append(Array.from({ length: maxFrameBytes / (1024 * 1024) }, () => large), 1n)).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }))
    await append(journal, 'a')
    expect(await textsOf(journal)).toEqual(['0 a'])
  })

  test('is refused after close, and close waits for what was appended before', async () => {
    const directory = await directoryForTest()
    const journal = await journalIn(directory)
    const durable = append(journal, 'a')
    await journal.close()
    await durable
    expect(() => journal.append([entry('b')], 1n)).toThrow(expect.objectContaining({ code: 'SHUTTING_DOWN' }))
    expect(await textsOf(await journalIn(directory))).toEqual(['0 a'])
  })
})

describe('opening again', () => {
  test('finds everything, tells it oldest first, and goes on with the right index', async () => {
    const directory = await directoryForTest()
    const first = await journalIn(directory, tiny)
    for (const text of ['a', 'b', 'c']) await append(first, text)
    await first.close()
    const recovered: ScannedFrame[] = []
    const second = await journalIn(directory, { ...tiny, onRecovered: (frame) => { recovered.push(frame) } })
    expect(recovered.flatMap(scanned)).toEqual(['0 a', '1 b', '2 c'])
    expect(recovered.map(({ storedAtNano }) => storedAtNano)).toEqual([1n, 1n, 1n])
    await append(second, 'd')
    expect(await textsOf(second)).toEqual(['0 a', '1 b', '2 c', '3 d'])
  })

  test('goes on behind the sealed log when that is further', async () => {
    const directory = await directoryForTest()
    const first = await journalIn(directory)
    await append(first, 'a')
    await first.close()
    const second = await journalIn(directory, { floorIndex: 10, neededIndex: 10, replacement })
    await append(second, 'b')
    expect(await textsOf(second, 10)).toEqual(['10 b'])
    await second.close()
    expect(await textsOf(await journalIn(directory, { floorIndex: 10 }), 10)).toEqual(['10 b'])
  })

  test('syncs what a process that was killed had written and not synced, before anyone builds on it', async () => {
    const directory = await directoryForTest()
    const files = createFaultyFiles()
    const first = await journalIn(directory, { openFile: files.open })
    await append(first, 'a')
    files.failNext('datasync', 'before')
    await expect(append(first, 'b')).rejects.toMatchObject({ code: 'JOURNAL_FAILED' })
    files.decide = undefined
    await files.closeAll() // killed: nothing was repaired
    const second = await journalIn(directory, { openFile: files.open })
    expect(await textsOf(second)).toEqual(['0 a', '1 b'])
    await second.close()
    await files.powerCut(() => 0, false)
    expect(await textsOf(await journalIn(directory))).toEqual(['0 a', '1 b'])
  })

  test('leaves other files alone', async () => {
    const directory = await directoryForTest()
    await writeFile(join(directory, 'note.txt'), 'not ours')
    await writeFile(join(directory, '1.journal'), 'not ours either')
    await append(await journalIn(directory), 'a')
    expect((await readdir(directory)).sort()).toEqual(['0000000000000000.journal', '1.journal', 'note.txt'])
  })
})

describe('a torn write at the end', () => {
  const whole = encodeFrame({ firstIndex: 0, storedAtNano: 1n, entries: entries('a', 'b') })
  const last = encodeFrame({ firstIndex: 2, storedAtNano: 1n, entries: entries('c') })

  /** A journal with one good frame and `tail` behind it, as a crash may leave it. */
  async function crashed(tail: Buffer): Promise<{ texts: string[]; torn: number[]; path: string }> {
    const directory = await directoryForTest()
    const path = join(directory, '0000000000000000.journal')
    await writeFile(path, Buffer.concat([whole, tail]))
    const torn: number[] = []
    const journal = await openJournal({ directory, floorIndex: 0, onRepaired: ({ tornBytes }) => { torn.push(tornBytes) } })
    await append(journal, 'next')
    const texts = await textsOf(journal)
    await journal.close()
    return { texts, torn, path }
  }

  test('of any length goes, and only it; the index goes on behind what is whole', async () => {
    for (let length = 1; length < last.length; length += 1) {
      const { texts, torn } = await crashed(last.subarray(0, length))
      expect(texts, `${length} bytes`).toEqual(['0 a', '1 b', '2 next'])
      expect(torn).toEqual([length])
    }
  })

  test('whose bytes never reached the disk, so that zeros stand there, goes as well', async () => {
    for (const length of [0, 3, 16, 40]) {
      const { texts } = await crashed(Buffer.concat([last.subarray(0, length), Buffer.alloc(last.length - length)]))
      expect(texts).toEqual(['0 a', '1 b', '2 next'])
    }
  })

  test('is cut off for good: the file is what an undisturbed one would be', async () => {
    const { path } = await crashed(last.subarray(0, 20))
    const next = encodeFrame({ firstIndex: 2, storedAtNano: 1n, entries: entries('next') })
    expect(await readFile(path)).toEqual(Buffer.concat([whole, next]))
  })

  test('that is not torn stays', async () => {
    const { texts, torn } = await crashed(last)
    expect(texts).toEqual(['0 a', '1 b', '2 c', '3 next'])
    expect(torn).toEqual([])
  })

  test('of the very first frame leaves an empty journal', async () => {
    const directory = await directoryForTest()
    await writeFile(join(directory, '0000000000000005.journal'), whole.subarray(0, 30))
    const journal = await journalIn(directory, { floorIndex: 5 })
    await append(journal, 'a')
    expect(await textsOf(journal)).toEqual(['5 a'])
  })
})

describe('a disk that fails', () => {
  async function faulty(options: Partial<JournalOptions> = {}): Promise<{ directory: string; files: FaultyFiles; journal: Journal }> {
    const files = createFaultyFiles()
    const directory = await directoryForTest()
    const journal = await journalIn(directory, { openFile: files.open, ...options })
    await append(journal, 'before')
    return { directory, files, journal }
  }

  const failure = expect.objectContaining({ code: 'JOURNAL_FAILED', cause: expect.objectContaining({ code: 'EIO' }) as unknown }) as unknown

  /** What the process finds that comes after this one. */
  async function reopened(directory: string, journal: Journal, files: FaultyFiles): Promise<string[]> {
    await journal.close()
    await files.closeAll()
    return textsOf(await journalIn(directory))
  }

  const faults = [['write', 'before'], ['write', 'torn'], ['write', 'after'], ['datasync', 'before'], ['datasync', 'after']] as const

  test.each(faults)('at %s (%s) acknowledges nothing of the write, nor of what waits behind it', async (operation, fault) => {
    const { directory, files, journal } = await faulty()
    files.failNext(operation, fault)
    const first = append(journal, 'a', 'b')
    await Promise.resolve()
    await Promise.resolve() // the write is under way; the next ones wait behind it
    const waiting = [append(journal, 'c'), append(journal, 'd')]
    expect(await Promise.allSettled([first, ...waiting])).toEqual(Array.from({ length: 3 }, () => ({ status: 'rejected', reason: failure })))
    expect(journal.durableIndex).toBe(1)
    expect(journal.failed).toBe(true)
    files.decide = undefined
    const again = journal.append(entries('a'), 1n)
    expect(again.firstIndex).toBe(1) // given out again: nobody was told of it
    await again.durable
    expect(journal.failed).toBe(false)
    expect(await textsOf(journal)).toEqual(['0 before', '1 a'])
    expect(await reopened(directory, journal, files)).toEqual(['0 before', '1 a'])
  })

  test.each(faults)('at %s (%s) and a crash right after it lose nothing that was acknowledged', async (operation, fault) => {
    const { directory, files, journal } = await faulty()
    files.failNext(operation, fault)
    await expect(append(journal, 'a')).rejects.toEqual(failure)
    files.decide = undefined
    const texts = await reopened(directory, journal, files)
    const applied = operation === 'datasync' || fault === 'after' // then it is there, and a retry hears so
    expect(texts).toEqual(applied ? ['0 before', '1 a'] : ['0 before'])
  })

  test.each(['open', 'truncate', 'datasync', 'stat'] as const)('while it is repaired (%s) keeps the journal shut until it works', async (operation) => {
    const { directory, files, journal } = await faulty()
    files.failNext('write', 'torn')
    await expect(append(journal, 'a')).rejects.toEqual(failure)
    files.failNext(operation, 'before', 2)
    await expect(append(journal, 'b')).rejects.toEqual(failure)
    await expect(append(journal, 'c')).rejects.toEqual(failure)
    expect(journal.failed).toBe(true)
    await append(journal, 'd')
    expect(await reopened(directory, journal, files)).toEqual(['0 before', '1 d'])
  })

  test('never gets a byte behind one that may not be durable', async () => {
    const { directory, files, journal } = await faulty()
    files.failNext('datasync', 'before')
    await expect(append(journal, 'a')).rejects.toEqual(failure)
    files.decide = undefined
    const before = files.done.length
    await append(journal, 'b')
    expect(files.done.slice(before)).toEqual(['open', 'write', 'truncate', 'datasync', 'close', 'open', 'stat', 'close', 'write', 'datasync'])
    await files.powerCut(() => 0, false)
    expect(await reopened(directory, journal, files)).toEqual(['0 before', '1 b'])
  })

  test.each(['open', 'stat'] as const)('at the change to a new segment (%s) fails that write and leaves the journal as it was', async (operation) => {
    const { directory, files, journal } = await faulty(tiny)
    files.failNext(operation, 'before')
    await expect(append(journal, 'a')).rejects.toEqual(failure)
    await append(journal, 'b')
    expect(await textsOf(journal)).toEqual(['0 before', '1 b'])
    expect(await reopened(directory, journal, files)).toEqual(['0 before', '1 b'])
  })

  test('is not read beyond what is durable', async () => {
    const { files, journal } = await faulty()
    const reader = journal.reader(0)
    onTestFinished(() => reader.close())
    files.failNext('datasync', 'before')
    await expect(append(journal, 'a')).rejects.toEqual(failure)
    expect((await reader.next(1000)).flatMap(labels)).toEqual(['0 before'])
    files.decide = undefined
    await append(journal, 'b')
    expect((await reader.next(1000)).flatMap(labels)).toEqual(['1 b'])
  })
})

describe('segments', () => {
  test('are closed beyond their size and named after their first index', async () => {
    const directory = await directoryForTest()
    const journal = await journalIn(directory, tiny)
    await append(journal, 'a', 'b')
    await append(journal, 'c')
    await append(journal, 'd')
    expect(await segmentsIn(directory)).toEqual(['0000000000000000.journal', '0000000000000002.journal', '0000000000000003.journal'])
  })

  test('have their names on the disk before anything in them is acknowledged', async () => {
    const directory = await directoryForTest()
    vi.mocked(syncDirectory).mockClear()
    const files = createFaultyFiles()
    const journal = await journalIn(directory, { ...tiny, openFile: files.open })
    expect(syncDirectory).toHaveBeenCalledTimes(1) // the first one
    await append(journal, 'a')
    const syncs: number[] = []
    files.decide = (operation) => { if (operation === 'write') syncs.push(vi.mocked(syncDirectory).mock.calls.length); return undefined }
    await append(journal, 'b')
    expect(syncs).toEqual([2])
    expect(syncDirectory).toHaveBeenCalledWith(directory)
  })

  test('whose names could not be made durable take no write', async () => {
    const directory = await directoryForTest()
    const journal = await journalIn(directory, tiny)
    await append(journal, 'a')
    vi.mocked(syncDirectory).mockRejectedValueOnce(new Error('the disk is gone'))
    await expect(append(journal, 'b')).rejects.toMatchObject({ code: 'JOURNAL_FAILED' })
    await append(journal, 'c')
    expect(await textsOf(journal)).toEqual(['0 a', '1 c'])
    await journal.close()
    expect(await textsOf(await journalIn(directory))).toEqual(['0 a', '1 c'])
  })

  test('go when all of their entries are passed, and not before', async () => {
    const directory = await directoryForTest()
    const journal = await journalIn(directory, tiny)
    for (const texts of [['a', 'b'], ['c', 'd'], ['e', 'f']]) await append(journal, ...texts)
    await journal.release(1)
    expect(journal.oldestIndex).toBe(0)
    await journal.release(3)
    expect(journal.oldestIndex).toBe(2)
    const bytes = journal.bytes
    await journal.release(4)
    expect(journal.oldestIndex).toBe(4)
    expect(journal.bytes).toBeLessThan(bytes)
    expect(await textsOf(journal)).toEqual(['4 e', '5 f'])
  })

  test('the one that is written to stays, even when all of it is passed', async () => {
    const directory = await directoryForTest()
    const journal = await journalIn(directory)
    await append(journal, 'a')
    await journal.release(1)
    expect(await segmentsIn(directory)).toHaveLength(1)
    await append(journal, 'b')
    expect(await textsOf(journal)).toEqual(['0 a', '1 b'])
  })

  test('an index is never given twice, also when every segment but an empty one is gone', async () => {
    const directory = await directoryForTest()
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => { vi.useRealTimers() })
    const journal = await journalIn(directory)
    await append(journal, 'a', 'b')
    vi.setSystemTime(Date.now() + 2 * 3_600_000)
    await journal.release(2)
    await journal.close()
    expect(await segmentsIn(directory)).toEqual(['0000000000000002.journal'])
    expect((await stat(join(directory, '0000000000000002.journal'))).size).toBe(0)
    const again = await journalIn(directory)
    await append(again, 'c')
    expect(await textsOf(again)).toEqual(['2 c'])
  })

  test('are closed with age as well, so that what was erased leaves the disk without traffic', async () => {
    const directory = await directoryForTest()
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => { vi.useRealTimers() })
    const journal = await journalIn(directory)
    await append(journal, 'a')
    await journal.release(1)
    expect(await segmentsIn(directory)).toEqual(['0000000000000000.journal'])
    vi.setSystemTime(Date.now() + 3_600_001)
    await journal.release(1)
    expect(await segmentsIn(directory)).toEqual(['0000000000000001.journal'])
  })

  test('are not closed with a torn write at their end, which would be damage there', async () => {
    const directory = await directoryForTest()
    const files = createFaultyFiles()
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => { vi.useRealTimers() })
    const journal = await journalIn(directory, { openFile: files.open })
    await append(journal, 'a')
    files.failNext('write', 'torn')
    await expect(append(journal, 'b')).rejects.toMatchObject({ code: 'JOURNAL_FAILED' })
    vi.setSystemTime(Date.now() + 3_600_001)
    await journal.release(0)
    await files.closeAll()
    expect(await textsOf(await journalIn(directory))).toEqual(['0 a'])
  })

  test('what is appended while a segment is closed for its age is written all the same', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => { vi.useRealTimers() })
    const journal = await newJournal()
    await append(journal, 'a')
    vi.setSystemTime(Date.now() + 3_600_001)
    const released = journal.release(1)
    const appended = append(journal, 'b')
    await Promise.all([released, appended])
    expect(await textsOf(journal)).toEqual(['1 b'])
  })
})

describe('waiting', () => {
  test('ends when the index is durable, and no sooner', async () => {
    const journal = await newJournal()
    const woken: string[] = []
    const waits = [0, 1, 2].map((index) => journal.whenBeyond(index).then(() => { woken.push(`beyond ${index} at ${journal.durableIndex}`) }))
    await append(journal, 'a', 'b')
    await Promise.all(waits.slice(0, 2))
    expect(woken).toEqual(['beyond 0 at 2', 'beyond 1 at 2'])
    await append(journal, 'c')
    await waits[2]
    expect(woken[2]).toBe('beyond 2 at 3')
  })

  test('is over at once when the index is passed already, and when the journal closes', async () => {
    const journal = await newJournal()
    await append(journal, 'a')
    await journal.whenBeyond(0)
    const waiting = journal.whenBeyond(5)
    await journal.close()
    await waiting
    await journal.whenBeyond(5)
  })

  test('is not ended by a write that failed', async () => {
    const files = createFaultyFiles()
    const journal = await newJournal({ openFile: files.open })
    let woken = false
    const waiting = journal.whenBeyond(0).then(() => { woken = true })
    files.failNext('datasync', 'before')
    await expect(append(journal, 'a')).rejects.toMatchObject({ code: 'JOURNAL_FAILED' })
    expect(woken).toBe(false)
    await append(journal, 'b')
    await waiting
  })
})

describe('a reader', () => {
  test('follows the journal over segments while it grows', async () => {
    const journal = await newJournal(tiny)
    const reader = journal.reader(0)
    onTestFinished(() => reader.close())
    const seen: string[] = []
    for (let i = 0; i < 10; i += 1) {
      if (i % 3 === 0) expect(await reader.next(1000)).toEqual([])
      await append(journal, `${i}`)
      seen.push(...(await reader.next(1000)).flatMap(labels))
    }
    expect(seen).toEqual(Array.from({ length: 10 }, (_, i) => `${i} ${i}`))
  })

  test('reads while others append, every frame once and in order', async () => {
    const journal = await newJournal({ segmentBytes: 2000 })
    const reader = journal.reader(0)
    onTestFinished(() => reader.close())
    const seen: string[] = []
    const writing = Promise.all(Array.from({ length: 8 }, async (_, writer) => {
      for (let i = 0; i < 10; i += 1) await append(journal, `${writer}:${i}`)
    }))
    while (seen.length < 80) {
      await journal.whenBeyond(seen.length)
      seen.push(...(await reader.next(700)).flatMap(labels))
    }
    await writing
    expect(seen.map((label) => Number(label.split(' ')[0]))).toEqual(Array.from({ length: 80 }, (_, i) => i))
    expect(new Set(seen.map((label) => label.split(' ')[1])).size).toBe(80)
  })

  test('gives frames that stay what they are while the next ones are read', async () => {
    const journal = await newJournal({ segmentBytes: 64 * 1024 * 1024 })
    for (let i = 0; i < 90; i += 1) await append(journal, `${i}`.repeat(100_000 / `${i}`.length)) // several blocks of a reader
    const reader = journal.reader(0)
    onTestFinished(() => reader.close())
    const seen: string[] = []
    let before: Frame[] = []
    for (let frames = await reader.next(2_000_000); frames.length > 0; frames = await reader.next(2_000_000)) {
      seen.push(...before.flatMap(labels))
      before = frames
    }
    seen.push(...before.flatMap(labels))
    expect(seen).toEqual(Array.from({ length: 90 }, (_, i) => `${i} ${`${i}`.repeat(100_000 / `${i}`.length)}`))
  })

  test('gives at least one frame, and stops at about the size it was asked for', async () => {
    const journal = await newJournal()
    for (const text of ['a', 'b', 'c', 'd']) await append(journal, text.repeat(1000))
    const reader = journal.reader(0)
    onTestFinished(() => reader.close())
    expect(await reader.next(1)).toHaveLength(1)
    expect(await reader.next(2000)).toHaveLength(2)
    expect(await reader.next(2000)).toHaveLength(1)
    expect(await reader.next(2000)).toHaveLength(0)
  })

  test('starts with the frame that holds its index', async () => {
    const journal = await newJournal(tiny)
    await append(journal, 'a', 'b')
    await append(journal, 'c', 'd', 'e')
    await append(journal, 'f')
    expect(await textsOf(journal, 1)).toEqual(['0 a', '1 b', '2 c', '3 d', '4 e', '5 f'])
    expect(await textsOf(journal, 3)).toEqual(['2 c', '3 d', '4 e', '5 f'])
    expect(await textsOf(journal, 5)).toEqual(['5 f'])
    expect(await textsOf(journal, 6)).toEqual([])
  })

  test('goes back to what was not done', async () => {
    const journal = await newJournal(tiny)
    for (const text of ['a', 'b', 'c']) await append(journal, text)
    const reader = journal.reader(0)
    onTestFinished(() => reader.close())
    await reader.next(1000)
    await reader.seek(1)
    expect((await reader.next(1000)).flatMap(labels)).toEqual(['1 b', '2 c'])
    await reader.seek(3)
    expect(await reader.next(1000)).toEqual([])
    await append(journal, 'd')
    expect((await reader.next(1000)).flatMap(labels)).toEqual(['3 d'])
  })

  test('begins with the oldest that is left when it asks for what is gone', async () => {
    const journal = await newJournal(tiny)
    for (const text of ['a', 'b', 'c']) await append(journal, text)
    await journal.release(2)
    expect(await textsOf(journal, 0)).toEqual(['2 c'])
  })

  test('is not confused when the segment that it has just read is deleted', async () => {
    const journal = await newJournal(tiny)
    const reader = journal.reader(0)
    onTestFinished(() => reader.close())
    await append(journal, 'a')
    expect((await reader.next(1000)).flatMap(labels)).toEqual(['0 a'])
    await append(journal, 'b')
    await journal.release(1)
    await append(journal, 'c')
    expect((await reader.next(1000)).flatMap(labels)).toEqual(['1 b', '2 c'])
  })

  test('does not look at bytes that a crashed write left behind the durable ones', async () => {
    const directory = await directoryForTest()
    const journal = await journalIn(directory)
    await append(journal, 'a')
    await appendFile(join(directory, '0000000000000000.journal'), 'BLJ1 and then something else altogether')
    expect(await textsOf(journal)).toEqual(['0 a'])
  })
})
