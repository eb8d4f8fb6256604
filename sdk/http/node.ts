// What Express and Fastify share: both answer through node:http.

import type { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { WebhookAnswer } from '../webhooks/delivery.ts'

/**
 * Lets listeners of the emitter run in the context of the request: events of a socket are emitted outside of any, so a
 * handler that reads its body by `on('data')` would lose request id and actor.
 */
export function bindEmitter(emitter: EventEmitter, run: <T>(fn: () => T) => T): void {
  const emit = unbound.get(emitter) ?? (Reflect.get(emitter, 'emit') as Emit)
  unbound.set(emitter, emit)
  emitter.emit = function boundEmit(...event: Parameters<Emit>) {
    return run(() => emit.apply(emitter, event))
  }
}

type Emit = (this: EventEmitter, name: string | symbol, ...values: unknown[]) => boolean

/** Of emitters that are bound, so that the latest context replaces the one before. */
const unbound = new WeakMap<EventEmitter, Emit>()

/** Calls back once, when the answer is sent or will never be. */
export function onEnd(response: ServerResponse, ended: (aborted: boolean) => void): void {
  let done = false
  const end = (): void => {
    if (done) return
    done = true
    ended(!response.writableFinished && (response.destroyed || !response.writableEnded))
  }
  response.once('close', end) // comes after `finish` too, and alone when the other side went away
  response.once('finish', end) // of a stand-in for a response, which may have no `close`
}

/** Calls back when the app has answered, also when nobody is left to read the answer. */
export function onAnswer(response: ServerResponse, answered: (status: number) => void): void {
  const end = Reflect.get(response, 'end') as (...given: unknown[]) => ServerResponse
  Object.defineProperty(response, 'end', {
    configurable: true, writable: true,
    value(...given: unknown[]) {
      answered(response.statusCode)
      return end.apply(response, given)
    },
  })
}

/** Headers that came several times are joined by node:http, but for `set-cookie`, which no request has. */
export function headerOf(request: Pick<IncomingMessage, 'headers'>, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}

/** The fixed answer where an action must not be answered without its record. */
export const unavailable = Object.freeze({ status: 503, type: 'application/json', body: '{"code":"AUDIT_UNAVAILABLE","message":"The audit record of this request could not be made."}' })


/** What there is of the body when `maxBytes` are not exceeded. Reads no further than that, and leaves the request open for an answer. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array | 'too_large' | 'gone' | 'broken'> {
  if (request.readableDidRead || request.readableEnded) return Promise.resolve('gone')
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return Promise.resolve('too_large')
  return new Promise((resolve) => {
    const parts: Buffer[] = []
    let size = 0
    const settle = (body: Uint8Array | 'too_large' | 'broken'): void => {
      request.off('data', take).off('end', whole).off('error', broken).off('close', broken)
      if (body === 'too_large') request.pause()
      resolve(body)
    }
    const take = (part: Buffer): void => {
      size += part.length
      if (size > maxBytes) settle('too_large')
      else parts.push(part)
    }
    const whole = (): void => { settle(Buffer.concat(parts)) }
    const broken = (): void => { settle('broken') }
    request.on('data', take).on('end', whole).on('error', broken).on('close', broken)
  })
}

/** The URL as the request itself has it: right unless a proxy changed it on the way. */
export function fullUrl(request: Pick<IncomingMessage, 'headers' | 'socket'>, path: string): string {
  return `${'encrypted' in request.socket ? 'https' : 'http'}://${request.headers.host ?? 'localhost'}${path}`
}

/** A sender that was refused gets no connection to send more on: the rest of its body is not read. */
export function giveAnswer(response: ServerResponse, { status, headers, body }: WebhookAnswer): void {
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  if (status !== 200) response.setHeader('connection', 'close')
  response.end(body)
}
