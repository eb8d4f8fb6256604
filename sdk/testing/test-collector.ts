// A collector for the tests of an app: it answers as a real one does, keeps what it is sent in memory, and fails when told
// to. With a `fetch` and without a socket, or as a server on the loopback address.

import { excess, missing } from '@blotter/processors'
import type { AuditRecord } from '@blotter/processors'
import type { AuditOptions } from '../options.ts'
import { createLedger, idOf, keyReply } from './ledger.ts'
import { createFetch } from './memory-fetch.ts'
import { createOutages } from './outages.ts'
import type { FailOptions, Outage, OutageScript } from './outages.ts'
import { toRecorded } from './recorded.ts'
import type { RecordedEvent } from './recorded.ts'
import { serveLoopback } from './server.ts'
import { bodyText, carriesRecords, recordsOf, refusalReply } from './wire.ts'
import type { Call, Reply } from './wire.ts'
import { createWaiting } from './waiting.ts'
import type { WaitOptions } from './waiting.ts'

/** One request, whatever became of it. */
export interface SeenRequest {
  readonly method: string
  readonly path: string
  /** By lower-case name, but for `authorization`: its value is not kept. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Inflated. */
  readonly body: string
  /** Of the records that it carried. */
  readonly recordIds: readonly string[]
  /** Of the answer; undefined when there was none. */
  readonly status: number | undefined
}

export interface TestCollectorOptions {
  /** API key that is asked for; a request without it gets 401. Default none: every request is taken. */
  readonly key?: string
}

/** Outages concern deliveries: requests that carry records. The fingerprint key is always to be had. */
export interface TestCollector extends OutageScript, AsyncDisposable {
  /** What to give `createAudit`: `createAudit({ ...collector.options, integration: 'stripe' })`. Without a spool. */
  readonly options: Pick<AuditOptions, 'endpoint' | 'fetch' | 'key' | 'spool'>
  readonly endpoint: string
  /** Every record that was accepted, once, in the order in which they came. */
  readonly records: readonly RecordedEvent[]
  readonly requests: readonly SeenRequest[]
  /** Resolves with the records when there are so many, or one for which the function says true. Rejects after `timeoutMs`. */
  waitFor(what: number | ((record: RecordedEvent) => boolean), options?: WaitOptions): Promise<readonly RecordedEvent[]>
  /** Forgets records, requests and outages. */
  reset(): void
  /** Answers what hangs, ends connections. */
  close(): Promise<void>
}

/** Without a socket: the `fetch` of its options is the collector. */
export function createTestCollector(options: TestCollectorOptions = {}): TestCollector {
  const core = createCore(options)
  return Object.assign(core.collector('http://collector.test', () => Promise.resolve()), {
    options: { ...core.options('http://collector.test'), fetch: createFetch((call) => core.receive(call)) },
  })
}

/** A server on a free port of 127.0.0.1, for other processes, threads and clients. */
export async function startTestCollector(options: TestCollectorOptions = {}): Promise<TestCollector> {
  const core = createCore(options)
  const server = await serveLoopback((call) => core.receive(call))
  return Object.assign(core.collector(server.endpoint, () => server.close()), { options: core.options(server.endpoint) })
}

interface Core {
  receive(call: Call): Promise<Reply | undefined>
  options(endpoint: string): TestCollector['options']
  collector(endpoint: string, close: () => Promise<void>): Omit<TestCollector, 'options'>
}

function createCore({ key }: TestCollectorOptions): Core {
  const outages = createOutages()
  const waiting = createWaiting<RecordedEvent>()
  let ledger = createLedger()
  let recorded: RecordedEvent[] = []
  let requests: SeenRequest[] = []

  async function receive(call: Call): Promise<Reply | undefined> {
    const body = tryOr(() => bodyText(call))
    const records = body === undefined ? undefined : tryOr(() => recordsOf(call.path, body))
    const reply = await replyTo(call, records)
    const { authorization: _, ...headers } = call.headers
    requests.push({ method: call.method, path: call.path, headers, body: body ?? '', recordIds: (records ?? []).map(idOf), status: reply?.status })
    return reply
  }

  async function replyTo(call: Call, records: readonly AuditRecord[] | undefined): Promise<Reply | undefined> {
    if (key !== undefined && call.headers['authorization'] !== `Bearer ${key}`) return refusalReply(401, 'UNAUTHENTICATED', 'no valid API key was given')
    if (!carriesRecords(call.path)) return call.path === '/v1/fingerprint/key' ? keyReply() : refusalReply(404, 'NOT_FOUND', 'there is nothing here')
    const outage = outages.next()
    if (outage?.kind === 'hang') await outages.recovered()
    if (outage?.kind === 'fail') return failure(outage)
    const reply = keep(call.path, records)
    return outage?.kind === 'lose answer' ? undefined : reply
  }

  function keep(path: string, records: readonly AuditRecord[] | undefined): Reply {
    if (records === undefined) return refusalReply(400, 'MALFORMED_BODY', 'the body could not be decoded')
    if (path === '/v1/audit' && records.some((record) => missing(record).length > 0)) return refusalReply(400, 'MISSING_ATTRIBUTE', 'a record lacks what every audit record must say')
    if (records.some((record) => excess(record).length > 0)) return refusalReply(400, 'OVER_LIMIT', 'a record is larger than the limits allow')
    if (ledger.conflicts(records)) return refusalReply(409, 'RECORD_CONFLICT', 'a record id was used before for another record')
    recorded.push(...ledger.news(records).map(toRecorded))
    const reply = ledger.store(records)
    waiting.check(recorded)
    return path === '/v1/audit' ? reply : { status: 200, body: '{}' }
  }

  return {
    receive,
    options: (endpoint) => ({ endpoint, spool: false, ...(key === undefined ? {} : { key }) }),
    collector(endpoint, stop) {
      const close = (): Promise<void> => { outages.recover(); return stop() }
      return {
        endpoint,
        get records() { return recorded },
        get requests() { return requests },
        fail: (...script) => { outages.fail(...script) },
        hang: (times) => { outages.hang(times) },
        loseAnswers: (times) => { outages.loseAnswers(times) },
        recover: () => { outages.recover() },
        waitFor: (what, options) => waiting.wait(recorded, what, options),
        reset() { outages.recover(); ledger = createLedger(); recorded = []; requests = [] },
        close,
        [Symbol.asyncDispose]: close,
      }
    },
  }
}

function failure({ status, options }: Extract<Outage, { kind: 'fail' }>): Reply {
  const { retryAfterSeconds, reason = '' }: FailOptions = options
  return refusalReply(status, reason, 'failed as the test asked', retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) })
}

function tryOr<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined // answered with 400, as a collector does
  }
}
