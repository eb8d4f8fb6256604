// One WebSocket to the tail of the Loki API, until it ends. Whoever calls connects again, from where the last one was.

import WebSocket from 'ws'
import { ClientError } from './client.ts'
import { entriesOf } from './loki-answer.ts'
import type { IncomingMessage } from 'node:http'
import type { Client } from './client.ts'
import type { LokiStream } from './loki-answer.ts'
import type { LogEntry } from './render/entries.ts'

export interface TailQuestion { readonly query: string; readonly startNano: bigint; readonly limit: number; readonly delaySeconds: number }

export interface TailMessage { readonly entries: readonly LogEntry[]; /** Entries that the collector left out. */ readonly dropped: number }

/** A connection that says nothing for this long, not even to a ping, is dead. */
const pingMs = 20_000
/** A message holds at most the limit's entries; this is far above what they may be. */
const mostBytes = 64 * 1024 * 1024
const handshakeMs = 10_000

/** Resolves when a connection that had been made has ended; rejects with a {@link ClientError}, which says whether to try again. */
export function readTail(client: Client, { query, startNano, limit, delaySeconds }: TailQuestion, signal: AbortSignal, told: (message: TailMessage) => void): Promise<void> {
  const parameters = new URLSearchParams({ query, start: String(startNano), limit: String(limit), ...(delaySeconds === 0 ? {} : { delay_for: String(delaySeconds) }) })
  const socket = new WebSocket(`${client.url.replace(/^http/, 'ws')}/loki/api/v1/tail?${parameters.toString()}`, { headers: { ...client.headers }, handshakeTimeout: handshakeMs, maxPayload: mostBytes, followRedirects: false })
  return new Promise((resolve, reject) => {
    let refused: ClientError | undefined
    let wasOpen = false
    const stop = (): void => { socket.close(1000); socket.terminate() }
    const heart = watchHeart(socket)
    socket.on('open', () => { wasOpen = true })
    socket.on('unexpected-response', (_, response) => { void refusalOf(response).then((error) => { refused = error; socket.terminate() }) })
    socket.on('message', (text: Buffer) => {
      const message = parse(text)
      if (message === undefined) { refused = new ClientError('what answers is no Loki API'); socket.terminate() } else told(message)
    })
    socket.on('error', (error: NodeJS.ErrnoException) => { // `close` follows, and says the same
      if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') refused = new ClientError('the lines are too long for so many at once: narrow the query')
    })
    socket.on('close', () => {
      clearInterval(heart)
      signal.removeEventListener('abort', stop)
      if (signal.aborted || (wasOpen && refused === undefined)) resolve()
      else reject(refused ?? new ClientError(`no collector answers at ${client.url}`, true))
    })
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}

function watchHeart(socket: WebSocket): NodeJS.Timeout {
  let isAlive = true
  socket.on('pong', () => { isAlive = true })
  socket.on('message', () => { isAlive = true })
  return setInterval(() => {
    if (socket.readyState !== WebSocket.OPEN) return
    if (!isAlive) { socket.terminate(); return }
    isAlive = false
    socket.ping()
  }, pingMs).unref()
}

async function refusalOf(response: IncomingMessage): Promise<ClientError> {
  const status = response.statusCode ?? 0
  let text = ''
  for await (const chunk of response) if (text.length < 1000) text += String(chunk)
  return new ClientError(text.trim() === '' ? `the collector answered ${status}` : text.trim().slice(0, 1000), status === 429 || status >= 500)
}

function parse(text: Buffer): TailMessage | undefined {
  try {
    const { streams, dropped_entries: dropped } = JSON.parse(text.toString()) as { streams: LokiStream[] | null; dropped_entries?: unknown[] | null }
    return { entries: entriesOf(streams ?? []), dropped: dropped?.length ?? 0 }
  } catch {
    return undefined
  }
}
