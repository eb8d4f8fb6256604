// Forwards by OTLP/HTTP to any backend that takes logs: Loki, VictoriaLogs, an OpenTelemetry Collector, a vendor.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { encodeRequest } from '@blotter/processors'
import { classify } from './answer.ts'
import { createPost } from './post.ts'
import { encodeProtobuf } from './protobuf.ts'
import { readable } from './readable.ts'
import type { AuditRecord } from '@blotter/processors'
import type { Delivery, Forwarder } from './forwarder.ts'
import type { TlsFiles } from './post.ts'
import type { Secret } from './secret.ts'

export interface OtlpForwarderOptions {
  readonly name: string
  /** Base URL as OTEL_EXPORTER_OTLP_ENDPOINT has it: `/v1/logs` is appended unless it is there. */
  readonly url: string
  /** Sent with each request; credentials go here. Never logged. */
  readonly headers: Readonly<Record<string, Secret>>
  /** Encoding of OTLP. Default protobuf. */
  readonly format?: 'protobuf' | 'json'
  /** Default gzip. */
  readonly compression?: 'gzip' | 'none'
  /** One request, with its answer, may take this long. Default 10 s. */
  readonly timeoutMs?: number
  readonly tls?: TlsFiles
}

const compress = promisify(gzip)

/** Encoded in one turn of the event loop: requests that this thread answers wait no longer than these take. */
const sliceRecords = 64

/** Messages of protobuf one after the other are one message that has the members of all of them. */
async function encodeInSlices(records: readonly AuditRecord[]): Promise<Buffer> {
  const pieces: Buffer[] = []
  for (let from = 0; from < records.length; from += sliceRecords) {
    if (from > 0) await nextTurn()
    pieces.push(encodeProtobuf(records.slice(from, from + sliceRecords)))
  }
  return Buffer.concat(pieces)
}

const encodings = {
  protobuf: { contentType: 'application/x-protobuf', encode: encodeInSlices },
  json: { contentType: 'application/json', encode: (records: readonly AuditRecord[]) => Buffer.from(encodeRequest(records)) },
} as const

export function createOtlpForwarder({ name, url, headers, format = 'protobuf', compression = 'gzip', timeoutMs = 10_000, tls }: OtlpForwarderOptions): Forwarder {
  const target = logsUrl(url)
  const { contentType, encode } = encodings[format]
  const ours = { 'content-type': contentType, ...(compression === 'gzip' ? { 'content-encoding': 'gzip' } : {}), 'user-agent': 'blotter' }
  const post = createPost(tls)
  return {
    name,
    async deliver(records, signal): Promise<Delivery> {
      const timeout = AbortSignal.timeout(timeoutMs)
      try {
        const plain = await encode(readable(records))
        const body = compression === 'gzip' ? await compress(plain) : plain
        const answer = await post.send(target, { ...(await reveal(headers)), ...ours }, body, AbortSignal.any([signal, timeout]))
        return classify(answer, Date.now())
      } catch (error) {
        if (signal.aborted) return { kind: 'retry', reason: 'stopped' }
        return timeout.aborted ? { kind: 'retry', reason: 'timeout' } : failure(error)
      }
    },
    async close() { post.close() },
  }
}

function logsUrl(base: string): URL {
  const url = new URL(base)
  if (!url.pathname.endsWith('/v1/logs')) url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/logs`
  return url
}

/** In lower case, so that none of them can stand beside one of ours. */
async function reveal(headers: Readonly<Record<string, Secret>>): Promise<Record<string, string>> {
  return Object.fromEntries(await Promise.all(Object.entries(headers).map(async ([header, secret]) => [header.toLowerCase(), await secret.reveal()] as const)))
}

/** By code: a file of ours that cannot be read and a certificate that does not hold are an operator's to mend. */
function failure(error: unknown): Delivery {
  const code = (error as { code?: unknown }).code
  if (code === 'ERR_INVALID_CHAR' || code === 'ERR_INVALID_HTTP_TOKEN') return { kind: 'blocked', reason: 'bad_header' }
  if (code === 'ENOENT' || code === 'EACCES') return { kind: 'blocked', reason: 'missing_file' }
  if (code === 'ANSWER_TOO_LONG') return { kind: 'retry', reason: 'bad_answer' }
  if (typeof code === 'string' && /^(ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|EPROTO)/.test(code)) return { kind: 'blocked', reason: 'tls' }
  return { kind: 'retry', reason: 'unreachable' }
}
