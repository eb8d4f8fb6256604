// @blotter/sdk/hono: middlewares for Hono 4. Nothing of Hono is needed at run time.

import type { ServerResponse } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Context, MiddlewareHandler } from 'hono'
import type { RequestAudit } from './http/current.ts'
import { named } from './http/ending.ts'
import type { Ending } from './http/ending.ts'
import { createInbound } from './http/inbound.ts'
import type { End, Exchange } from './http/inbound.ts'
import type { Adapter } from './http/inbound-setting.ts'
import type { AuditRequestsOptions } from './http/inbound-options.ts'
import { onEnd, unavailable } from './http/node.ts'
import type { Recorder } from './http/recorder.ts'
import { createWebhooks } from './http/webhook.ts'
import type { ReceivedWebhook, Reception, Unread, WebhookAdapter } from './http/webhook.ts'
import type { VerifyWebhooksOptions } from './http/webhook-options.ts'

export { addToRequestRecord } from './http/current.ts'
export type { RequestAudit } from './http/current.ts'
export type { AuditRequestsOptions, Paths, Who } from './http/inbound-options.ts'
export type { OnAuditFailure, Recorder } from './http/recorder.ts'
export type { ReceivedWebhook } from './http/webhook.ts'
export type { VerifyWebhooksOptions } from './http/webhook-options.ts'

declare module 'hono' {
  interface ContextVariableMap {
    /** Of `auditRequests` and `verifyWebhooks`. */
    audit: RequestAudit
    /** Of `verifyWebhooks`. */
    webhook: ReceivedWebhook
  }
}

const adapter: Adapter<Context> = {
  method: (c) => c.req.method,
  url: (c) => c.req.path,
  header: (c, name) => c.req.header(name),
  peer: (c) => nodeOf(c)?.incoming?.socket?.remoteAddress,
  body: () => undefined, // see `bodies`
}

/**
 * Gives every request an id and an async context, and records how it ended. Use it first.
 * Throws INVALID_OPTIONS with every problem.
 *
 * @example
 * app.use(auditRequests(audit, { actor: (c) => c.get('user')?.id }))
 */
export function auditRequests(audit: Recorder, options: AuditRequestsOptions<Context> = {}): MiddlewareHandler {
  /** What the app has read: Hono keeps promises of it, so it is made ready before the record asks. */
  const bodies = new WeakMap<Context, unknown>()
  const open = createInbound(audit, options, { ...adapter, body: (c) => bodies.get(c) })
  return async function auditRequest(c, next) {
    if (c.get('audit') !== undefined) return next() // used twice
    const exchange = open(c)
    await through(c, exchange, async (ending, route) => {
      if (options.payload === true) bodies.set(c, await bodyOf(c))
      await exchange.end(ending, route)
    }, async () => {
      await exchange.ready()
      await next()
    })
  }
}

/**
 * Verifies webhooks by their raw bytes and records each, accepted or not. The handler finds `c.get('webhook')`, and reads the
 * body by `c.req` as ever. Throws INVALID_OPTIONS with every problem.
 *
 * @example
 * app.post('/webhooks/stripe', verifyWebhooks(audit, { scheme: schemes.stripe, secrets: process.env.STRIPE_SECRET }), handler)
 */
export function verifyWebhooks(audit: Recorder, options: VerifyWebhooksOptions<Context>): MiddlewareHandler {
  const open = createWebhooks(audit, options, webhookAdapter)
  return async function verifyWebhook(c, next) {
    const { exchange, receive } = open(c, c.get('audit') as RequestAudit | undefined)
    let reception: Reception | undefined
    await through(c, exchange, (ending, route) => (reception ?? exchange).end(ending, route), async () => {
      reception = await receive()
      const { answer, webhook } = reception
      if (answer !== undefined) c.res = new Response(answer.body, answer)
      else {
        c.set('webhook', webhook!)
        cacheOf(c)['arrayBuffer'] = Promise.resolve(new Uint8Array(webhook!.body).buffer) // a copy of just these bytes: the request's own stream is read
        await next()
      }
    })
    await reception?.settle(c.res.status)
  }
}

/** Runs what answers inside the exchange, and ends it when the answer is sent, or will never be. */
async function through(c: Context, exchange: Exchange, ended: End, answer: () => Promise<void>): Promise<void> {
  const outgoing = nodeOf(c)?.outgoing
  const end = (ending: Partial<Ending>): Promise<void> => ended({ status: c.finalized ? c.res.status : undefined, error: c.error, ...ending }, routeOf(c))
  c.set('audit', exchange.handle)
  if (exchange.header !== undefined) c.header(...exchange.header)
  if (outgoing !== undefined) onEnd(outgoing, (aborted) => void end({ aborted }).catch(() => {})) // with `fail` nobody is left to be told
  await exchange.run(answer).catch(async (error: unknown) => { // not an Error, or nothing handles errors: the server answers 500
    await end({ status: 500, error: error ?? named('_OTHER') }).catch(() => {})
    throw error
  })
  if (exchange.header !== undefined && c.res.headers.get(exchange.header[0]) !== exchange.header[1]) c.header(...exchange.header) // a response of the handler's own making
  if (exchange.mustWait) await end({}).catch(() => answerUnavailable(c, exchange))
  else if (outgoing === undefined) void end({})
}

/** Nothing of the handler's answer is given, its headers included, which Hono would carry over. */
async function answerUnavailable(c: Context, { header }: Exchange): Promise<void> {
  await c.res.body?.cancel().catch(() => {})
  c.res = undefined
  c.res = new Response(unavailable.body, { status: unavailable.status, headers: { 'content-type': unavailable.type, ...(header === undefined ? {} : { [header[0]]: header[1] }) } })
}

interface NodeBindings {
  readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } }
  readonly outgoing?: ServerResponse
}

/** What @hono/node-server adds. Elsewhere, as in `app.request()` of tests, there is no socket, and a request ends when its handler does. */
function nodeOf(c: Context): NodeBindings | undefined {
  return c.env as NodeBindings | undefined
}

/** The last handler that ran. A middleware that let a request through to nothing is no route. */
function routeOf(c: Context): string | undefined {
  const route = c.req.matchedRoutes?.[c.req.routeIndex]
  const isMiddleware = route?.method === 'ALL' && route.path.endsWith('*')
  return isMiddleware && c.finalized && c.res.status === 404 ? undefined : route?.path
}

/** Where Hono keeps what was read of the body: promises, whatever its types say. */
function cacheOf(c: Context): Record<string, unknown> {
  return c.req.bodyCache as Record<string, unknown>
}

/** What the app has read to the end by now, and no more: the answer must not wait for a body that never comes. */
async function bodyOf(c: Context): Promise<unknown> {
  const { arrayBuffer, text, json, parsedBody } = cacheOf(c)
  const body = await Promise.race([arrayBuffer ?? text ?? json ?? parsedBody, nextTurn()]).catch(() => undefined)
  return body instanceof ArrayBuffer ? new Uint8Array(body) : body
}

const webhookAdapter: WebhookAdapter<Context> = {
  ...adapter,
  headers: (c) => c.req.raw.headers,
  fullUrl: (c) => c.req.url,
  async read(c, maxBytes) {
    const cache = cacheOf(c)
    if (cache['arrayBuffer'] !== undefined) return within(new Uint8Array(await (cache['arrayBuffer'] as Promise<ArrayBuffer>)), maxBytes)
    if (c.req.raw.bodyUsed || Object.keys(cache).length > 0) return 'gone' // text is no longer the bytes that were signed
    return Number(c.req.header('content-length') ?? 0) > maxBytes ? 'too_large' : readStream(c.req.raw.body, maxBytes)
  },
}

function within(body: Uint8Array, maxBytes: number): Uint8Array | Unread {
  return body.length > maxBytes ? 'too_large' : body
}

async function readStream(stream: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<Uint8Array | Unread> {
  if (stream === null) return new Uint8Array()
  const reader = stream.getReader()
  const parts: Uint8Array[] = []
  let size = 0
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      size += part.value.length
      if (size > maxBytes) return 'too_large'
      parts.push(part.value)
    }
    return Buffer.concat(parts)
  } catch {
    return 'broken'
  } finally {
    reader.releaseLock()
  }
}
