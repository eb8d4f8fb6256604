// The journal on a disk that fails in every way, against a model of what was acknowledged. Whatever happens, in whatever
// order: what was acknowledged is there after the next start, under its index, and what was not is either there as a
// whole or not at all. BLOTTER_DISK_RUNS raises the number of histories.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openJournal } from '../../collector/journal/journal.ts'
import { makeDirectory, removeDirectory } from '../support/directory.ts'
import { entry, textsOf } from '../support/entries.ts'
import { createFaultyFiles } from '../support/faulty-files.ts'
import type { Journal } from '../../collector/journal/journal.ts'
import type { FaultyFiles, Operation, Fault } from '../support/faulty-files.ts'

interface PlannedFault { readonly operation: Operation; readonly fault: Fault; /** Operations of that kind that work before it. */ readonly skip: number; readonly times: number }

type Restart = { readonly how: 'close' | 'kill' } | { readonly how: 'power cut'; readonly keep: number; readonly zeros: boolean }

type Event =
  | { readonly kind: 'append'; readonly sizes: readonly number[]; readonly late: readonly number[]; readonly fault: PlannedFault | undefined; readonly after: Restart | undefined }
  | { readonly kind: 'restart'; readonly restart: Restart; readonly fault: PlannedFault | undefined }
  | { readonly kind: 'release'; readonly share: number; readonly fault: PlannedFault | undefined }

const plannedFault: fc.Arbitrary<PlannedFault> = fc.record({
  operation: fc.constantFrom<Operation[]>('open', 'write', 'write', 'datasync', 'datasync', 'truncate', 'stat', 'close'),
  fault: fc.constantFrom<Fault[]>('before', 'after', 'torn', 'short'),
  skip: fc.nat({ max: 2 }), times: fc.integer({ min: 1, max: 4 }),
}).map((planned) => (planned.operation === 'write' ? planned : { ...planned, fault: planned.fault === 'after' ? 'after' : 'before' }))

const restart: fc.Arbitrary<Restart> = fc.oneof(
  fc.record({ how: fc.constantFrom('close', 'kill') }),
  fc.record({ how: fc.constant('power cut' as const), keep: fc.double({ min: 0, max: 1, noNaN: true }), zeros: fc.boolean() }),
)

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined })
const sizes = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 })

const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('append' as const), sizes: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 }), late: sizes, fault: maybe(plannedFault), after: maybe(restart) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('restart' as const), restart, fault: maybe(plannedFault) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('release' as const), share: fc.double({ min: 0, max: 1, noNaN: true }), fault: maybe(plannedFault) }) },
)

/** What the world knows: texts that were acknowledged, by index, and those of writes that failed since, as `<index> <text>`. */
interface Model { readonly acknowledged: string[]; readonly unacknowledged: Set<string>; released: number; made: number }

interface Rig { readonly files: FaultyFiles; readonly directory: string; readonly model: Model; journal: Journal }

const open = ({ files, directory }: Pick<Rig, 'files' | 'directory'>): Promise<Journal> => openJournal({ directory, floorIndex: 0, segmentBytes: 700, openFile: files.open })

let faultsHit = 0
let keptUnacknowledged = 0
let restarts = 0

function arm(files: FaultyFiles, planned: PlannedFault | undefined, onFirstWrite: () => void = () => {}): void {
  let skip = planned?.skip ?? 0
  let left = planned?.times ?? 0
  let first = true
  files.decide = (operation) => {
    if (operation === 'write' && first) { first = false; onFirstWrite() }
    if (operation !== planned?.operation) return undefined
    if (skip > 0) { skip -= 1; return undefined }
    if ((left -= 1) < 0) return undefined
    faultsHit += 1
    return planned.fault
  }
}

async function append(rig: Rig, { sizes: batches, late, fault }: Extract<Event, { kind: 'append' }>): Promise<void> {
  const { journal, model, files } = rig
  const appended: { readonly texts: string[]; readonly firstIndex: number; readonly durable: Promise<void> }[] = []
  const put = (size: number): void => {
    const texts = Array.from({ length: size }, () => `text ${model.made++}`)
    appended.push({ texts, ...journal.append(texts.map(entry), 1n) })
  }
  arm(files, fault, () => { late.forEach(put) })
  batches.forEach(put)
  let settled = 0
  while (settled < appended.length) { // the late ones join while the first are waited for
    const next = appended[settled]!
    const outcome = await next.durable.then(() => 'durable', (error: { code: string }) => error.code)
    settle(model, next, outcome)
    settled += 1
  }
  files.decide = undefined
}

function settle(model: Model, { texts, firstIndex }: { texts: string[]; firstIndex: number }, outcome: string): void {
  if (outcome === 'durable') {
    expect(firstIndex, 'an acknowledged write follows the one before').toBe(model.acknowledged.length)
    model.acknowledged.push(...texts)
    model.unacknowledged.clear()
    return
  }
  expect(outcome).toBe('JOURNAL_FAILED')
  expect(firstIndex, 'no index is given out that is taken').toBeGreaterThanOrEqual(model.acknowledged.length)
  texts.forEach((text, i) => model.unacknowledged.add(`${firstIndex + i} ${text}`))
}

async function restarted(rig: Rig, how: Restart, fault: PlannedFault | undefined): Promise<void> {
  restarts += 1
  if (how.how === 'close') await rig.journal.close()
  await rig.files.closeAll()
  if (how.how === 'power cut') await rig.files.powerCut((unsynced) => Math.floor(how.keep * unsynced), how.zeros)
  arm(rig.files, fault)
  for (let attempt = 0; ; attempt += 1) { // opening may fail, and is tried again
    try {
      rig.journal = await open(rig)
      break
    } catch (error) {
      expect((error as { code: string }).code).toBe('EIO')
      expect(attempt).toBeLessThan(10)
      await rig.files.closeAll()
    }
  }
  rig.files.decide = undefined
  await compare(rig)
}

/** All that was acknowledged is there; behind it may be what a failed write left, as it was written. */
async function compare({ journal, model }: Rig): Promise<void> {
  const { acknowledged, unacknowledged } = model
  const found = await textsOf(journal)
  const oldest = journal.oldestIndex
  expect(oldest, 'only what was released is gone').toBeLessThanOrEqual(model.released)
  const expected = acknowledged.map((text, index) => `${index} ${text}`).slice(oldest)
  expect(found.slice(0, expected.length)).toEqual(expected)
  for (const label of found.slice(expected.length)) {
    expect([...unacknowledged]).toContain(label)
    expect(label).toMatch(new RegExp(`^${acknowledged.length} `))
    acknowledged.push(label.slice(label.indexOf(' ') + 1)) // from now on it is there for good
    keptUnacknowledged += 1
  }
  unacknowledged.clear()
  expect(journal.durableIndex).toBe(acknowledged.length)
}

/** Without a restart the journal shows what was acknowledged and nothing else. */
async function compareRunning({ journal, model }: Rig): Promise<void> {
  expect(await textsOf(journal)).toEqual(model.acknowledged.map((text, index) => `${index} ${text}`).slice(journal.oldestIndex))
}

async function happen(rig: Rig, what: Event): Promise<void> {
  switch (what.kind) {
    case 'append':
      await append(rig, what)
      if (what.after === undefined) await compareRunning(rig)
      else await restarted(rig, what.after, undefined)
      return
    case 'release': {
      const index = Math.floor(what.share * rig.model.acknowledged.length)
      rig.model.released = Math.max(rig.model.released, index)
      arm(rig.files, what.fault)
      await rig.journal.release(index).catch((error: { code: string }) => { expect(error.code).toBe('EIO') })
      rig.files.decide = undefined
      return compareRunning(rig)
    }
    case 'restart': return restarted(rig, what.restart, what.fault)
  }
}

async function live(events: readonly Event[]): Promise<void> {
  const directory = await makeDirectory()
  const files = createFaultyFiles()
  const rig: Rig = { files, directory, model: { acknowledged: [], unacknowledged: new Set(), released: 0, made: 0 }, journal: await open({ files, directory }) }
  try {
    for (const what of events) await happen(rig, what)
    await restarted(rig, { how: 'power cut', keep: 0, zeros: false }, undefined)
    await append(rig, { kind: 'append', sizes: [1], late: [], fault: undefined, after: undefined }) // it still works
    await restarted(rig, { how: 'close' }, undefined)
    await rig.journal.close()
  } finally {
    await files.closeAll()
    await removeDirectory(directory)
  }
}

test('what was acknowledged survives whatever the disk does', { timeout: 600_000 }, async () => {
  await fc.assert(fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 25 }), live), { numRuns: Number(process.env['BLOTTER_DISK_RUNS'] ?? 60) })
  expect(faultsHit).toBeGreaterThan(20) // else this test means nothing
  expect(restarts).toBeGreaterThan(100)
  expect(keptUnacknowledged).toBeGreaterThan(0)
})
