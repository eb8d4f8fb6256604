// An OTLP/HTTP backend to forward to: keeps what it got, and answers as a test wants it to.

import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { gunzipSync } from 'node:zlib'
import { decodeRequest } from '@blotter/processors'
import { decodeProtobufRequest } from '../../collector/receive/protobuf.ts'
import type { AuditRecord } from '@blotter/processors'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'

export interface SinkRequest {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** As it came, still compressed. */
  readonly body: Buffer
  readonly records: readonly AuditRecord[]
}

export type SinkAnswer =
  /** `afterMs`: it takes its time. Default 0. */
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string | Buffer; readonly afterMs?: number }
  /** It takes the request and never answers. */
  | 'silence'
  /** It takes the request and breaks the connection: the sender cannot know. */
  | 'hang up'
  /** It answers 200 and a body that does not end. */
  | 'endless'

export interface SinkOptions {
  /** HTTPS instead of HTTP: options of Node's server. */
  readonly tls?: ServerOptions
}

export interface Sink {
  readonly url: string
  /** Every request that arrived whole, in order, however it was answered. */
  readonly requests: readonly SinkRequest[]
  /** How to answer from now on. It answers 200 until told otherwise. */
  answerWith(answer: (request: SinkRequest, count: number) => SinkAnswer): void
  close(): Promise<void>
}

export async function openSink({ tls }: SinkOptions = {}): Promise<Sink> {
  const requests: SinkRequest[] = []
  let answer: (request: SinkRequest, count: number) => SinkAnswer = () => ({ status: 200 })
  const listener = (incoming: IncomingMessage, response: ServerResponse): void => {
    void receive(incoming).then((request) => {
      requests.push(request)
      give(answer(request, requests.length), response)
    }, () => { response.destroy() }) // the sender was killed in the middle of it
  }
  const server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answerWith(next) { answer = next },
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

async function receive(incoming: IncomingMessage): Promise<SinkRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks)
  const plain = incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
  const isJson = incoming.headers['content-type'] === 'application/json'
  const records = plain.length === 0 ? [] : isJson ? decodeRequest(JSON.parse(plain.toString())) : decodeProtobufRequest(plain)
  return { path: incoming.url ?? '', headers: incoming.headers, body, records }
}

function give(answer: SinkAnswer, response: ServerResponse): void {
  if (answer === 'silence') return
  if (answer === 'hang up') { response.destroy(); return }
  if (answer === 'endless') { giveOn(response.writeHead(200, { 'Content-Type': 'application/json' })); return }
  const { status, headers, body = '{}', afterMs = 0 } = answer
  const reply = (): void => { response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(body) }
  if (afterMs === 0) reply()
  else setTimeout(reply, afterMs)
}

function giveOn(response: ServerResponse): void {
  if (!response.destroyed) response.write(Buffer.alloc(64 * 1024), () => { setImmediate(giveOn, response) })
}
