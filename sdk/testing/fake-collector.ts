// Stands for the collector in our own tests: a real HTTP server that keeps what it is sent and gives receipts. It holds
// the SDK to its side of the contract: whole records within the limits, one content per record id, one request at a time.

import { excess, missing } from '@blotter/processors'
import type { AuditRecord } from '@blotter/processors'
import { createLedger, idOf, keyReply } from './ledger.ts'
import { serveLoopback } from './server.ts'
import { bodyText, recordsOf, refusalReply } from './wire.ts'
import type { Call, Reply } from './wire.ts'

export { keyBytes } from './ledger.ts'
export type { Reply } from './wire.ts'

export interface Seen {
  readonly method: string
  readonly path: string
  readonly headers: Call['headers']
  readonly body: string
  /** Of `/v1/audit` and `/v1/logs`. */
  readonly records: readonly AuditRecord[]
}

export interface FakeCollector extends AsyncDisposable {
  readonly endpoint: string
  readonly seen: Seen[]
  /** What it has acknowledged, by record id. */
  readonly stored: Map<string, AuditRecord>
  /** Broken promises of the client. Tests expect none. */
  readonly broken: string[]
  /** Answers instead of the collector, for as long as it returns something. */
  reply: ((request: Seen) => Reply | undefined | Promise<Reply | undefined>) | undefined
  requests(path: string): Seen[]
  close(): Promise<void>
}

export async function startFakeCollector(): Promise<FakeCollector> {
  const ledger = createLedger()
  const server = await serveLoopback(receive)
  let auditing = 0
  const collector: FakeCollector = {
    endpoint: server.endpoint,
    seen: [], stored: ledger.stored, broken: [], reply: undefined,
    requests: (path) => collector.seen.filter((seen) => seen.path === path),
    close: () => server.close(),
    [Symbol.asyncDispose]: () => server.close(),
  }

  async function receive(call: Call): Promise<Reply> {
    const seen = read(call)
    if (seen === undefined) return { status: 400 }
    collector.seen.push(seen)
    const isAudit = seen.path === '/v1/audit'
    if (isAudit && (auditing += 1) > 1) collector.broken.push('two requests in flight')
    const reply = (await collector.reply?.(seen)) ?? answer(seen)
    if (isAudit) auditing -= 1
    return reply
  }

  function read(call: Call): Seen | undefined {
    try {
      const body = bodyText(call)
      return { method: call.method, path: call.path, headers: call.headers, body, records: recordsOf(call.path, body) }
    } catch (error) {
      collector.broken.push(`not OTLP: ${String(error)}`)
      return undefined
    }
  }

  function answer(seen: Seen): Reply {
    if (seen.path === '/v1/fingerprint/key') return keyReply()
    if (seen.path === '/v1/logs') return { status: 200, body: '{}' }
    return seen.path === '/v1/audit' && seen.method === 'POST' ? store(seen) : { status: 404 }
  }

  function store({ headers, records }: Seen): Reply {
    if (headers['content-type'] !== 'application/json') collector.broken.push(`content type ${headers['content-type']}`)
    for (const record of records) {
      collector.broken.push(...[...missing(record), ...excess(record)].map(({ field, code }) => `${field} ${code}`))
      if (ledger.conflicts([record])) collector.broken.push(`two contents for ${idOf(record)}`)
    }
    return ledger.store(records)
  }

  return collector
}

/** A google.rpc.Status with an ErrorInfo. */
export function status(httpStatus: number, reason: string, message: string): Reply {
  return refusalReply(httpStatus, reason, message)
}
