// What one query may cost, and the clock that stops it. Work on rows in memory would hold up every other request of the
// process: the budget is asked often, gives way to the event loop, and ends the query at its deadline.

import { QueryLimitError } from '../errors.ts'

export interface EvaluationLimits {
  /** Series of an answer. */
  readonly maxSeries: number
  /** Points in time of a range query. */
  readonly maxSteps: number
  /** Samples and points of intermediate results held in memory, some 24 bytes each. */
  readonly maxSamples: number
  readonly timeoutMs: number
}

/** Series and steps as Loki has them. */
export const defaultEvaluationLimits: EvaluationLimits = { maxSeries: 500, maxSteps: 11_000, maxSamples: 10_000_000, timeoutMs: 60_000 }

/** How long work on rows may hold the event loop. */
const turnMs = 20

export interface Budget {
  readonly limits: EvaluationLimits
  /** Aborted by the asker, by the deadline, or when the evaluation is over. */
  readonly signal: AbortSignal
  /** Throws when the query may not go on. */
  readonly check: () => void
  /** As check, and lets others run when this query had its turn. */
  breathe(): Promise<void>
  /** Counts samples held; throws at the cap. */
  hold(samples: number): void
  /** Ends whatever still reads for this evaluation. */
  close(): void
}

export function createBudget(limits: EvaluationLimits, asked: AbortSignal | undefined): Budget {
  const own = new AbortController()
  const deadlineMs = performance.now() + limits.timeoutMs
  const timer = setTimeout(() => own.abort(timeError(limits)), limits.timeoutMs)
  const follow = () => own.abort(asked?.reason)
  if (asked?.aborted === true) follow()
  else asked?.addEventListener('abort', follow, { once: true })
  let turnEndsMs = performance.now() + turnMs
  let held = 0
  const check = () => {
    // The timer cannot fire while rows are worked on; the clock can be read.
    if (performance.now() > deadlineMs) own.abort(timeError(limits))
    own.signal.throwIfAborted()
  }
  return {
    limits,
    signal: own.signal,
    check,
    async breathe() {
      check()
      if (performance.now() < turnEndsMs) return
      await new Promise((resolve) => setImmediate(resolve))
      turnEndsMs = performance.now() + turnMs
      check()
    },
    hold(samples) {
      held += samples
      if (held > limits.maxSamples) throw samplesError(limits)
    },
    close() {
      clearTimeout(timer)
      asked?.removeEventListener('abort', follow)
      own.abort(new Error('the query is over'))
    },
  }
}

/** Runs an evaluation within its limits, and ends all that it started whatever becomes of it. */
export async function withBudget<T>(limits: EvaluationLimits, asked: AbortSignal | undefined, run: (budget: Budget) => Promise<T>): Promise<T> {
  const budget = createBudget(limits, asked)
  try {
    budget.check()
    return await run(budget)
  } finally {
    budget.close()
  }
}

export function checkSeries(count: number, limits: EvaluationLimits): void {
  if (count <= limits.maxSeries) return
  throw new QueryLimitError('series', `maximum of series (${limits.maxSeries}) reached for a single query; name fewer streams, or aggregate over fewer labels`)
}

export function stepsError(limits: EvaluationLimits): QueryLimitError {
  const points = limits.maxSteps.toLocaleString('en-US')
  return new QueryLimitError('steps', `exceeded maximum resolution of ${points} points per time series; ask for a larger step or a shorter time`)
}

function timeError(limits: EvaluationLimits): QueryLimitError {
  return new QueryLimitError('time', `the query took longer than ${limits.timeoutMs} ms; ask for a shorter time, or name fewer streams`)
}

function samplesError(limits: EvaluationLimits): QueryLimitError {
  return new QueryLimitError('rows', `the query needs more than ${limits.maxSamples} samples at once; ask for a shorter time, or name fewer streams`)
}
