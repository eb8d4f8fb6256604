// One webhook delivery, from its raw bytes to its one audit record. Nothing of it is parsed, and no handler runs, before
// its signature was found right.

import { setTimeout as sleep } from 'node:timers/promises'
import { AuditError } from '../errors.ts'
import { auditOfDelivery, respond } from '../webhooks/delivery.ts'
import type { WebhookAnswer } from '../webhooks/delivery.ts'
import { createInFlight } from '../webhooks/in-flight.ts'
import type { InFlight } from '../webhooks/in-flight.ts'
import { createReplayStore } from '../webhooks/replay.ts'
import type { HeadersLike } from '../webhooks/request.ts'
import type { Accepted, Proof, RefusalReason, Verdict } from '../webhooks/verdict.ts'
import { verifyWebhook } from '../webhooks/verify.ts'
import type { VerifyOptions } from '../webhooks/verify.ts'
import type { RequestAudit } from './current.ts'
import type { Ending } from './ending.ts'
import { createInbound } from './inbound.ts'
import type { End, Exchange } from './inbound.ts'
import type { Adapter } from './inbound-setting.ts'
import type { Recorder } from './recorder.ts'
import { unknown } from './who.ts'
import { checkWebhookOptions } from './webhook-options.ts'
import type { CheckedWebhookOptions, VerifyWebhooksOptions } from './webhook-options.ts'

/** What the handler gets: `req.webhook`, `request.webhook`, `c.get('webhook')`. */
export interface ReceivedWebhook {
  /** Name of the scheme. */
  readonly scheme: string
  /** The sender's id of the delivery, from what is signed. */
  readonly id: string | undefined
  /** That id, or else what an unsigned header claims it is. */
  readonly deliveryId: string | undefined
  /** Milliseconds since 1970, from what is signed. */
  readonly sentAtMs: number | undefined
  /** What was signed, byte for byte. */
  readonly body: Uint8Array
  /** What the body says; undefined when it is not JSON. */
  readonly json: unknown
  /** How far it is proved who sent it. Grade D: the secret came along, but nothing binds it to this body. */
  readonly proof: Proof
}

/** How a framework's request is read as a delivery. */
export interface WebhookAdapter<Request> extends Adapter<Request> {
  headers(request: Request): HeadersLike
  /** Absolute, if that can be told. */
  fullUrl(request: Request): string
  read(request: Request, maxBytes: number): Promise<Uint8Array | Unread>
}

/** Instead of the raw bytes: there are too many; somebody else has read them; the sender stopped in the middle. */
export type Unread = 'too_large' | 'gone' | 'broken'

export interface Reception {
  readonly exchange: Exchange
  /** To be given as it is, without the handler. Undefined: the handler answers. */
  readonly answer: WebhookAnswer | undefined
  /** Of an accepted delivery. */
  readonly webhook: ReceivedWebhook | undefined
  /** Instead of the exchange's own. */
  readonly end: End
  /** The handler has answered, although the sender may be gone. What is not a 2xx lets the sender's next try in. The first call counts. */
  readonly settle: (status: number) => Promise<void>
}

export interface Receive<Request> {
  /** Opens the exchange at once, so that what ends early ends it too; the rest follows. */
  (request: Request, around: RequestAudit | undefined): { readonly exchange: Exchange; readonly receive: () => Promise<Reception> }
}

/** Throws INVALID_OPTIONS with every problem. */
export function createWebhooks<Request>(audit: Recorder, given: VerifyWebhooksOptions<Request>, adapter: WebhookAdapter<Request>): Receive<Request> {
  const options = checkWebhookOptions(given)
  const { requestIdHeader, trustedHops, delivery, onAuditFailure, scheme, integration = scheme.name } = options
  const inFlight = createInFlight()
  const warnOnce = createWarnOnce()
  const inbound = createInbound<Request>(audit, { ...setOnly({ requestIdHeader, trustedHops, delivery, onAuditFailure }), event: 'webhook.received', reads: 'all' }, adapter)
  const replay = options.replay === false ? undefined : (options.replay ?? createReplayStore())
  return (request, around) => {
    const exchange = inbound(request, around)
    // what ends before it was verified was refused
    exchange.tell({ event: 'webhook.refused', actor: unknown, action: 'RECEIVE', integration, attributes: { 'blotter.webhook.scheme': scheme.name } })
    return { exchange, receive: () => exchange.run(() => receive(request, { options, adapter, exchange, replay, inFlight, warnOnce })) }
  }
}

interface Setting<Request> {
  readonly options: CheckedWebhookOptions<Request>
  readonly adapter: WebhookAdapter<Request>
  readonly exchange: Exchange
  readonly replay: VerifyOptions['replay']
  readonly inFlight: InFlight
  readonly warnOnce: Warn
}

async function receive<Request>(request: Request, setting: Setting<Request>): Promise<Reception> {
  const { options, adapter, exchange, inFlight } = setting
  const body = await adapter.read(request, options.maxBodyBytes)
  const judged = typeof body === 'string' ? unread(body, setting.warnOnce) : await judge(request, body, setting)
  const verdict = await afterFirstTry(judged, inFlight)
  const { event, actor, action, deliveryId, payload, outcome, reason, attributes } = auditOfDelivery(verdict, { scheme: options.scheme.name, ...(options.payload && typeof body !== 'string' ? { body } : {}) })
  exchange.tell({ event, actor, action, deliveryId: deliveryId!, payload, outcome: outcome!, reason: reason!, attributes: attributes! })
  const answer = respond(verdict, { replayStatus: options.replayStatus })
  const settle = verdict.kind === 'refused' ? () => Promise.resolve() : settling(verdict, inFlight)
  return { exchange, answer, webhook: verdict.kind === 'refused' ? undefined : received(verdict, body as Uint8Array), settle, end: (ending, route) => endReception(exchange, settle, ending, route) }
}

/** How long a sender that tries again waits for its first try, and how long a handler may go on without its sender. */
const firstTryWaitMs = 25_000
const graceMs = 60_000

/** A sender that gave up waiting tries again while the handler still runs: all is well only if that one ends well. */
async function afterFirstTry(verdict: Verdict, inFlight: InFlight): Promise<Verdict> {
  if (verdict.kind !== 'refused' || verdict.reason !== 'replayed' || verdict.digest === undefined) return verdict
  const ending = inFlight.ending(verdict.digest)
  if (ending === undefined || (await Promise.race([ending, sleep(firstTryWaitMs, false, { ref: false })]))) return verdict
  return { ...verdict, reason: 'unavailable' } // the sender tries a third time
}

function settling(accepted: Accepted, inFlight: InFlight): Reception['settle'] {
  const finish = accepted.digest === undefined ? undefined : inFlight.begin(accepted.digest)
  let settled = false
  return async function settle(status) {
    if (settled) return
    settled = true
    const succeeded = status >= 200 && status <= 299
    if (!succeeded) await accepted.forget()
    finish?.(succeeded)
  }
}

const unreadReasons = { too_large: 'too_large', gone: 'unavailable', broken: 'malformed' } as const satisfies Record<Unread, RefusalReason>

function unread(why: Unread, warnOnce: Warn): Verdict {
  if (why === 'gone') warnOnce('WEBHOOK_BODY_READ', 'a webhook cannot be verified because its body was read before: mount verifyWebhooks before every body parser, or keep the raw bytes (express.raw). Deliveries are answered 503')
  return { kind: 'refused', reason: unreadReasons[why] }
}

/** A mistake of the app's, such as a secret that is missing, must look to the sender like an outage: it tries again. */
async function judge<Request>(request: Request, body: Uint8Array, { options, adapter, exchange, replay, warnOnce }: Setting<Request>): Promise<Verdict> {
  const { scheme, secrets, addresses, parameters, toleranceMs, rememberMs, onRotationDue, maxBodyBytes } = options
  try {
    const url = typeof options.url === 'function' ? options.url(request) : (options.url ?? adapter.fullUrl(request))
    return await verifyWebhook(scheme, { method: adapter.method(request), url, headers: adapter.headers(request), body }, secrets, setOnly({ addresses, parameters, toleranceMs, rememberMs, onRotationDue, maxBodyBytes, replay, clientAddress: exchange.source?.id }))
  } catch (error) {
    warnOnce(error instanceof AuditError ? error.code : 'INTERNAL', `webhooks of ${scheme.name} cannot be verified, and are answered 503: ${error instanceof AuditError ? error.message : 'an option that is a function threw'}`)
    return { kind: 'refused', reason: 'unavailable' }
  }
}

function received({ id, deliveryId, sentAtMs, proof }: Accepted, body: Uint8Array): ReceivedWebhook {
  return { scheme: proof.scheme, id, deliveryId, sentAtMs, body, json: parsed(body), proof }
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return undefined
  }
}

/** When the sender went away, the handler may still do its work; only one that never answers has failed. */
async function endReception(exchange: Exchange, settle: Reception['settle'], ending: Ending, route: string | undefined): Promise<void> {
  const { status = 0, aborted = false } = ending
  if (aborted) setTimeout(() => void settle(0), graceMs).unref()
  try {
    await exchange.end(ending, route)
  } catch (error) {
    await settle(0) // the answer becomes a 503
    throw error
  }
  if (!aborted) await settle(status)
}

type Warn = (code: string, message: string) => void

/** The developer sees it with the first delivery; a flood of them adds nothing. */
function createWarnOnce(): Warn {
  const warned = new Set<string>()
  return function warnOnce(code, message) {
    if (warned.has(code)) return
    warned.add(code)
    process.emitWarning(message, { type: 'AuditWarning', code })
  }
}

function setOnly<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
