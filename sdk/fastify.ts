// @blotter/sdk/fastify: plugins for Fastify 5. Nothing of Fastify is needed at run time.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { currentRequest } from './http/current.ts'
import type { RequestAudit } from './http/current.ts'
import { createInbound } from './http/inbound.ts'
import type { End, Exchange } from './http/inbound.ts'
import type { Adapter } from './http/inbound-setting.ts'
import type { AuditRequestsOptions } from './http/inbound-options.ts'
import { bindEmitter, fullUrl, headerOf, onEnd, readBody, unavailable } from './http/node.ts'
import type { Recorder } from './http/recorder.ts'
import { createWebhooks } from './http/webhook.ts'
import type { ReceivedWebhook, Reception, WebhookAdapter } from './http/webhook.ts'
import type { VerifyWebhooksOptions } from './http/webhook-options.ts'
import type { WebhookAnswer } from './webhooks/delivery.ts'

export { addToRequestRecord } from './http/current.ts'
export type { RequestAudit } from './http/current.ts'
export type { AuditRequestsOptions, Paths, Who } from './http/inbound-options.ts'
export type { OnAuditFailure, Recorder } from './http/recorder.ts'
export type { ReceivedWebhook } from './http/webhook.ts'
export type { VerifyWebhooksOptions } from './http/webhook-options.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Of `auditRequests` and `verifyWebhooks`. */
    audit: RequestAudit
    /** Of `verifyWebhooks`. */
    webhook: ReceivedWebhook
  }
}

export interface FastifyAuditPlugin {
  (fastify: FastifyInstance, options: unknown, done: (error?: Error) => void): void
}

const adapter: Adapter<FastifyRequest> = {
  method: (request) => request.method,
  url: (request) => request.originalUrl,
  header: (request, name) => headerOf(request, name),
  peer: (request) => request.socket.remoteAddress,
  body: (request) => (request as { rawBody?: unknown }).rawBody ?? request.body,
}

/** What is known of a request between its hooks. */
interface Open {
  readonly exchange: Exchange
  readonly end: End
  /** Of a webhook: the handler has answered. */
  readonly settle?: (status: number) => Promise<void>
  error?: unknown
}

const opened = new WeakMap<FastifyRequest, Open>()

/**
 * Gives every request an id and an async context, and records how it ended. Register it first.
 * Throws INVALID_OPTIONS with every problem.
 *
 * @example
 * await app.register(auditRequests(audit, { actor: (request) => request.user?.id }))
 */
export function auditRequests(audit: Recorder, options: AuditRequestsOptions<FastifyRequest> = {}): FastifyAuditPlugin {
  const open = createInbound(audit, options, adapter)
  return shared(function auditRequestsPlugin(fastify, _options, done) {
    decorate(fastify, options.onAuditFailure === 'fail')
    fastify.addHook('onRequest', (request, reply, next) => {
      const exchange = open(request)
      attach(request, reply, { exchange, end: exchange.end })
      const ready = exchange.ready()
      if (ready === undefined) exchange.run(next)
      else void ready.then(() => { exchange.run(next) })
    })
    fastify.addHook('preValidation', (request, _reply, next) => {
      const exchange = opened.get(request)?.exchange
      if (exchange === undefined || currentRequest() === exchange.handle) next()
      else exchange.run(next) // a plugin that read the body by events of its own has lost the context
    })
    done()
  })
}

/**
 * A scope whose routes take webhooks: verified by their raw bytes and recorded, accepted or not. Their handlers find
 * `request.webhook`, and in `request.body` what its JSON says, or the bytes. Throws INVALID_OPTIONS with every problem.
 *
 * @example
 * await app.register(verifyWebhooks(audit, { scheme: schemes.stripe, secrets: process.env.STRIPE_SECRET }, (hooks) => {
 *   hooks.post('/webhooks/stripe', handler)
 * }))
 */
export function verifyWebhooks(audit: Recorder, options: VerifyWebhooksOptions<FastifyRequest>, routes: (scope: FastifyInstance) => void | Promise<void>): (fastify: FastifyInstance) => Promise<void> {
  const open = createWebhooks(audit, options, webhookAdapter)
  return async function verifyWebhooksPlugin(fastify) {
    decorate(fastify, options.onAuditFailure === 'fail')
    fastify.removeAllContentTypeParsers() // of this scope: nothing is parsed before it is verified
    fastify.addContentTypeParser('*', (request, _payload, done) => { done(null, request.webhook.json ?? request.webhook.body) })
    fastify.addHook('preParsing', (request, reply, payload, next) => {
      const { exchange, receive } = open(request, (request.audit ?? undefined) as RequestAudit | undefined)
      let reception: Reception | undefined
      attach(request, reply, { exchange, end: (ending, route) => (reception ?? exchange).end(ending, route), settle: async (status) => { await reception?.settle(status) } })
      void receive().then((received) => {
        reception = received
        if (received.answer !== undefined) return refuse(reply, received.answer)
        request.webhook = received.webhook!
        exchange.run(() => { next(null, payload) })
      })
    })
    fastify.addHook('onSend', async (request, reply, payload) => {
      await opened.get(request)?.settle?.(reply.statusCode)
      return payload
    })
    await routes(fastify)
  }
}

function refuse(reply: FastifyReply, { status, headers, body }: WebhookAnswer): void {
  void reply.code(status).headers({ ...headers, ...(status === 200 ? {} : { connection: 'close' }) }).send(body) // no connection to send more on
}

const webhookAdapter: WebhookAdapter<FastifyRequest> = {
  ...adapter,
  headers: ({ headers }) => headers,
  fullUrl: (request) => fullUrl(request.raw, request.originalUrl),
  read: (request, maxBytes) => readBody(request.raw, maxBytes),
}

function decorate(fastify: FastifyInstance, mustWait: boolean): void {
  for (const name of ['audit', 'webhook']) if (!fastify.hasRequestDecorator(name)) fastify.decorateRequest(name, null)
  fastify.addHook('onError', (request, _reply, error, next) => {
    const open = opened.get(request)
    if (open !== undefined) open.error = error
    next()
  })
  if (mustWait) fastify.addHook('onSend', (request, reply, payload) => recordFirst(opened.get(request), reply, payload))
}

function attach(request: FastifyRequest, reply: FastifyReply, open: Open): void {
  const { exchange, end } = open
  opened.set(request, open)
  request.audit = exchange.handle
  if (exchange.header !== undefined) reply.header(...exchange.header)
  bindEmitter(request.raw, exchange.run)
  onEnd(reply.raw, (aborted) => void end({ status: reply.raw.headersSent ? reply.statusCode : undefined, error: open.error, aborted }, routeOf(request)).catch(() => {})) // with `fail` nobody is left to be told
}

async function recordFirst(open: Open | undefined, reply: FastifyReply, payload: unknown): Promise<unknown> {
  try {
    await open?.end({ status: reply.statusCode, error: open.error }, routeOf(reply.request))
    return payload
  } catch {
    for (const name of Object.keys(reply.getHeaders())) if (name !== open?.exchange.header?.[0]) reply.removeHeader(name) // such as set-cookie: the answer is not given
    reply.code(unavailable.status).type(unavailable.type)
    return unavailable.body
  }
}

function routeOf({ is404, routeOptions }: FastifyRequest): string | undefined {
  return is404 ? undefined : routeOptions.url
}

/** A plugin whose hooks hold for the app that registers it, not for a scope of their own. */
function shared(plugin: FastifyAuditPlugin): FastifyAuditPlugin {
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true, [Symbol.for('fastify.display-name')]: '@blotter/sdk' })
}
