import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { directoryForTest } from '../../test/support/directory.ts'
import { drain, entries, limits, namesOf, spoolIn } from './for-tests.ts'
import { inspectSpool } from './inspect.ts'
import type { Spool } from './spool.ts'

async function refuseAll(spool: Spool, reason = 'MISSING_ATTRIBUTE'): Promise<void> {
  const batch = await spool.next(limits)
  await spool.settle(batch!, batch!.entries.map((_, index) => ({ index, code: 'REFUSED', reason })))
}

test('what waits, what was refused and why, and what is damaged is told', async () => {
  const directory = await directoryForTest()
  const spool = await spoolIn(directory)
  await spool.append(entries('a', 'b'))
  await refuseAll(spool)
  await spool.append(entries('c', 'd'))
  await writeFile(join(directory, '0123456789abcdef-00000001-200.damaged'), 'x')
  const found = await inspectSpool(directory)
  expect(found.refused.map(({ recordId, code, reason }) => ({ recordId, code, reason }))).toEqual(['a', 'b'].map((recordId) => ({ recordId, code: 'REFUSED', reason: 'MISSING_ATTRIBUTE' })))
  expect(found.waiting.reduce((sum, { records }) => sum + records, 0)).toBeGreaterThanOrEqual(2)
  expect(found).toMatchObject({ unreadableLines: 0, damagedFiles: ['0123456789abcdef-00000001-200.damaged'] })
})

test('there is nothing in a directory that does not exist, and it is not made', async () => {
  const directory = join(await directoryForTest(), 'none')
  expect(await inspectSpool(directory)).toMatchObject({ waiting: [], refused: [], damagedFiles: [] })
  expect(await namesOf(join(directory, '..'), '')).toEqual([])
})

test('refused records are sent anew by the next spool, with their resource, and are refused no more', async () => {
  const directory = await directoryForTest()
  const first = await spoolIn(directory, { resource: '{"first":1}' })
  await first.append(entries('a', 'b', 'c'))
  await refuseAll(first)
  await first.close()
  const found = await inspectSpool(directory)
  expect(await found.requeue(({ recordId }) => recordId !== 'b')).toBe(2)
  expect((await inspectSpool(directory)).refused.map(({ recordId }) => recordId)).toEqual(['b'])
  const second = await spoolIn(directory)
  const batch = await second.next(limits)
  expect(batch).toEqual({ resource: '{"first":1}', entries: entries('a', 'c') })
  await second.settle(batch!)
  expect(await (await inspectSpool(directory)).requeue()).toBe(1)
  expect(await drain(await spoolIn(directory))).toEqual(['b'])
  expect(await namesOf(directory, '.refused')).toEqual([])
})

test('a spool that is at work notices that its refused file was taken, and goes on in another', async () => {
  const directory = await directoryForTest()
  const spool = await spoolIn(directory)
  await spool.append(entries('a'))
  await refuseAll(spool)
  expect(await (await inspectSpool(directory)).requeue()).toBe(1)
  await spool.append(entries('b'))
  await refuseAll(spool)
  expect((await inspectSpool(directory)).refused.map(({ recordId }) => recordId)).toEqual(['b'])
})

test('what was discarded is gone, and the rest stays', async () => {
  const directory = await directoryForTest()
  const spool = await spoolIn(directory)
  await spool.append(entries('a', 'b'))
  await refuseAll(spool)
  expect(await (await inspectSpool(directory)).discard(({ recordId }) => recordId === 'a')).toBe(1)
  expect((await inspectSpool(directory)).refused.map(({ recordId }) => recordId)).toEqual(['b'])
})

test('a torn line is counted, and a record that is there twice is told once', async () => {
  const directory = await directoryForTest()
  const spool = await spoolIn(directory)
  for (const reason of ['FIRST', 'SECOND']) {
    await spool.append(entries('a'))
    await refuseAll(spool, reason)
  }
  await appendFile(join(directory, (await namesOf(directory, '.refused'))[0]!), '{"recordId":"b","te')
  const found = await inspectSpool(directory)
  expect(found.refused.map(({ recordId, reason }) => [recordId, reason])).toEqual([['a', 'SECOND']])
  expect(found.unreadableLines).toBe(1)
})

test('records are kept when the selection throws', async () => {
  const directory = await directoryForTest()
  const spool = await spoolIn(directory)
  await spool.append(entries('a'))
  await refuseAll(spool)
  const found = await inspectSpool(directory)
  await expect(found.requeue(() => { throw new Error('of the caller') })).rejects.toThrow('of the caller')
  expect((await inspectSpool(directory)).refused).toHaveLength(1)
})
