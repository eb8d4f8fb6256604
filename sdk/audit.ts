// `createAudit`: the order in which a record passes the other files, and `track`, `child`, `flush`, `close` around it.

import { randomUUID } from 'node:crypto'
import { inContext, withChecked } from './context.ts'
import type { AuditContext } from './context.ts'
import { linkInline } from './deliver/link.ts'
import { createSender } from './deliver/sender.ts'
import type { Sender, SenderState } from './deliver/sender.ts'
import { createStats } from './deliver/stats.ts'
import type { Counts, WritableStats } from './deliver/stats.ts'
import { AuditError, withRetry, withTracked } from './errors.ts'
import { assertEvent, toNano } from './event.ts'
import type { AuditEvent } from './event.ts'
import type { Catalogue, EventDefinitions } from './events.ts'
import { withCatalogue } from './events-audit.ts'
import type { CatalogueAudit } from './events-audit.ts'
import { merge } from './merge.ts'
import { watchMetrics } from './metrics.ts'
import type { AuditOptions, CallOptions, CheckedOptions, Delivery } from './options.ts'
import { pack, packedAt } from './pack.ts'
import type { Stamp } from './pack.ts'
import type { Answer, Recorded } from './receipt.ts'
import { endingOf, runJob } from './run.ts'
import type { Run, RunOptions } from './run.ts'
import { createSequence } from './sequence.ts'
import type { Sequence } from './sequence.ts'
import { canCross, configure, settingsOf } from './settings.ts'
import type { CourierSettings } from './deliver/messages.ts'
import { linkThread } from './thread/start.ts'
import { createClock, realTiming } from './time.ts'
import type { Timing } from './time.ts'
import { activeTrace } from './trace.ts'

/** An event of which `Given` is known already, from the defaults of a child. */
export type EventWith<Given extends keyof AuditEvent> = Omit<AuditEvent, Given> & Partial<Pick<AuditEvent, Given>>

/** Adds to the event of a tracked function what is known only once it runs, such as the id of what it created. */
export interface Add {
  (more: Partial<AuditEvent>): void
}

/** How many records are where; see {@link Counts} for each number. */
export interface AuditStatus extends Readonly<Counts>, SenderState {}

export interface DrainOptions {
  /** Milliseconds to wait at most. Default: `timeoutMs` of the audit. */
  readonly timeoutMs?: number
}

export interface Audit<Given extends keyof AuditEvent = never, Mode extends Delivery = 'acknowledged'> extends AsyncDisposable {
  /**
   * Resolves when the record is where `delivery` says: by default at the collector, with its receipt. Rejects with
   * {@link AuditError}, at the latest after `timeoutMs`.
   */
  record<Called extends Delivery = Mode>(event: EventWith<Given>, options?: CallOptions & { readonly delivery?: Called }): Promise<Answer<Called>>
  /**
   * Runs `fn` and records how it ended: outcome, duration, type of the error. Resolves with what `fn` returned, after
   * the receipt. What `fn` throws is thrown on unchanged, whether or not its record succeeds.
   */
  track<T>(event: EventWith<Given>, fn: (add: Add) => T | PromiseLike<T>, options?: CallOptions): Promise<T>
  /**
   * `track` for jobs and automations: with a run id, which every record made inside carries, and a request id, which is
   * that of the context or the run's own. A run inside another names it as its parent.
   */
  run<T>(event: EventWith<Given>, fn: (add: Add, run: Run) => T | PromiseLike<T>, options?: RunOptions): Promise<T>
  /**
   * Runs `fn` in this context, over the one around it: each record made inside inherits what it does not say itself.
   * `fn` is given this same audit, whose events need not repeat what the context says.
   */
  with<Context extends AuditContext, T>(context: Context, fn: (audit: Audit<Given | (keyof Context & keyof AuditEvent), Mode>) => T): T
  /** The same audit for the events of a catalogue alone, each checked by its definition. See `defineEvents()`. */
  events<Definitions extends EventDefinitions>(catalogue: Catalogue<Definitions>): CatalogueAudit<Definitions, Given, Mode>
  /** The same audit with defaults for its events. Its `attributes` are merged, everything else is replaced. */
  child<Defaults extends Partial<AuditEvent>>(defaults: Defaults): Audit<Given | (keyof Defaults & keyof AuditEvent), Mode>
  /** How many records are where, now. */
  status(): AuditStatus
  /**
   * Waits until every record made so far is at the collector, or refused, but no longer than `timeoutMs`. Never rejects:
   * each record's own promise says how it went, and the status how many are still on their way. Call it before a
   * serverless function returns: what is frozen delivers nothing.
   */
  flush(options?: DrainOptions): Promise<AuditStatus>
  /**
   * Takes no more records and flushes. What is not delivered then stays in the spool for the next start. Can be called
   * again. Of a child: closes that child alone.
   */
  close(options?: DrainOptions): Promise<AuditStatus>
}

/**
 * @example
 * const audit = createAudit({ endpoint: 'http://127.0.0.1:4318', key, integration: 'stripe' })
 * const receipt = await audit.record({ event: 'payment.refund', actor: 'user-17', action: 'EXECUTE', target: { id: 'pay_1' } })
 */
export function createAudit<Definitions extends EventDefinitions, Mode extends Delivery = 'acknowledged'>(options: AuditOptions & { readonly events: Catalogue<Definitions>; readonly delivery?: Mode }): CatalogueAudit<Definitions, never, Mode>
export function createAudit<Mode extends Delivery = 'acknowledged'>(options: AuditOptions & { readonly delivery?: Mode }): Audit<never, Mode>
export function createAudit(options: AuditOptions): Audit<never, Delivery> | CatalogueAudit<EventDefinitions> {
  const { options: checked, settings } = configure(options, process.env, (message) => warn(message, 'INVALID_OPTIONS'))
  const audit = assemble(checked, settings, realTiming, checked.thread && canCross(settings))
  return checked.events === undefined ? audit as Audit<never, Delivery> : (audit as unknown as Audit).events(checked.events)
}

/** For tests: with other timers, and in this thread. */
export function createAuditWith(options: CheckedOptions, timing: Timing): Audit {
  return assemble(options, settingsOf(options), timing, false) as unknown as Audit
}

function assemble(options: CheckedOptions, settings: CourierSettings, timing: Timing, inThread: boolean): Audit<keyof AuditEvent, Delivery> {
  const stats = createStats()
  const sender = createSender({
    link: (hear, lost) => inThread ? linkThread(settings, timing, hear, lost) : linkInline(settings, timing, hear),
    timeoutMs: options.timeoutMs, maxQueue: options.maxQueue, stats, timing, warn: (code, message) => { warn(message, code) },
    refused: (error, isRejected) => { tellRefused(options, error, isRejected) },
  })
  const sequence = (options.sequence ?? settings.spool !== undefined) ? createSequence(options.service?.name ?? '@blotter/sdk') : undefined
  const stopMetrics = watchMetrics({ stats, integration: options.integration })
  return createHandle({ sender, stats, sequence, options, stopMetrics, clock: options.clock ?? createClock(), hasSpool: settings.spool !== undefined }, {}, undefined)
}

interface Parts {
  readonly sender: Sender
  readonly stats: WritableStats
  readonly sequence: Sequence | undefined
  readonly options: CheckedOptions
  readonly clock: () => bigint
  readonly hasSpool: boolean
  readonly stopMetrics: () => void
}

function createHandle(parts: Parts, given: Partial<AuditEvent>, parentClosed: (() => boolean) | undefined): Audit<keyof AuditEvent, Delivery> {
  const { sender, options } = parts
  let closed = false
  let closing: Promise<void> | undefined
  const isClosed = (): boolean => closed || (parentClosed?.() ?? false)
  const status = (): AuditStatus => ({ ...parts.stats.counts, ...sender.state })

  async function record(event: Partial<AuditEvent>, call?: CallOptions): Promise<Recorded> {
    if (isClosed()) throw new AuditError('CLOSED')
    return send(parts, safely(() => inContext(merge(given, event))), call)
  }

  async function track<T>(event: Partial<AuditEvent>, fn: (add: Add) => T | PromiseLike<T>, call?: CallOptions): Promise<T> {
    if (isClosed()) throw new AuditError('CLOSED') // before the function runs: what cannot be recorded should not happen
    return runTracked(parts, safely(() => inContext(merge(given, event))), fn, call)
  }

  async function run<T>(event: Partial<AuditEvent>, fn: (add: Add, run: Run) => T | PromiseLike<T>, runOptions?: RunOptions): Promise<T> {
    if (isClosed()) throw new AuditError('CLOSED')
    return runJob({ record, track }, safely(() => merge(given, event)), fn, runOptions)
  }

  async function flush({ timeoutMs = options.timeoutMs }: DrainOptions = {}): Promise<AuditStatus> {
    await sender.flush(timeoutMs)
    return status()
  }

  async function close(drain: DrainOptions = {}): Promise<AuditStatus> {
    if (parentClosed !== undefined) {
      closed = true
      return flush(drain)
    }
    closing ??= closeAll(drain.timeoutMs ?? options.timeoutMs)
    await closing
    return status()
  }

  async function closeAll(timeoutMs: number): Promise<void> {
    const last = parts.sequence?.endEvent()
    if (last !== undefined) void send(parts, last, { delivery: 'best-effort' }).catch(() => undefined) // a stream without an end is not an error, to the collector neither
    closed = true
    await sender.close(timeoutMs)
    parts.stopMetrics()
  }

  const handle = {
    record, track, run, status, flush, close,
    with: (inner: AuditContext, fn: (audit: never) => unknown) => withChecked(inner, () => fn(handle as never)),
    events: (catalogue: Catalogue) => withCatalogue(handle as never, catalogue, given),
    child: (defaults: Partial<AuditEvent>) => createHandle(parts, merge(given, defaults), isClosed),
    [Symbol.asyncDispose]: async () => { await close() },
  }
  return handle as never // what its generic types promise, `Answer` above all, holds by construction
}

/** The path of one record. Synchronous until its promise: the app's objects are read by then. */
function send(parts: Parts, event: Partial<AuditEvent>, call: CallOptions | undefined): Promise<Recorded> {
  const { options, clock } = parts
  const { recordId, text } = safely(() => {
    assertEvent(event)
    const stamp: Stamp = { recordId: event.recordId ?? randomUUID(), observedNano: toNano(event.observedAt) ?? clock(), trace: activeTrace() }
    return { recordId: stamp.recordId, text: pack(event, stamp, options) }
  })
  return admit(parts, event.event!, recordId, text, call?.delivery ?? options.delivery)
}

/** A number of the stream is taken when nothing can refuse the record any more. */
async function admit(parts: Parts, eventName: string, recordId: string, text: string, delivery: Delivery): Promise<Recorded> {
  const { sender, sequence, hasSpool } = parts
  try {
    sender.assertRoom()
  } catch (error) {
    throw withRetry(withRecordId(error, recordId), () => admit(parts, eventName, recordId, text, delivery))
  }
  const placed = sequence === undefined ? text : packedAt(text, sequence.next(eventName))
  return sender.send(recordId, placed, delivery === 'spooled' && !hasSpool ? 'acknowledged' : delivery)
}

function withRecordId(error: unknown, recordId: string): unknown {
  return error instanceof AuditError ? Object.assign(error, { recordId }) : error
}

/** An error that is not ours may carry what the app gave us, in its message or beside it: it goes no further. */
function safely<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof AuditError ? error : new AuditError('INTERNAL', 'the event could not be read')
  }
}

async function runTracked<T>(parts: Parts, event: Partial<AuditEvent>, fn: (add: Add) => T | PromiseLike<T>, call: CallOptions | undefined): Promise<T> {
  safely(() => assertEvent(event)) // before the function runs, like the check above
  const startNano = parts.clock()
  let added: Partial<AuditEvent> = {}
  const ended = (ending: Partial<AuditEvent>): Partial<AuditEvent> =>
    merge({ occurredAt: startNano, ...event, durationMs: Number(parts.clock() - startNano) / 1e6, ...ending }, added)
  const safeSend = async (whole: Partial<AuditEvent>): Promise<Recorded> => send(parts, whole, call)
  let value: T
  try {
    value = await fn((more) => { added = merge(added, more) })
  } catch (error) {
    await safeSend(ended(endingOf(error))).catch((failure: AuditError) => { tellLost(parts.options, failure, event) })
    throw error
  }
  try {
    await safeSend(ended({}))
  } catch (failure) {
    if (parts.options.onRecordError === 'throw') throw withTracked(failure as AuditError, value)
    tellLost(parts.options, failure as AuditError, event)
  }
  return value
}

/** When the function's own error is thrown, nobody else would learn that its record failed. */
function tellLost({ onRecordError }: CheckedOptions, failure: AuditError, event: Partial<AuditEvent>): void {
  if (onRecordError === 'throw') return warn(`no audit record of a tracked function that threw: ${failure.message}`, failure.code)
  const { payload: _, ...rest } = event
  try {
    onRecordError(failure, rest)
  } catch {
    warn('onRecordError threw', failure.code) // it must not take the place of the function's own error or value
  }
}

/** A record that will never be taken is not lost without a word. */
function tellRefused({ onRefused }: CheckedOptions, error: AuditError, isRejected: boolean): void {
  if (onRefused === undefined) {
    if (!isRejected) warn(`an audit record was refused: ${error.message}`, error.code)
    return
  }
  try {
    onRefused(error)
  } catch {
    warn('onRefused threw', error.code)
  }
}

function warn(message: string, code: string): void {
  process.emitWarning(message, { type: 'AuditWarning', code })
}
