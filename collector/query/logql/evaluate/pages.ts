// Reads a source page by page. A source that hangs must not hold its asker: the page is raced against the signal, and
// whoever stops early closes the source.

import type { Entry, EntryQuestion, EntrySource } from '../entry.ts'
import type { Budget } from './limits.ts'

export async function* pagesOf(source: EntrySource, question: Omit<EntryQuestion, 'signal'>, budget: Budget): AsyncGenerator<readonly Entry[], void, undefined> {
  const pages = source.entries({ ...question, signal: budget.signal })[Symbol.asyncIterator]()
  let ended = false
  try {
    for (;;) {
      await budget.breathe()
      const page = await unlessAborted(pages.next(), budget.signal)
      ended = page.done === true
      if (ended) return
      yield page.value as readonly Entry[]
    }
  } finally {
    if (!ended) await closed(pages, budget.signal)
  }
}

/** An aborted source may never come back: it is told, and not waited for. */
async function closed(pages: AsyncIterator<unknown>, signal: AbortSignal): Promise<void> {
  const closing = Promise.resolve(pages.return?.()).catch(() => undefined)
  if (!signal.aborted) await unlessAborted(closing, signal).catch(() => undefined)
}

/** The promise, or the signal's reason as soon as it is aborted. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop: (() => void) | undefined
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop)
    promise.catch(() => undefined) // its loser may fail later, and nobody listens any more
  }
}
