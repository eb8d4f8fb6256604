// Every byte of a spool, torn off and flipped: what is damaged is told, and no record is ever another one.

import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { directoryForTest } from '../../test/support/directory.ts'
import { drain, entries, forgetWriters, namesOf, spoolIn } from './for-tests.ts'
import type { SpoolEvent, SpoolOptions } from './spool.ts'

const ids = ['a', 'b', 'c', 'd']

/** A spool directory that a process left behind in the middle of its work. */
async function leftBehind(options: Partial<SpoolOptions> = {}): Promise<{ files: Map<string, Buffer>; segments: string[] }> {
  const directory = await directoryForTest()
  const spool = await spoolIn(directory, options)
  for (const id of ids) await spool.append(entries(id))
  await forgetWriters(directory)
  const names = (await readdir(directory)).filter((name) => /spool$|lease$|cursor$/.test(name))
  return { files: new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(directory, name))] as const))), segments: names.filter((name) => name.endsWith('.spool')).sort() }
}

interface Found { readonly delivered: string[]; readonly damaged: number; readonly torn: number; readonly events: SpoolEvent[]; readonly kept: Buffer[] }

/** What the next process finds. Asserts that nothing comes twice, in another order or with another text. */
async function find(directory: string, files: ReadonlyMap<string, Buffer>): Promise<Found> {
  for (const name of await readdir(directory)) await rm(join(directory, name))
  for (const [name, bytes] of files) await writeFile(join(directory, name), bytes)
  const events: SpoolEvent[] = []
  const spool = await spoolIn(directory, { onEvent: (event) => events.push(event) })
  const delivered = await drain(spool)
  expect(delivered).toEqual(ids.filter((id) => delivered.includes(id)))
  const { damagedRecords, tornBytes } = spool.status
  await spool.close()
  const kept = await Promise.all((await namesOf(directory, '.damaged')).map((name) => readFile(join(directory, name))))
  expect(await namesOf(directory, '.spool')).toEqual([])
  return { delivered, damaged: damagedRecords, torn: tornBytes, events: events.filter(({ kind }) => kind === 'damaged'), kept }
}

test('a file torn off at any byte gives all records before it, and says how many bytes were torn', async () => {
  const { files, segments: [name] } = await leftBehind()
  const whole = files.get(name!)!
  const directory = await directoryForTest()
  for (let length = 0; length < whole.length; length += 1) {
    const { delivered, damaged, torn } = await find(directory, new Map([...files, [name!, whole.subarray(0, length)]]))
    expect(damaged, `${length} bytes`).toBe(0)
    expect(delivered.length, `${length} bytes`).toBeLessThan(ids.length)
    expect(delivered).toEqual(ids.slice(0, delivered.length))
    const isBoundary = torn === 0
    expect(isBoundary || torn < 200).toBe(true)
  }
})

test('a file that grew before its bytes were written gives what was written', async () => {
  const { files, segments: [name] } = await leftBehind()
  const whole = files.get(name!)!
  const directory = await directoryForTest()
  const { delivered, damaged, torn } = await find(directory, new Map([...files, [name!, Buffer.concat([whole, Buffer.alloc(5_000)])]]))
  expect({ delivered, damaged, torn }).toEqual({ delivered: ids, damaged: 0, torn: 5_000 })
})

test('any flipped bit costs at most the record that it is in, is told, and what it was in is kept', async () => {
  const { files, segments: [name] } = await leftBehind()
  const whole = files.get(name!)!
  const directory = await directoryForTest()
  const headerEnd = whole.indexOf('BLSF')
  for (let at = 0; at < whole.length; at += 1) {
    const flipped = Buffer.from(whole)
    flipped[at]! ^= 1 << (at % 8)
    const { delivered, damaged, events, kept } = await find(directory, new Map([...files, [name!, flipped]]))
    const lost = ids.length - delivered.length
    expect(lost, `byte ${at}`).toBe(at < headerEnd ? ids.length : 1)
    expect(damaged, `byte ${at}`).toBe(1) // of a whole segment nobody knows how many there were
    expect(events).toHaveLength(1)
    expect(kept).toHaveLength(1)
    expect(flipped.includes(kept[0]!)).toBe(true)
  }
})

test('flipped bits in one of several segments leave the others alone, and the number of lost records is known', async () => {
  const { files, segments } = await leftBehind({ segmentBytes: 1 })
  expect(segments).toHaveLength(4)
  const directory = await directoryForTest()
  for (const [index, name] of segments.entries()) {
    const flipped = Buffer.from(files.get(name)!)
    flipped[flipped.length - 5]! ^= 4
    const { delivered, damaged } = await find(directory, new Map([...files, [name, flipped]]))
    expect(delivered).toEqual(ids.filter((id) => id !== ids[index]))
    expect(damaged).toBe(1)
  }
})

test('a segment that is gone from the middle is told with the number of its records', async () => {
  const { files, segments } = await leftBehind({ segmentBytes: 1 })
  files.delete(segments[1]!)
  files.delete(segments[2]!)
  const directory = await directoryForTest()
  const { delivered, damaged, events } = await find(directory, files)
  expect(delivered).toEqual(['a', 'd'])
  expect(damaged).toBe(2)
  expect(events).toEqual([expect.objectContaining({ records: 2, bytes: 0 })])
})

test('a frame that was copied to another place is not believed', async () => {
  const { files, segments } = await leftBehind({ segmentBytes: 1 })
  const [first, second] = segments.map((name) => files.get(name)!)
  const foreign = second!.subarray(second!.indexOf('BLSF'))
  const directory = await directoryForTest()
  const { delivered, damaged } = await find(directory, new Map([...files, [segments[0]!, Buffer.concat([first!, foreign])]]))
  expect(delivered).toEqual(ids)
  expect(damaged).toBe(0) // behind what the next segment says was there
})

test('a cursor with any flipped bit means that records come again, not that they are lost', async () => {
  const directory = await directoryForTest()
  const first = await spoolIn(directory)
  await first.append(entries(...ids))
  const batch = await first.next({ maxRecords: 2, maxBytes: 1e6 })
  await first.settle(batch!)
  await first.close()
  const names = (await readdir(directory)).filter((name) => /spool$|lease$|cursor$/.test(name))
  const files = new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(directory, name))] as const)))
  const cursor = names.find((name) => name.endsWith('.cursor'))!
  expect((await find(directory, files)).delivered).toEqual(['c', 'd'])
  for (let at = 0; at < files.get(cursor)!.length; at += 1) {
    const flipped = Buffer.from(files.get(cursor)!)
    flipped[at]! ^= 1 << (at % 7)
    const { delivered } = await find(directory, new Map([...files, [cursor, flipped]]))
    expect(delivered.slice(-2), `byte ${at}`).toEqual(['c', 'd'])
  }
  expect((await find(directory, new Map([...files, [cursor, Buffer.alloc(0)]]))).delivered).toEqual(ids)
})

test('damage to what a process wrote itself is told when it reads it back', async () => {
  const directory = await directoryForTest()
  const spool = await spoolIn(directory, { memoryBytes: 1 })
  for (const id of ids) await spool.append(entries(id))
  const [name] = await namesOf(directory, '.spool')
  const path = join(directory, name!)
  const bytes = await readFile(path)
  bytes[bytes.indexOf('"b"')]! ^= 1
  await writeFile(path, bytes)
  expect(await drain(spool)).toEqual(['a', 'c', 'd'])
  expect(spool.status).toMatchObject({ damagedRecords: 1, records: 0 })
  expect(await namesOf(directory, '.damaged')).toHaveLength(1)
})

test('a file of its own that was cut short is damage, not a torn write', async () => {
  const directory = await directoryForTest()
  const spool = await spoolIn(directory, { memoryBytes: 1 })
  for (const id of ids) await spool.append(entries(id))
  const path = join(directory, (await namesOf(directory, '.spool'))[0]!)
  await truncate(path, (await readFile(path)).length - 10)
  expect(await drain(spool)).toEqual(['a', 'b', 'c'])
  expect(spool.status.damagedRecords).toBe(1)
})
