// One request, from the moment it comes to the one audit record that says how it ended. Frameworks differ only in how
// they tell of a request (`Adapter`) and in when it ends.

import { AsyncLocalStorage } from 'node:async_hooks'
import { withLiveContext } from '../context.ts'
import type { AuditContext } from '../context.ts'
import { AuditError } from '../errors.ts'
import type { AuditEvent } from '../event.ts'
import { merge } from '../merge.ts'
import { isRecorded, payloadOf, routeOf, ruleOf } from './choices.ts'
import { runAs } from './current.ts'
import type { RequestAudit } from './current.ts'
import { actionOf, methodName, outcomeOf } from './ending.ts'
import type { Ending } from './ending.ts'
import { checkInboundOptions } from './inbound-options.ts'
import type { AuditRequestsOptions } from './inbound-options.ts'
import type { Adapter, Known, Setting } from './inbound-setting.ts'
import { createWarn, safely } from './recorder.ts'
import type { Recorder } from './recorder.ts'
import { requestIdOf } from './request-id.ts'
import { sourceOf } from './source.ts'
import type { Source } from './source.ts'
import { anonymous, createWho, unknown } from './who.ts'
import type { WhoAsks } from './who.ts'

export interface Exchange {
  readonly handle: RequestAudit
  /** Name and value of the response header; undefined when none is wanted. */
  readonly header: readonly [string, string] | undefined
  /** The answer must wait for the record, and not be given without. */
  readonly mustWait: boolean
  /** Runs `fn` in the async context in which the request came, with what is known of the request added. */
  readonly run: <T>(fn: () => T) => T
  /** Waits for who asks; undefined when that is known at once, which is the usual case. */
  ready(): Promise<void> | undefined
  /** Where it came from. */
  readonly source: Source | undefined
  /** What a middleware knows of the request beyond HTTP. Unlike `add` it is trusted to be whole. */
  tell(facts: Partial<AuditEvent>): void
  /** Makes the record, once. Rejects only when `mustWait`. `route`: the template, undefined when no route matched. */
  readonly end: End
}

/** How a request ended, and by which route. */
export interface End {
  (ending: Ending, route: string | undefined): Promise<void>
}

export const unmatched = '(unmatched)'

/** Throws INVALID_OPTIONS with every problem. */
export function createInbound<Request>(audit: Recorder, given: AuditRequestsOptions<Request>, adapter: Adapter<Request>): (request: Request, around?: RequestAudit) => Exchange {
  const options = checkInboundOptions(given)
  const warn = createWarn('a request')
  const onFailure = typeof options.onAuditFailure === 'function' ? safely(options.onAuditFailure, warn) : warn
  return (request, around) => openExchange({ audit, options, adapter, onFailure }, request, around)
}

/** Exchanges whose record is made by another one, which knows more of the same request. */
const replaced = new WeakSet<RequestAudit>()

/** `around`: a middleware that has opened the same request already; its id stays, and this exchange makes the record. */
function openExchange<Request>(setting: Setting<Request>, request: Request, around?: RequestAudit): Exchange {
  if (around !== undefined) replaced.add(around)
  const { options, adapter } = setting
  const header = (name: string): string | undefined => adapter.header(request, name)
  const who = createWho(options.actor === undefined ? undefined : () => options.actor!(request))
  const start: Start = {
    requestId: around?.requestId ?? requestIdOf(header, options.requestIdHeader), ms: performance.now(), at: new Date(),
    source: sourceOf(adapter.peer(request), options.trustedHops === 0 ? undefined : header('x-forwarded-for'), options.trustedHops),
  }
  let facts: Partial<AuditEvent> = {}
  let added: Partial<AuditEvent> = {}
  let ended = false

  const handle: RequestAudit = {
    requestId: start.requestId,
    add(more) {
      if (ended) return false
      added = merge(added, more)
      if (more.actor !== undefined) who.set(more.actor)
      return true
    },
  }

  const context = (): AuditContext => ({ requestId: start.requestId, actor: who.actor ?? anonymous, source: start.source!, sessionId: added.sessionId!, deliveryId: facts.deliveryId! })
  const run = withLiveContext(context, () => runAs(handle, () => AsyncLocalStorage.snapshot())) // once: with the active span of now, which later events have lost

  async function end(ending: Ending, route: string | undefined): Promise<void> {
    if (ended) return
    ended = true
    if (replaced.has(handle)) return
    const base = merge(eventOf(setting, request, start, ending, route), facts) as Known
    const event = merge(merge({ ...base, ...payloadOf(setting, request) }, ruleOf(options.routes ?? {}, base)), added)
    if (isRecorded(setting, request, event.outcome)) await run(() => recordEnd(setting, who, base, event))
  }

  function tell(more: Partial<AuditEvent>): void {
    facts = merge(facts, more)
    if (more.actor !== undefined) who.set(more.actor)
  }

  return {
    handle, run, end, tell,
    source: start.source,
    header: options.requestIdHeader === false ? undefined : [options.requestIdHeader, start.requestId],
    mustWait: options.onAuditFailure === 'fail',
    ready: () => run(() => who.ask()),
  }
}

interface Start {
  readonly requestId: string
  readonly ms: number
  readonly at: Date
  readonly source: Source | undefined
}

/** What is known of the request without its handler: safe to record whatever the handler adds. */
function eventOf<Request>({ options, adapter }: Setting<Request>, request: Request, start: Start, ending: Ending, matched: string | undefined): Known {
  const method = adapter.method(request)
  const route = (routeOf(options, request) ?? matched ?? unmatched).slice(0, 256)
  return {
    event: options.event, action: actionOf(method, options.actions), target: { id: route, type: 'http.endpoint' }, requestId: start.requestId, ...(start.source === undefined ? {} : { source: start.source }),
    occurredAt: start.at, durationMs: performance.now() - start.ms, attributes: httpAttributes(method, route, ending.status, (name) => adapter.header(request, name)), ...outcomeOf(ending),
  }
}

async function recordEnd<Request>({ audit, options, onFailure }: Setting<Request>, who: WhoAsks, base: Known, event: Partial<AuditEvent>): Promise<void> {
  const record = (whole: Partial<AuditEvent>): Promise<unknown> => audit.record(whole as AuditEvent, { delivery: options.delivery })
  try {
    if (who.actor === undefined) await who.ask()
    await record(who.actor === undefined ? event : merge({ actor: who.actor }, event)).catch((error: unknown) => {
      if (!(error instanceof AuditError && error.code === 'INVALID_EVENT')) throw error
      onFailure(error) // what was added made it no record: the request happened all the same
      return record({ ...base, actor: base.actor ?? unknown })
    })
  } catch (error) {
    if (options.onAuditFailure === 'fail') throw error
    onFailure(error)
  }
}

/** Never the URL, and of the headers only these two: what a caller sends there is not ours to keep. */
function httpAttributes(method: string, route: string, status: number | undefined, header: (name: string) => string | undefined): Record<string, unknown> {
  const size = header('content-length')
  const agent = header('user-agent')
  return {
    'http.request.method': methodName(method),
    ...(route === unmatched ? {} : { 'http.route': route }),
    ...(status === undefined ? {} : { 'http.response.status_code': status }),
    ...(size !== undefined && /^\d{1,15}$/.test(size) ? { 'http.request.body.size': Number(size) } : {}),
    ...(agent === undefined ? {} : { 'user_agent.original': agent.slice(0, 256) }),
  }
}
