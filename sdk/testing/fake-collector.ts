// Stands for the collector in tests: a real HTTP server that keeps what it is sent and gives receipts. It holds the
// SDK to its side of the contract: whole records within the limits, one content per record id, one request at a time.

import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { canonicalRecord, decodeRequest, excess, fields, missing, text } from '@blotter/processors'
import type { AuditRecord } from '@blotter/processors'

export interface Seen {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** Of `/v1/audit` and `/v1/logs`. */
  readonly records: readonly AuditRecord[]
}

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
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

export const keyBytes = Buffer.alloc(32, 7)

export async function startFakeCollector(): Promise<FakeCollector> {
  const server = createServer((request, response) => { void serve(request, response) })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  let auditing = 0
  const collector: FakeCollector = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [], stored: new Map(), broken: [], reply: undefined,
    requests: (path) => collector.seen.filter((seen) => seen.path === path),
    close: () => new Promise((resolve) => { server.close(() => resolve()); server.closeAllConnections() }),
    [Symbol.asyncDispose]: () => collector.close(),
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const seen = await read(request).catch((error: unknown) => { collector.broken.push(`not OTLP: ${String(error)}`) })
    if (seen === undefined) { response.writeHead(400).end(); return }
    collector.seen.push(seen)
    const isAudit = seen.path === '/v1/audit'
    if (isAudit && (auditing += 1) > 1) collector.broken.push('two requests in flight')
    const reply = (await collector.reply?.(seen)) ?? answer(seen)
    if (isAudit) auditing -= 1
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers }).end(reply.body ?? '')
  }

  function answer(seen: Seen): Reply {
    if (seen.path === '/v1/fingerprint/key') return { status: 200, body: JSON.stringify({ epoch: 'e1', key: keyBytes.toString('base64') }) }
    if (seen.path === '/v1/logs') return { status: 200, body: '{}' }
    return seen.path === '/v1/audit' && seen.method === 'POST' ? store(seen) : { status: 404 }
  }

  function store({ headers, records }: Seen): Reply {
    if (headers['content-type'] !== 'application/json') collector.broken.push(`content type ${headers['content-type']}`)
    for (const record of records) collector.broken.push(...[...missing(record), ...excess(record)].map(({ field, code }) => `${field} ${code}`))
    return { status: 200, body: JSON.stringify({ receipts: records.map(receipt) }) }
  }

  function receipt(record: AuditRecord): object {
    const recordId = text(record.attributes, fields.recordId.key)
    const earlier = collector.stored.get(recordId)
    if (earlier !== undefined && canonicalRecord(earlier) !== canonicalRecord(record)) collector.broken.push(`two contents for ${recordId}`)
    collector.stored.set(recordId, record)
    const leafIndex = [...collector.stored.keys()].indexOf(recordId)
    return { recordId, integrityHash: createHash('sha256').update(canonicalRecord(record)).digest('base64'), leafIndex, sinkTimestamp: String(1_800_000_000_000_000_000n + BigInt(leafIndex)) }
  }

  return collector
}

async function read(request: IncomingMessage): Promise<Seen> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const body = Buffer.concat(parts).toString('utf8')
  const path = request.url ?? ''
  const records = path === '/v1/audit' || path === '/v1/logs' ? decodeRequest(JSON.parse(body)) : []
  return { method: request.method ?? '', path, headers: request.headers, body, records }
}

/** A google.rpc.Status with an ErrorInfo. */
export function status(httpStatus: number, reason: string, message: string): Reply {
  return { status: httpStatus, body: JSON.stringify({ code: 3, message, details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'example.com' }] }) }
}
