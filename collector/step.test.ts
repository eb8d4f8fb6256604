import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { directoryForTest } from '../test/support/directory.ts'
import { entries, labels } from '../test/support/entries.ts'
import { openJournal } from './journal/journal.ts'
import { startStep } from './step.ts'
import type { Frame } from './journal/frame.ts'
import type { Journal } from './journal/journal.ts'
import type { Step, StepOptions } from './step.ts'

beforeEach(() => {
  // Files take real time, pauses take none: only what a step waits for on purpose is simulated.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  vi.spyOn(Math, 'random').mockReturnValue(1) // pauses without jitter
  return () => { vi.useRealTimers(); vi.restoreAllMocks() }
})

const realTimeout = setTimeout

/** Long enough for whatever would happen now, if it were to. */
const meanwhile = (): Promise<void> => new Promise((resolve) => { realTimeout(resolve, 10) })

/** Turns of the event loop, as many as files need. */
async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 5000
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('gave up')
    await new Promise((resolve) => { setImmediate(resolve) })
  }
}

/** It failed this often, and waits now. */
const pausing = ({ errors }: Worker, times: number): Promise<void> => until(() => errors.length === times && vi.getTimerCount() > 0)

async function newJournal(): Promise<Journal> {
  const journal = await openJournal({ directory: await directoryForTest(), floorIndex: 0 })
  onTestFinished(() => journal.close())
  return journal
}

const append = (journal: Journal, ...texts: string[]): Promise<void> => journal.append(entries(...texts), 1n).durable

interface Worker { readonly step: Step; readonly calls: string[][]; readonly attempts: number[]; readonly errors: [string, string, number][]; fail: (frames: readonly Frame[]) => Promise<void> | void }

function start(journal: Journal, options: Partial<Omit<StepOptions, 'prepare'>> = {}): Worker {
  const worker: { -readonly [K in keyof Worker]: Worker[K] } = {
    calls: [], attempts: [], errors: [], fail: () => {},
    step: startStep({
      name: 'store', journal, startIndex: 0, maxBytes: 1_000_000,
      work: async (frames, attempt) => {
        worker.calls.push(frames.flatMap(labels))
        worker.attempts.push(attempt)
        await worker.fail(frames)
      },
      onError: (step, error, attempt) => { worker.errors.push([step, (error as Error).message, attempt]) },
      ...options,
    }),
  }
  onTestFinished(() => worker.step.stop())
  return worker
}

test('a step does everything in order and remembers how far it is', async () => {
  const journal = await newJournal()
  await append(journal, 'a', 'b')
  const { step, calls } = start(journal)
  expect(await step.reach(2, 1000)).toBe(true)
  await append(journal, 'c')
  expect(await step.reach(3, 1000)).toBe(true)
  expect(calls.flat()).toEqual(['0 a', '1 b', '2 c'])
  expect([step.next, step.failures]).toEqual([3, 0])
})

test('a step starts where it was', async () => {
  const journal = await newJournal()
  await append(journal, 'a')
  await append(journal, 'b')
  const { step, calls } = start(journal, { startIndex: 1 })
  await step.reach(2, 1000)
  expect(calls).toEqual([['1 b']])
})

test('what failed is done again with the same frames until it works, and then the rest', async () => {
  const journal = await newJournal()
  const worker = start(journal)
  let left = 3
  worker.fail = () => { if ((left -= 1) >= 0) throw new Error(`failed, ${left} to go`) }
  await append(journal, 'a', 'b')
  await pausing(worker, 1)
  await append(journal, 'c')
  expect(worker.step.failures).toBe(1)
  expect(worker.step.next).toBe(0)
  await vi.advanceTimersByTimeAsync(100)
  await pausing(worker, 2)
  await vi.advanceTimersByTimeAsync(200)
  await pausing(worker, 3)
  await vi.advanceTimersByTimeAsync(400)
  await until(() => worker.step.next === 3)
  expect(worker.calls[0]).toEqual(['0 a', '1 b'])
  expect(worker.calls.slice(1).every((call) => call[0] === '0 a' && call[1] === '1 b')).toBe(true)
  expect(worker.attempts).toEqual([0, 1, 2, 3])
  expect(worker.errors).toEqual([['store', 'failed, 2 to go', 1], ['store', 'failed, 1 to go', 2], ['store', 'failed, 0 to go', 3]])
  expect(worker.step.failures).toBe(0)
})

test('pauses grow, and end at half a minute', async () => {
  const journal = await newJournal()
  const worker = start(journal)
  worker.fail = () => { throw new Error('never works') }
  await append(journal, 'a')
  for (const [i, pauseMs] of [100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000].entries()) {
    await pausing(worker, i + 1)
    await vi.advanceTimersByTimeAsync(pauseMs - 1)
    await meanwhile()
    expect(worker.calls).toHaveLength(i + 1)
    await vi.advanceTimersByTimeAsync(1)
    await until(() => worker.calls.length === i + 2)
  }
})

test('whoever failed may say when to come again, and is not asked before', async () => {
  const journal = await newJournal()
  const worker = start(journal)
  worker.fail = () => { throw Object.assign(new Error('later'), { afterMs: 45_000 }) }
  await append(journal, 'a')
  await pausing(worker, 1)
  await vi.advanceTimersByTimeAsync(44_999)
  await meanwhile()
  expect(worker.calls).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(1)
  await until(() => worker.calls.length === 2)
})

test('a step that fails holds up no other', async () => {
  const journal = await newJournal()
  const stuck = start(journal)
  stuck.fail = () => { throw new Error('down') }
  const healthy = start(journal, { name: 'seal' })
  await append(journal, 'a')
  await until(() => stuck.errors.length === 1)
  expect(await healthy.step.reach(1, 1000)).toBe(true)
  expect(stuck.step.next).toBe(0)
})

test('a step lingers, so that much becomes one piece of work', async () => {
  const journal = await newJournal()
  const { step, calls } = start(journal, { lingerMs: 200 })
  await append(journal, 'a')
  await vi.advanceTimersByTimeAsync(100)
  await append(journal, 'b')
  await vi.advanceTimersByTimeAsync(99)
  await meanwhile()
  expect(calls).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  await until(() => step.next === 2)
  expect(calls).toEqual([['0 a', '1 b']])
})

test('a step that is behind does not linger between pieces, and lingers again when it has caught up', async () => {
  const journal = await newJournal()
  for (const text of ['a', 'b', 'c']) await append(journal, text)
  const { step, calls } = start(journal, { lingerMs: 200, maxBytes: 1 })
  await meanwhile()
  expect(calls).toEqual([])
  await vi.advanceTimersByTimeAsync(200)
  await until(() => step.next === 3)
  expect(calls).toEqual([['0 a'], ['1 b'], ['2 c']])
  await append(journal, 'd')
  await meanwhile()
  expect(calls).toHaveLength(3)
  await vi.advanceTimersByTimeAsync(200)
  await until(() => step.next === 4)
})

test('whoever waits for it hurries it past its lingering, until that is done', async () => {
  const journal = await newJournal()
  const { step, calls } = start(journal, { lingerMs: 60_000 })
  await append(journal, 'a')
  expect(await step.reach(1, 1000)).toBe(true)
  expect(calls).toEqual([['0 a']])
  await append(journal, 'b') // nobody waits for this one
  await vi.advanceTimersByTimeAsync(59_000)
  await meanwhile()
  expect(calls).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(1000)
  await until(() => step.next === 2)
})

test('waiting for what is done already takes no time, and for what does not come as long as was said', async () => {
  const journal = await newJournal()
  const { step } = start(journal)
  expect(await step.reach(0, 0)).toBe(true)
  let answer: boolean | undefined
  void step.reach(1, 500).then((reached) => { answer = reached })
  await vi.advanceTimersByTimeAsync(499)
  expect(answer).toBeUndefined()
  await vi.advanceTimersByTimeAsync(1)
  expect(answer).toBe(false)
  await append(journal, 'a')
  expect(await step.reach(1, 500)).toBe(true)
})

test('whoever waits does not drive a step that fails to try faster', async () => {
  const journal = await newJournal()
  const worker = start(journal)
  worker.fail = () => { throw new Error('down') }
  await append(journal, 'a')
  await pausing(worker, 1)
  for (let i = 0; i < 20; i += 1) void worker.step.reach(1, 10_000)
  await vi.advanceTimersByTimeAsync(99)
  await meanwhile()
  expect(worker.calls).toHaveLength(1)
})

test('stopping waits for the work in hand, does nothing more, and tells those who wait', async () => {
  const journal = await newJournal()
  const worker = start(journal, { maxBytes: 1 })
  let finish = (): void => {}
  worker.fail = () => new Promise((resolve) => { finish = resolve })
  await append(journal, 'a')
  await append(journal, 'b')
  await until(() => worker.calls.length === 1)
  const waiting = worker.step.reach(2, 1000)
  let stopped = false
  const stopping = worker.step.stop().then(() => { stopped = true })
  await meanwhile()
  expect(stopped).toBe(false)
  finish()
  await stopping
  expect(await waiting).toBe(false)
  expect(worker.calls).toEqual([['0 a']])
  expect(worker.step.next).toBe(1)
})

test('stopping does not wait for what a step itself waits for', async () => {
  const journal = await newJournal()
  const idle = start(journal)
  const lingering = start(journal, { lingerMs: 60_000 })
  const failing = start(journal, { name: 'forward' })
  failing.fail = () => { throw new Error('down') }
  await append(journal, 'a')
  await pausing(failing, 1)
  await Promise.all([idle.step.stop(), lingering.step.stop(), failing.step.stop()])
  await failing.step.stop() // twice is once
  expect(lingering.calls).toEqual([])
})

describe('a step that makes frames ready', () => {
  /** Reads one frame at a time, and notes what it makes ready and what it works on. */
  function startPreparing(journal: Journal, work: (text: string) => Promise<void> | void): { readonly step: Step; readonly notes: string[]; readonly errors: string[] } {
    const notes: string[] = []
    const errors: string[] = []
    const step = startStep<string>({
      name: 'store', journal, startIndex: 0, maxBytes: 1,
      prepare: async (frames) => { const text = frames.flatMap(labels).join(); notes.push(`ready ${text}`); return text },
      work: async (_frames, _attempt, text) => { notes.push(`work ${text}`); await work(text); notes.push(`done ${text}`) },
      onError: (_step, error) => { errors.push((error as Error).message) },
    })
    onTestFinished(() => step.stop())
    return { step, notes, errors }
  }

  test('makes the next ones ready while it works, when more are waiting', async () => {
    const journal = await newJournal()
    for (const text of ['a', 'b', 'c']) await append(journal, text)
    const { promise, resolve } = Promise.withResolvers<void>()
    const { step, notes } = startPreparing(journal, (text) => (text === '0 a' ? promise : undefined))
    await until(() => notes.includes('ready 1 b'))
    await meanwhile()
    expect(notes).toEqual(['ready 0 a', 'work 0 a', 'ready 1 b']) // one ahead, no further
    resolve()
    await step.reach(3, 1000)
    expect(notes.filter((note) => note.startsWith('done'))).toEqual(['done 0 a', 'done 1 b', 'done 2 c'])
  })

  test('makes them ready again after a failure', async () => {
    const journal = await newJournal()
    for (const text of ['a', 'b']) await append(journal, text)
    let left = 1
    const { step, notes, errors } = startPreparing(journal, () => { if ((left -= 1) >= 0) throw new Error('failed') })
    await until(() => errors.length === 1 && vi.getTimerCount() > 0)
    await vi.advanceTimersByTimeAsync(100)
    await until(() => step.next === 2)
    expect(notes.filter((note) => note === 'ready 0 a')).toHaveLength(2)
    expect(notes.filter((note) => note.startsWith('done'))).toEqual(['done 0 a', 'done 1 b'])
  })

  test('that cannot be made ready is a failure when its turn comes', async () => {
    const journal = await newJournal()
    for (const text of ['a', 'b']) await append(journal, text)
    let broken = true
    const done: string[] = []
    const errors: string[] = []
    const step = startStep<string>({
      name: 'store', journal, startIndex: 0, maxBytes: 1, onError: (_step, error) => { errors.push((error as Error).message) },
      prepare: async (frames) => { const text = frames.flatMap(labels).join(); if (broken && text === '1 b') throw new Error('not ready'); return text },
      work: async (_frames, _attempt, text) => { done.push(text) },
    })
    onTestFinished(() => step.stop())
    await until(() => errors.length === 1 && vi.getTimerCount() > 0)
    expect([done, errors, step.next]).toEqual([['0 a'], ['not ready'], 1])
    broken = false
    await vi.advanceTimersByTimeAsync(100)
    await until(() => step.next === 2)
    expect(done).toEqual(['0 a', '1 b'])
  })

  test('can be stopped meanwhile', async () => {
    const journal = await newJournal()
    for (const text of ['a', 'b']) await append(journal, text)
    const { step, notes } = startPreparing(journal, () => meanwhile())
    await until(() => notes.includes('ready 1 b'))
    await step.stop()
    expect(notes).not.toContain('work 1 b')
  })
})

test('a journal that cannot be read is a failure like any other', async () => {
  const journal = await newJournal()
  await append(journal, 'a')
  let broken = true
  const reader = journal.reader(0)
  const unreliable: Journal = { ...journal, whenBeyond: (index) => journal.whenBeyond(index), reader: () => ({ ...reader, next: (maxBytes) => (broken ? Promise.reject(new Error('unreadable')) : reader.next(maxBytes)) }) }
  const { step, calls, errors } = start(unreliable)
  await until(() => errors.length === 1 && vi.getTimerCount() > 0)
  broken = false
  await vi.advanceTimersByTimeAsync(100)
  await until(() => step.next === 1)
  expect(errors).toEqual([['store', 'unreadable', 1]])
  expect(calls).toEqual([['0 a']])
})
