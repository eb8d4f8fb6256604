// A disk that does not answer: whoever waits is told in time, and what was written meanwhile is not there afterwards.

import { open } from 'node:fs/promises'
import { expect, onTestFinished, test } from 'vitest'
import { directoryForTest } from '../../test/support/directory.ts'
import { entries, textsOf } from '../../test/support/entries.ts'
import { eventually } from '../../test/support/eventually.ts'
import { openJournal } from './journal.ts'
import type { Journal } from './journal.ts'

const append = (journal: Journal, ...texts: string[]): Promise<void> => journal.append(entries(...texts), 1n).durable

/** A journal whose syncs wait while `gate.closed` is a promise. */
async function hanging(): Promise<{ directory: string; journal: Journal; gate: { closed: Promise<void> | undefined } }> {
  const directory = await directoryForTest()
  const gate: { closed: Promise<void> | undefined } = { closed: undefined }
  const openFile = (async (name: string, flags: string, mode?: number) => {
    const file = await open(name, flags, mode)
    const datasync = file.datasync.bind(file)
    file.datasync = async () => { await datasync(); await gate.closed }
    return file
  }) as typeof open
  const journal = await openJournal({ directory, floorIndex: 0, openFile, stallMs: 1000 })
  onTestFinished(() => journal.close())
  return { directory, journal, gate }
}

test.each([[[]], [['before']]])('after %j: what hung fails in time, later appends fail at once, and none of it is there in the end', async (before) => {
  const { directory, journal, gate } = await hanging()
  for (const text of before) await append(journal, text)
  let answer = (): void => {}
  gate.closed = new Promise((resolve) => { answer = resolve })
  const hung = append(journal, 'hangs')
  await Promise.resolve()
  await Promise.resolve()
  const waiting = append(journal, 'waits behind it')
  const failure = { code: 'JOURNAL_FAILED', cause: { code: 'STALLED' } }
  await expect(hung).rejects.toMatchObject(failure)
  await expect(waiting).rejects.toMatchObject(failure)
  expect(() => journal.append(entries('later'), 1n)).toThrow(expect.objectContaining({ code: 'JOURNAL_FAILED' }))
  expect(journal).toMatchObject({ problem: 'stalled', durableIndex: before.length })
  gate.closed = undefined
  answer()
  await eventually('upkeep repairs it', async () => { await journal.release(0); return !journal.failed })
  await append(journal, 'after')
  const expected = [...before, 'after'].map((text, i) => `${i} ${text}`)
  expect(await textsOf(journal)).toEqual(expected)
  await journal.close()
  const again = await openJournal({ directory, floorIndex: 0 })
  onTestFinished(() => again.close())
  expect(await textsOf(again)).toEqual(expected)
})
