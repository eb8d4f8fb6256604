// Damage to what was acknowledged: never taken for a torn write, never skipped, taken out only when nobody needs it.

import { mkdir, readFile, readdir, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { directoryForTest } from '../../test/support/directory.ts'
import { entries, entry, labels, textsOf } from '../../test/support/entries.ts'
import { openJournal } from './journal.ts'
import { DamagedJournal } from './problem.ts'
import type { Frame } from './frame.ts'
import type { Journal, JournalOptions } from './journal.ts'
import type { Damage } from './problem.ts'

const tiny = { segmentBytes: 1 }

async function journalIn(directory: string, options: Partial<JournalOptions> = {}): Promise<Journal> {
  const journal = await openJournal({ directory, floorIndex: 0, ...options })
  onTestFinished(() => journal.close())
  return journal
}

const append = (journal: Journal, ...texts: string[]): Promise<void> => journal.append(entries(...texts), 1n).durable

async function threeFrames(options: Partial<JournalOptions> = {}): Promise<{ directory: string; path: string; ends: number[] }> {
  const directory = await directoryForTest()
  const journal = await journalIn(directory, options)
  const path = join(directory, '0000000000000000.journal')
  const ends: number[] = []
  for (const text of ['a', 'b', 'c']) { await append(journal, text); ends.push((await stat(path)).size) }
  await journal.close()
  return { directory, path, ends }
}

async function flip(path: string, at: number): Promise<void> {
  const bytes = await readFile(path)
  bytes[at]! ^= 1
  await writeFile(path, bytes)
}

async function openingFails(directory: string, options: Partial<JournalOptions> = {}): Promise<DamagedJournal> {
  const error: unknown = await openJournal({ directory, floorIndex: 0, ...options }).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'JOURNAL_FAILED', cause: expect.any(DamagedJournal) as unknown })
  return (error as { cause: DamagedJournal }).cause
}

/** Stands for what every step has done. */
const replacement = ({ firstIndex, endIndex }: Damage): Frame[] => [{ firstIndex, storedAtNano: 1n, entries: Array.from({ length: endIndex - firstIndex }, () => entry('lost')) }]

describe('damage that a step still needs keeps the journal shut', () => {
  test('in the middle: it says where, what is affected and what to do, and changes nothing', async () => {
    const { directory, path, ends } = await threeFrames()
    await flip(path, ends[0]! + 40)
    const before = await readFile(path)
    const { damage, message, code } = await openingFails(directory, { replacement })
    expect(damage).toEqual([{ segment: path, offset: ends[0], bytes: ends[1]! - ends[0]!, firstIndex: 1, endIndex: 2 }])
    expect(message).toContain(`0000000000000000.journal at byte ${ends[0]}: ${ends[1]! - ends[0]!} bytes cannot be read, entries 1 to 1`)
    expect(message).toContain('blotter journal quarantine')
    expect(code).toBe(`0000000000000000.journal@${ends[0]}`)
    expect(await readFile(path)).toEqual(before)
    expect(await readdir(directory)).toEqual(['0000000000000000.journal'])
  })

  test('in the very first frame', async () => {
    const { directory, path } = await threeFrames()
    await flip(path, 0)
    expect((await openingFails(directory)).damage).toMatchObject([{ segment: path, offset: 0, firstIndex: 0, endIndex: 1 }])
  })

  test('that makes a frame look longer than it is: the frames behind it are found', async () => {
    const { directory, path, ends } = await threeFrames()
    const bytes = await readFile(path)
    bytes.writeUInt32LE(bytes.readUInt32LE(ends[0]! + 4) + 100_000, ends[0]! + 4)
    await writeFile(path, bytes)
    expect((await openingFails(directory)).damage).toMatchObject([{ offset: ends[0], firstIndex: 1, endIndex: 2 }])
  })

  test('in several places: each is told', async () => {
    const { directory, path, ends } = await threeFrames()
    await flip(path, 20)
    await flip(path, ends[1]! - 1)
    expect((await openingFails(directory)).damage).toMatchObject([{ offset: 0, bytes: ends[1], firstIndex: 0, endIndex: 2 }])
  })

  test('at the end of a segment that others follow, which no torn write leaves', async () => {
    const { directory, path, ends } = await threeFrames(tiny)
    await truncate(path, ends[0]! - 1)
    expect((await openingFails(directory)).damage).toMatchObject([{ segment: path, offset: 0, firstIndex: 0, endIndex: 1 }])
  })

  test('at the very end, when something says that it was durable once', async () => {
    const { directory, path, ends } = await threeFrames()
    await flip(path, ends[2]! - 1)
    expect((await openingFails(directory, { floorIndex: 3, neededIndex: 2 })).damage).toMatchObject([{ offset: ends[1], bytes: ends[2]! - ends[1]!, firstIndex: 2, endIndex: 3 }])
  })

  test.each([['first', 0, 0], ['middle', 1, 1], ['last', 2, 2]])('when the %s segment is gone', async (_, gone, firstIndex) => {
    const { directory } = await threeFrames(tiny)
    await rm(join(directory, `000000000000000${gone}.journal`))
    expect((await openingFails(directory, { floorIndex: 3, neededIndex: 0, heldIndex: 0 })).damage).toMatchObject([{ bytes: 0, firstIndex, endIndex: firstIndex + 1 }])
  })

  test('when all of them are gone', async () => {
    const directory = await directoryForTest()
    expect((await openingFails(directory, { floorIndex: 7, neededIndex: 3, heldIndex: 5 })).damage).toMatchObject([{ bytes: 0, firstIndex: 3, endIndex: 7 }])
  })
})

describe('damage that no step needs any more is taken out', () => {
  test('with its bytes kept, and other entries in its place', async () => {
    const { directory, path, ends } = await threeFrames()
    await flip(path, ends[0]! + 40)
    const bad = (await readFile(path)).subarray(ends[0], ends[1])
    const told: (readonly Damage[])[] = []
    const options = { replacement, neededIndex: 2, floorIndex: 2, onQuarantined: (damage: readonly Damage[]) => { told.push(damage) } }
    const journal = await journalIn(directory, options)
    expect(await textsOf(journal)).toEqual(['0 a', '1 lost', '2 c'])
    expect(told).toEqual([[{ segment: path, offset: ends[0], bytes: bad.length, firstIndex: 1, endIndex: 2 }]])
    expect(await readFile(join(directory, 'quarantine', `0000000000000000-${ends[0]}.bad`))).toEqual(bad)
    await append(journal, 'd')
    await journal.close()
    expect(await textsOf(await journalIn(directory, options))).toEqual(['0 a', '1 lost', '2 c', '3 d'])
    expect(told).toHaveLength(1)
  })

  test('also when it holds no entry, such as garbage at the end of a segment', async () => {
    const { directory, path, ends } = await threeFrames(tiny)
    await writeFile(path, Buffer.concat([(await readFile(path)).subarray(0, ends[0]), Buffer.from('garbage')]))
    const journal = await journalIn(directory, { replacement })
    expect(await textsOf(journal)).toEqual(['0 a', '1 b', '2 c'])
    expect(await readFile(join(directory, 'quarantine', `0000000000000000-${ends[0]}.bad`), 'utf8')).toBe('garbage')
  })

  test('also when a whole segment is missing', async () => {
    const { directory } = await threeFrames(tiny)
    await rm(join(directory, '0000000000000001.journal'))
    expect(await textsOf(await journalIn(directory, { replacement, neededIndex: 3, floorIndex: 3 }))).toEqual(['0 a', '1 lost', '2 c'])
  })

  test('and with a torn write behind it, which goes as well', async () => {
    const { directory, path, ends } = await threeFrames()
    await flip(path, 20)
    await writeFile(path, Buffer.concat([await readFile(path), Buffer.from('BLJ1 torn')]))
    const torn: number[] = []
    const journal = await journalIn(directory, { replacement, neededIndex: 1, floorIndex: 1, onRepaired: ({ tornBytes }) => { torn.push(tornBytes) } })
    expect(await textsOf(journal)).toEqual(['0 lost', '1 b', '2 c'])
    expect(torn).toEqual([9])
    expect(ends).toHaveLength(3)
  })

  test('a crash in the middle of it leaves nothing that stays', async () => {
    const { directory, path, ends } = await threeFrames()
    await flip(path, 20)
    await writeFile(`${path}.quarantine.tmp`, 'half a segment')
    await mkdir(join(directory, 'quarantine'))
    await writeFile(join(directory, 'quarantine', '0000000000000000-0.bad'), 'half')
    await (await journalIn(directory, { replacement, neededIndex: 1, floorIndex: 1 })).close()
    expect((await readdir(directory)).sort()).toEqual(['0000000000000000.journal', 'quarantine'])
    expect((await stat(join(directory, 'quarantine', '0000000000000000-0.bad'))).size).toBe(ends[0])
  })
})

test('a reader stands still at damage, says where, and goes on when it is mended', async () => {
  const { directory, path, ends } = await threeFrames()
  const journal = await journalIn(directory)
  const reader = journal.reader(0)
  onTestFinished(() => reader.close())
  await flip(path, ends[0]! + 40)
  expect((await reader.next(1)).flatMap(labels)).toEqual(['0 a'])
  for (let i = 0; i < 2; i += 1) {
    await expect(reader.next(1000)).rejects.toMatchObject({ code: 'JOURNAL_FAILED', cause: { code: `0000000000000000.journal@${ends[0]}` } })
    await reader.seek(1)
  }
  await flip(path, ends[0]! + 40)
  expect((await reader.next(1000)).flatMap(labels)).toEqual(['1 b', '2 c'])
})

describe('a file that is changed while it is written to', () => {
  const failure = expect.objectContaining({ code: 'JOURNAL_FAILED', cause: expect.objectContaining({ code: 'SEGMENT_MOVED' }) as unknown }) as unknown

  /** A journal with one entry. `during`: what happens to its file between the sync and the acknowledgement of the next. */
  async function disturbed(during: (path: string) => Promise<unknown>): Promise<{ directory: string; path: string; journal: Journal }> {
    const directory = await directoryForTest()
    const path = join(directory, '0000000000000000.journal')
    let hooked = false
    const { open } = await import('node:fs/promises')
    const openFile = (async (name: string, flags: string, mode?: number) => {
      const file = await open(name, flags, mode)
      const datasync = file.datasync.bind(file)
      file.datasync = async () => { await datasync(); if (hooked) { hooked = false; await during(path) } }
      return file
    }) as typeof open
    const journal = await journalIn(directory, { openFile })
    await append(journal, 'a')
    hooked = true
    await expect(append(journal, 'b')).rejects.toEqual(failure)
    expect(journal).toMatchObject({ durableIndex: 1, failed: true, problem: 'moved' })
    return { directory, path, journal }
  }

  test('deleted: what is written to a file without a name is not acknowledged, and what was gets its name back', async () => {
    const { directory, journal } = await disturbed((path) => rm(path))
    await journal.release(0) // without traffic
    expect(journal.failed).toBe(false)
    await append(journal, 'c')
    expect(await textsOf(journal)).toEqual(['0 a', '1 c'])
    await journal.close()
    expect(await textsOf(await journalIn(directory))).toEqual(['0 a', '1 c'])
  })

  test('renamed: the same', async () => {
    const { journal } = await disturbed((path) => rename(path, `${path}.away`))
    await append(journal, 'c')
    expect(await textsOf(journal)).toEqual(['0 a', '1 c'])
  })

  test.each([
    ['replaced', async (path: string) => { await rm(path); await writeFile(path, 'theirs') }],
    ['cut', (path: string) => truncate(path, 10)],
    ['grown by another process', (path: string) => writeFile(path, 'theirs', { flag: 'a' })],
  ])('%s: nothing is acknowledged any more, and the file of the other is left alone', async (_, during) => {
    const { path, journal } = await disturbed(during)
    const before = await readFile(path)
    await expect(append(journal, 'c')).rejects.toEqual(failure)
    await journal.release(0)
    expect(journal.problem).toBe('moved')
    expect(await readFile(path)).toEqual(before)
  })

  test('with its whole folder away: nothing is acknowledged until it is back', async () => {
    const { directory, journal } = await disturbed((path) => rename(join(path, '..'), `${join(path, '..')}.away`))
    await expect(append(journal, 'c')).rejects.toMatchObject({ code: 'JOURNAL_FAILED' })
    await rename(`${directory}.away`, directory)
    await append(journal, 'd')
    expect(await textsOf(journal)).toEqual(['0 a', '1 d'])
  })

  test('when it is an older one: noticed by upkeep, and by each write until it is back', async () => {
    const directory = await directoryForTest()
    const journal = await journalIn(directory, tiny)
    for (const text of ['a', 'b']) await append(journal, text)
    const path = join(directory, '0000000000000000.journal')
    await rename(path, `${path}.away`)
    await journal.release(0)
    expect(journal.problem).toBe('moved')
    await expect(append(journal, 'c')).rejects.toEqual(failure)
    await rename(`${path}.away`, path)
    await append(journal, 'd')
    expect(journal.failed).toBe(false)
    expect(await textsOf(journal)).toEqual(['0 a', '1 b', '2 d'])
  })
})
