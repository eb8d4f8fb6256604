// @blotter/sdk/express: middlewares for Express 4 and 5. Nothing of Express is needed at run time.

import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { EventEmitter } from 'node:events'
import type { RequestAudit } from './http/current.ts'
import { watchRoute } from './http/express-route.ts'
import { holdAnswer } from './http/hold.ts'
import { createInbound } from './http/inbound.ts'
import type { End, Exchange } from './http/inbound.ts'
import type { Adapter } from './http/inbound-setting.ts'
import type { AuditRequestsOptions } from './http/inbound-options.ts'
import { bindEmitter, fullUrl, giveAnswer, headerOf, onAnswer, onEnd, readBody } from './http/node.ts'
import type { Recorder } from './http/recorder.ts'
import { createWebhooks } from './http/webhook.ts'
import type { ReceivedWebhook, Reception, WebhookAdapter } from './http/webhook.ts'
import type { VerifyWebhooksOptions } from './http/webhook-options.ts'

export { addToRequestRecord } from './http/current.ts'
export type { RequestAudit } from './http/current.ts'
export type { AuditRequestsOptions, Paths, Who } from './http/inbound-options.ts'
export type { OnAuditFailure, Recorder } from './http/recorder.ts'
export type { ReceivedWebhook } from './http/webhook.ts'
export type { VerifyWebhooksOptions } from './http/webhook-options.ts'

declare global {
  namespace Express {
    interface Request {
      /** Of `auditRequests` and `verifyWebhooks`. */
      audit?: RequestAudit
      /** Of `verifyWebhooks`: only of a delivery that was accepted. */
      webhook?: ReceivedWebhook
    }
  }
}

/** What is used of Express' request; any request of Express 4 or 5 fits. For its full type: `auditRequests<Request>(…)`. */
export interface ExpressRequest extends EventEmitter {
  readonly method: string
  readonly url: string
  readonly originalUrl: string
  readonly baseUrl: string
  readonly headers: IncomingHttpHeaders
  readonly socket: { readonly remoteAddress?: string | undefined }
  // oxlint-disable-next-line typescript/no-explicit-any -- what other middlewares put there, such as `user`
  [name: string]: any
}

export interface ExpressMiddleware<Request> {
  (request: Request, response: ServerResponse, next: (error?: unknown) => void): void
}

/**
 * Gives every request an id and an async context, and records how it ended. Mount it first.
 * Throws INVALID_OPTIONS with every problem.
 *
 * @example
 * app.use(auditRequests(audit, { actor: (req) => req.user?.id }))
 */
export function auditRequests<Request extends ExpressRequest = ExpressRequest>(audit: Recorder, options: AuditRequestsOptions<Request> = {}): ExpressMiddleware<Request> {
  const open = createInbound(audit, options, adapter)
  return function auditRequest(request, response, next) {
    if (request['audit'] !== undefined) return next() // mounted twice
    const exchange = open(request)
    attach(request, response, exchange, exchange.end)
    exchange.run(() => {
      const ready = exchange.ready()
      if (ready === undefined) next()
      else void ready.then(() => next())
    })
  }
}

/**
 * Verifies webhooks by their raw bytes and records each, accepted or not. Mount it on the route, before every body parser.
 * The handler finds `req.webhook`, and `req.body` with what its JSON says, or the bytes. Throws INVALID_OPTIONS with every problem.
 *
 * @example
 * app.post('/webhooks/stripe', verifyWebhooks(audit, { scheme: schemes.stripe, secrets: process.env.STRIPE_SECRET }), handler)
 */
export function verifyWebhooks<Request extends ExpressRequest = ExpressRequest>(audit: Recorder, options: VerifyWebhooksOptions<Request>): ExpressMiddleware<Request> {
  const open = createWebhooks(audit, options, webhookAdapter)
  return function verifyWebhook(request, response, next) {
    const { exchange, receive } = open(request, request['audit'] as RequestAudit | undefined)
    let reception: Reception | undefined
    attach(request, response, exchange, (ending, route) => (reception ?? exchange).end(ending, route))
    void receive().then((received) => {
      reception = received
      if (received.answer !== undefined) return giveAnswer(response, received.answer)
      const { webhook, settle } = received
      if (!exchange.mustWait) onAnswer(response, (status) => void settle(status)) // there the answer is not given yet
      Object.assign(request, { webhook, body: webhook!.json ?? webhook!.body, _body: true }) // `_body`: to body-parser 1 it is parsed
      exchange.run(() => { next() })
    })
  }
}

const thrown = new WeakMap<ExpressRequest, unknown>()

/**
 * Lets the record say what a handler threw. Mount it after the routes and before error handlers: Express shows errors to
 * error handlers alone, and without this one the record's error type is the status.
 *
 * @example
 * app.use(auditErrors)
 */
export function auditErrors(error: unknown, request: ExpressRequest, _response: ServerResponse, next: (error?: unknown) => void): void {
  thrown.set(request, error)
  next(error)
}

const adapter: Adapter<ExpressRequest> = {
  method: (request) => request.method,
  url: (request) => request.originalUrl,
  header: headerOf,
  peer: (request) => request.socket.remoteAddress,
  body: (request) => (request['rawBody'] ?? request['body']) as unknown,
}

const webhookAdapter: WebhookAdapter<ExpressRequest> = {
  ...adapter,
  headers: ({ headers }) => headers,
  fullUrl: (request) => fullUrl(request as unknown as IncomingMessage, request.originalUrl),
  async read(request, maxBytes) {
    const body = await readBody(request as unknown as IncomingMessage, maxBytes)
    const kept = [request['rawBody'], request['body']].find((one): one is Uint8Array => one instanceof Uint8Array) // of `verify` of a body parser, or of express.raw
    if (body !== 'gone' || kept === undefined) return body
    return kept.length > maxBytes ? 'too_large' : kept
  },
}

function attach(request: ExpressRequest, response: ServerResponse, exchange: Exchange, end: End): void {
  Object.assign(request, { audit: exchange.handle })
  if (exchange.header !== undefined) response.setHeader(...exchange.header)
  const route = watchRoute(request)
  if (exchange.mustWait) holdAnswer(response, (status) => end({ status, error: thrown.get(request) }, route()))
  bindEmitter(request, exchange.run)
  bindEmitter(response, exchange.run)
  onEnd(response, (aborted) => void end({ status: response.headersSent ? response.statusCode : undefined, error: thrown.get(request), aborted }, route()).catch(() => {})) // with `fail` nobody is left to be told
}
