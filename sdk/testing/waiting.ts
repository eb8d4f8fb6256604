// Waits for what is to come, and says what came when it did not.

export interface WaitOptions {
  /** Milliseconds. Default 5 000. */
  readonly timeoutMs?: number
}

type What<T> = number | ((member: T) => boolean)

export interface Waiting<T> {
  wait(now: readonly T[], what: What<T>, options?: WaitOptions): Promise<readonly T[]>
  /** To be called with all there is, whenever there is more. */
  check(all: readonly T[]): void
}

export function createWaiting<T>(): Waiting<T> {
  const waiters = new Set<(all: readonly T[]) => void>()
  return {
    check(all) { for (const waiter of waiters) waiter(all) },
    wait(now, what, { timeoutMs = 5_000 } = {}) {
      const { promise, resolve, reject } = Promise.withResolvers<readonly T[]>()
      let count = now.length
      const waiter = (all: readonly T[]): void => {
        count = all.length
        if (typeof what === 'number' ? all.length >= what : all.some(what)) resolve(all)
      }
      const timer = setTimeout(() => { reject(new Error(`waited ${timeoutMs} ms for ${typeof what === 'number' ? `${what} records` : 'a record'}; there are ${count}`)) }, timeoutMs)
      waiters.add(waiter)
      waiter(now)
      return promise.finally(() => { clearTimeout(timer); waiters.delete(waiter) })
    },
  }
}
