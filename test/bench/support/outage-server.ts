// What stands for the collector in the outage table: a small HTTP server that keeps the ids of what it answered with
// 200, and fails as the row says. It runs in the process that counts, the emitters in others.

import { createServer } from 'node:http'
import { gunzipSync } from 'node:zlib'
import type { AddressInfo } from 'node:net'
import type { IncomingMessage, ServerResponse } from 'node:http'

/** What the server does instead of taking records. */
export type Trouble =
  | { readonly kind: 'none' }
  /** 503 from `afterMs` of the first request on, for `forMs`. With `retryAfterSeconds`, the answers say so. */
  | { readonly kind: 'unavailable'; readonly afterMs: number; readonly forMs: number; readonly retryAfterSeconds?: number }
  /** 413 for each body above it. */
  | { readonly kind: 'too-large'; readonly maxBytes: number }

export interface OutageServer extends AsyncDisposable {
  readonly url: string
  /** How often each record was answered with 200. */
  readonly delivered: ReadonlyMap<string, number>
  /** Requests that were refused. */
  readonly refusals: number
  /** Puts an end to the trouble. */
  recover(): void
}

const recordIds = /"audit\.record\.id","value":\{"stringValue":"([^"]+)"/g
const key = { epoch: 'e1', key: Buffer.alloc(32, 7).toString('base64') }

export async function startOutageServer(trouble: Trouble): Promise<OutageServer> {
  const delivered = new Map<string, number>()
  let refusals = 0
  let recovered = false
  let firstMs: number | undefined
  let leaves = 0

  function answer(path: string, body: Buffer, text: () => string): Answer {
    if (path === '/v1/fingerprint/key') return { status: 200, json: key }
    const refused = recovered ? undefined : refusal(trouble, (firstMs ??= performance.now()), body.length)
    if (refused !== undefined) {
      refusals += 1
      return refused
    }
    const ids = Array.from(text().matchAll(recordIds), ([, id]) => id!)
    for (const id of ids) delivered.set(id, (delivered.get(id) ?? 0) + 1)
    return { status: 200, json: path === '/v1/audit' ? { receipts: ids.map((recordId) => ({ recordId, integrityHash: 'bm90aGluZw==', leafIndex: leaves++, sinkTimestamp: '1' })) } : {} }
  }

  const server = createServer((request, response) => { void serve(request, response, answer) })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => { server.once('listening', resolve) })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    delivered,
    get refusals() { return refusals },
    recover() { recovered = true },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => { server.close(resolve) })
    },
  }
}

interface Answer { readonly status: number; readonly json: object; readonly retryAfterSeconds?: number }

async function serve(request: IncomingMessage, response: ServerResponse, answer: (path: string, body: Buffer, text: () => string) => Answer): Promise<void> {
  const parts: Buffer[] = []
  try {
    for await (const part of request) parts.push(part as Buffer)
  } catch {
    return // the emitter was killed in the middle of it
  }
  const body = Buffer.concat(parts)
  const text = (): string => (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('utf8')
  const { status, json, retryAfterSeconds } = answer(request.url ?? '', body, text)
  response.writeHead(status, { 'content-type': 'application/json', ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }) }).end(JSON.stringify(json))
}

function refusal(trouble: Trouble, firstMs: number, bytes: number): Answer | undefined {
  if (trouble.kind === 'too-large') return bytes > trouble.maxBytes ? { status: 413, json: { code: 3, message: 'too large' } } : undefined
  if (trouble.kind === 'none') return undefined
  const sinceMs = performance.now() - firstMs
  if (sinceMs < trouble.afterMs || sinceMs >= trouble.afterMs + trouble.forMs) return undefined
  const more = trouble.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: trouble.retryAfterSeconds }
  return { status: 503, json: { code: 14, message: 'unavailable' }, ...more }
}
