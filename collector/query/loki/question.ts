// One question, from the door to the answer: whose it is, its turn, its time, what it read, how it ended.

import { asLokiError, LokiError, plainText } from './errors.ts'
import { meteredSource } from './metered.ts'
import { readParameters } from './parameters.ts'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Context } from 'hono'
import type { Caller } from '../../keys/caller.ts'
import type { Metrics } from '../../metrics.ts'
import type { RecordRead } from '../access-record.ts'
import type { EntrySource } from '../logql/entry.ts'
import type { QueryConfig } from '../options.ts'
import type { Admission } from './admission.ts'
import type { Statistics } from './encode.ts'
import type { LogIndex } from './log-index.ts'
import type { Reading } from './metered.ts'

/** Whose question it is. */
export type Principal = Awaited<ReturnType<Caller['authenticate']>>

export interface Opened { readonly source: EntrySource; readonly index: LogIndex }

export interface QuestionParts {
  readonly caller: Caller
  readonly limits: QueryConfig
  readonly admission: Admission
  /** The body of a posted form; throws when there is more of it than that. */
  readonly readForm: (c: Context, maxBytes: number) => Promise<string>
  /** What the caller may read of the store. */
  readonly open: (principal: Principal) => Opened
  /** Waits a moment for what was acknowledged before the question. */
  readonly catchUp: () => Promise<unknown>
  /** Runs a question to the store; when the store does not answer, says so and nothing else. */
  readonly reading: <T>(question: () => Promise<T>) => Promise<T>
  readonly recordRead: RecordRead
  readonly metrics: Pick<Metrics, 'queries' | 'querySeconds' | 'queryRows'>
}

export interface Question extends Opened {
  readonly parameters: URLSearchParams
  readonly limits: QueryConfig
  readonly nowNano: bigint
  /** The caller has gone, or the time is over. */
  readonly signal: AbortSignal
  /** Whether the client asked which labels come from where. */
  readonly categorized: boolean
  readonly statistics: (returned: number) => Statistics
  /** Says in the log of the workspace that records were shown. `kinds`: of a fixed list. */
  readonly shown: (kinds: readonly string[], records: number) => Promise<void>
}

export type Answer = (question: Question) => Promise<Response>

export function createAsk(parts: QuestionParts): (endpoint: string, answer: Answer) => (c: Context) => Promise<Response> {
  return (endpoint, answer) => async (c) => {
    const principal = await parts.caller.authenticate(c, 'read')
    const startedMs = performance.now()
    const reading: Reading = { rows: 0, bytes: 0 }
    const response = await timed(c, parts.limits.timeoutMs, async (signal) => {
      const parameters = await readParameters(c, parts.readForm)
      const leave = await parts.admission.enter(principal.workspace, signal)
      const work = answerOf(c, parts, principal, parameters, reading, startedMs, signal, answer)
      void work.then(leave, leave) // its place is free when the work is over, not when nobody waits for it any more
      return work
    }).catch((error: unknown) => refusalOf(error))
    const outcome = response instanceof Response ? resultOf(response.status) : 'failed'
    parts.metrics.queries.inc({ endpoint, result: outcome })
    parts.metrics.querySeconds.observe({ endpoint }, (performance.now() - startedMs) / 1000)
    parts.metrics.queryRows.inc(reading.rows)
    if (response instanceof Response) return response
    throw response.error
  }
}

async function answerOf(c: Context, parts: QuestionParts, principal: Principal, parameters: URLSearchParams, reading: Reading, startedMs: number, signal: AbortSignal, answer: Answer): Promise<Response> {
  await parts.catchUp()
  const { source, index } = parts.open(principal)
  const question: Question = {
    parameters, index, signal, limits: parts.limits, nowNano: BigInt(Date.now()) * 1_000_000n,
    source: meteredSource(source, reading, signal),
    categorized: (c.req.header('X-Loki-Response-Encoding-Flags') ?? '').split(',').some((flag) => flag.trim() === 'categorize-labels'),
    statistics: (returned) => ({ ...reading, seconds: Math.round(performance.now() - startedMs) / 1000, returned }),
    shown: (kinds, records) => parts.recordRead('blotter.records.read', principal, { through: 'loki', kinds, records }),
  }
  const outcome = await parts.reading(() => answer(question).catch((error: unknown) => expected(error, signal)))
  if (outcome instanceof Response) return outcome
  throw outcome
}

/** What a question can end with passes the store's own errors by, which say more than the caller may know. */
function expected(error: unknown, signal: AbortSignal): LokiError {
  const known = asLokiError(error) ?? (signal.aborted ? asLokiError(signal.reason) : undefined)
  if (known === undefined) throw error
  return known
}

/** Runs `work` until the time is over or the caller has gone; what does not stop by itself is not waited for. */
async function timed(c: Context, timeoutMs: number, work: (signal: AbortSignal) => Promise<Response>): Promise<Response> {
  const stop = new AbortController()
  const timer = setTimeout(() => { stop.abort(new LokiError(504, 'the query took longer than it may: ask for less time, fewer streams, or narrow it by labels')) }, timeoutMs)
  const response = outgoingOf(c)
  const gone = (): void => { if (response?.writableFinished !== true) stop.abort(new LokiError(499, 'the client has gone')) }
  response?.once('close', gone)
  const aborted = new Promise<never>((_, reject) => { stop.signal.addEventListener('abort', () => { reject(stop.signal.reason as Error) }) })
  try {
    return await Promise.race([work(stop.signal), aborted])
  } finally {
    clearTimeout(timer)
    response?.off('close', gone)
  }
}

/** Node's own, where there is one: it knows first that nobody listens any more. */
function outgoingOf(c: Context): ServerResponse<IncomingMessage> | undefined {
  return (c.env as { readonly outgoing?: ServerResponse<IncomingMessage> } | undefined)?.outgoing
}

function refusalOf(thrown: unknown): Response | { readonly error: unknown } {
  const known = asLokiError(thrown)
  return known === undefined ? { error: thrown } : plainText(known.status, known.message)
}

function resultOf(status: number): string {
  switch (status) {
    case 200: return 'ok'
    case 429: return 'limited'
    case 499: return 'cancelled'
    case 504: return 'timeout'
    default: return status < 500 ? 'refused' : 'failed'
  }
}

