// What goes wrong between a client and its collector, as a test asks for it: each kind for a number of deliveries, in
// the order in which they were asked for.

export interface FailOptions {
  /** Sent as `Retry-After`. Default none. */
  readonly retryAfterSeconds?: number
  /** Reason in the answer, as a collector gives it, such as `MISSING_ATTRIBUTE`. Default none. */
  readonly reason?: string
}

export type Outage =
  | { readonly kind: 'fail'; readonly status: number; readonly options: FailOptions }
  /** No answer until `recover()`. */
  | { readonly kind: 'hang' }
  /** The records are kept, and the connection ends before the answer: the client cannot know. */
  | { readonly kind: 'lose answer' }

/** Each method takes how many deliveries it concerns, one by default; `Infinity` until `recover()`. */
export interface OutageScript {
  fail(status: number, times?: number, options?: FailOptions): void
  hang(times?: number): void
  loseAnswers(times?: number): void
  /** Forgets what was asked for and answers what hangs. */
  recover(): void
}

export interface Outages extends OutageScript {
  /** Of the delivery that has just come. */
  next(): Outage | undefined
  /** Resolves at the next `recover()`. */
  recovered(): Promise<void>
}

export function createOutages(): Outages {
  let queue: { readonly outage: Outage; left: number }[] = []
  let recovery = Promise.withResolvers<void>()
  const add = (outage: Outage, times: number): void => {
    if (!(times === Number.POSITIVE_INFINITY || (Number.isSafeInteger(times) && times > 0))) throw new RangeError('times: want a whole number from 1, or Infinity')
    queue.push({ outage, left: times })
  }
  return {
    fail(status, times = 1, options = {}) {
      if (!Number.isSafeInteger(status) || status < 300 || status > 599) throw new RangeError('status: want a whole number from 300 to 599')
      add({ kind: 'fail', status, options }, times)
    },
    hang(times = 1) { add({ kind: 'hang' }, times) },
    loseAnswers(times = 1) { add({ kind: 'lose answer' }, times) },
    recover() {
      queue = []
      recovery.resolve()
      recovery = Promise.withResolvers()
    },
    next() {
      const first = queue[0]
      if (first === undefined) return undefined
      first.left -= 1
      if (first.left === 0) queue.shift()
      return first.outage
    },
    recovered: () => recovery.promise,
  }
}
