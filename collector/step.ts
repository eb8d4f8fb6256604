// The loop that every background step shares: wait for the journal, read from its own place, work, remember the place.
// What fails is done again, with growing pauses, for as long as it takes; other steps do not notice.

import type { Frame } from './journal/frame.ts'
import type { Journal } from './journal/journal.ts'

export interface StepOptions<Prepared = undefined> {
  readonly name: string
  readonly journal: Journal
  /** Index of the first entry that is not done. */
  readonly startIndex: number
  /** Does the work for these frames, wholly and durably, or throws. Called again with the same frames after a failure. */
  readonly work: (frames: readonly Frame[], attempt: number, prepared: Prepared) => Promise<void>
  /** What can be made of frames before those ahead of them are done: in a backlog it is begun during the work before. Made again after a failure. */
  readonly prepare?: (frames: readonly Frame[]) => Promise<Prepared>
  /** How much to read at a time. */
  readonly maxBytes: number
  /** How long to let more arrive before working, unless more than `maxBytes` is waiting. Default 0. */
  readonly lingerMs?: number
  readonly onError: (step: string, error: unknown, attempt: number) => void
}

export interface Step {
  readonly name: string
  /** Index of the first entry that is not done. */
  readonly next: number
  /** Attempts that failed since the last success: 0 when all is well. */
  readonly failures: number
  /** Resolves when everything below `index` is done, or false after `timeoutMs`. Work starts at once, without lingering. */
  reach(index: number, timeoutMs: number): Promise<boolean>
  /** Ends after the work in hand. */
  stop(): Promise<void>
}

const firstPauseMs = 100
const longestPauseMs = 30_000

export function startStep<Prepared = undefined>(options: StepOptions<Prepared>): Step {
  const { name, journal, startIndex, work, prepare, maxBytes, lingerMs = 0, onError } = options
  const reader = journal.reader(startIndex)
  let next = startIndex
  let failures = 0
  let stopped = false
  let hurried = false
  let backlog = false // what is read at a time did not reach the end
  let ahead: Promise<Taken<Prepared>> | undefined // the frames after those in hand
  let interrupt = (): void => {}
  let waiters: { readonly index: number; readonly done: (reached: boolean) => void }[] = []

  async function loop(): Promise<void> {
    while (!stopped) {
      await interruptible(journal.whenBeyond(next))
      if (stopped) break
      if (lingerMs > 0 && !hurried && !backlog) await pause(lingerMs)
      if (!stopped) await attempt()
    }
    await ahead?.catch(() => {})
    await reader.close()
  }

  async function attempt(): Promise<void> {
    try {
      const { frames, prepared, endIndex, more } = await (ahead ?? take())
      ahead = undefined
      if (frames.length === 0) return
      if (more && prepare !== undefined) (ahead = take()).catch(() => {}) // it is thrown when its turn comes
      await work(frames, failures, prepared)
      next = endIndex
      failures = 0
      backlog = more
      settle()
    } catch (error) {
      failures += 1
      onError(name, error, failures)
      await ahead?.catch(() => {})
      ahead = undefined
      await reader.seek(next)
      if (!stopped) await pause(Math.max(askedPauseMs(error), Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs) * (0.5 + Math.random() / 2)))
    }
  }

  async function take(): Promise<Taken<Prepared>> {
    const durableIndex = journal.durableIndex
    const frames = await reader.next(maxBytes)
    const last = frames.at(-1)
    const endIndex = last === undefined ? durableIndex : last.firstIndex + last.entries.length
    const prepared = (frames.length === 0 ? undefined : await prepare?.(frames)) as Prepared // undefined is what Prepared is without `prepare`
    return { frames, prepared, endIndex, more: endIndex < durableIndex }
  }

  function settle(): void {
    for (const { index, done } of waiters.filter((waiter) => waiter.index <= next)) done(index <= next)
    waiters = waiters.filter((waiter) => waiter.index > next)
    if (waiters.length === 0) hurried = false
  }

  function pause(ms: number): Promise<void> {
    return interruptible(new Promise<void>((resolve) => { setTimeout(resolve, ms).unref() }))
  }

  function interruptible(promise: Promise<void>): Promise<void> {
    return Promise.race([promise, new Promise<void>((resolve) => { interrupt = resolve })])
  }

  const running = loop()
  return {
    name,
    get next() { return next },
    get failures() { return failures },
    reach(index, timeoutMs) {
      if (next >= index) return Promise.resolve(true)
      hurried = true
      if (failures === 0) interrupt()
      return new Promise((resolve) => {
        const timer = setTimeout(() => { resolve(false) }, timeoutMs)
        waiters.push({ index, done: (reached) => { clearTimeout(timer); resolve(reached) } })
      })
    },
    async stop() {
      stopped = true
      interrupt()
      await running
      for (const { done } of waiters) done(false)
      waiters = []
    },
  }
}

interface Taken<Prepared> {
  readonly frames: readonly Frame[]
  readonly prepared: Prepared
  /** One past their last entry. */
  readonly endIndex: number
  /** Whether what is read at a time did not reach the end. */
  readonly more: boolean
}

/** What the other side asked for, such as by Retry-After. */
function askedPauseMs(error: unknown): number {
  const { afterMs } = error as { afterMs?: unknown }
  return typeof afterMs === 'number' ? afterMs : 0
}
