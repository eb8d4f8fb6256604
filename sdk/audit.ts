// `createAudit`: the order in which a record passes the other files, and `track`, `child`, `flush`, `close` around it.

import { randomUUID } from 'node:crypto'
import { text, fields } from '@blotter/processors'
import { createDeliver } from './deliver.ts'
import type { Deliver } from './deliver.ts'
import { AuditError, withRetry, withTracked } from './errors.ts'
import { assertEvent, toRecord } from './event.ts'
import type { AuditEvent, RecordContext } from './event.ts'
import { createKeyring } from './keyring.ts'
import type { Keyring } from './keyring.ts'
import { checkOptions } from './options.ts'
import type { AuditOptions, CheckedOptions } from './options.ts'
import { createProtect, finish, serviceAttributes } from './payload.ts'
import type { Draft } from './payload.ts'
import type { Receipt } from './receipt.ts'
import { createRequest } from './request.ts'
import { createClock, realTiming } from './time.ts'
import type { Timing } from './time.ts'
import { activeTrace } from './trace.ts'

/** An event of which `Given` is known already, from the defaults of a child. */
export type EventWith<Given extends keyof AuditEvent> = Omit<AuditEvent, Given> & Partial<Pick<AuditEvent, Given>>

/** Adds to the event of a tracked function what is known only once it runs, such as the id of what it created. */
export interface Add {
  (more: Partial<AuditEvent>): void
}

export interface Audit<Given extends keyof AuditEvent = never> extends AsyncDisposable {
  /**
   * Resolves with the collector's receipt once the record is durable there; rejects with {@link AuditError}, at the
   * latest after `timeoutMs`. Until then the record is in memory only.
   */
  record(event: EventWith<Given>): Promise<Receipt>
  /**
   * Runs `fn` and records how it ended: outcome, duration, type of the error. Resolves with what `fn` returned, after
   * the receipt. What `fn` throws is thrown on unchanged, whether or not its record succeeds.
   */
  track<T>(event: EventWith<Given>, fn: (add: Add) => T | PromiseLike<T>): Promise<T>
  /** The same audit with defaults for its events. Its `attributes` are merged, everything else is replaced. */
  child<Defaults extends Partial<AuditEvent>>(defaults: Defaults): Audit<Given | (keyof Defaults & keyof AuditEvent)>
  /** Waits until every record made so far is settled. Never rejects: each record's own promise says how it went. */
  flush(): Promise<void>
  /** Takes no more records and flushes, within `timeoutMs`. Can be called again. Of a child: closes that child alone. */
  close(): Promise<void>
}

/**
 * @example
 * const audit = createAudit({ endpoint: 'http://127.0.0.1:4318', key, integration: 'stripe' })
 * const receipt = await audit.record({ event: 'payment.refund', actor: 'user-17', action: 'EXECUTE', target: { id: 'pay_1' } })
 */
export function createAudit(options: AuditOptions): Audit {
  return createAuditWith(checkOptions(options), realTiming)
}

/** For tests: with other timers. */
export function createAuditWith(options: CheckedOptions, timing: Timing): Audit {
  const request = createRequest(options, timing)
  const keyring = createKeyring(options.fingerprintKey, request, timing)
  const protect = createProtect({ ...options, keyOf: () => keyring.current })
  const resource = protect.resource(serviceAttributes(options.service))
  const context: RecordContext = { integration: options.integration, clock: options.clock ?? createClock(), newId: randomUUID, trace: activeTrace }
  return createHandle({
    draft(event) {
      const { record, payload } = protect.draft(toRecord(event, context), event.payload)
      return { record: { ...record, resource }, payload }
    },
    deliver: createDeliver({ ...options, request, timing }),
    keyring,
    options,
    clock: context.clock,
  }, {}, undefined)
}

interface Parts {
  readonly draft: (event: AuditEvent) => Draft
  readonly deliver: Deliver
  readonly keyring: Keyring
  readonly options: CheckedOptions
  readonly clock: () => bigint
}

function createHandle(parts: Parts, given: Partial<AuditEvent>, parentClosed: (() => boolean) | undefined): Audit<keyof AuditEvent> {
  let closed = false
  const isClosed = (): boolean => closed || (parentClosed?.() ?? false)

  async function record(event: Partial<AuditEvent>): Promise<Receipt> {
    if (isClosed()) throw new AuditError('CLOSED')
    return send(parts, safely(() => merge(given, event)))
  }

  async function track<T>(event: Partial<AuditEvent>, fn: (add: Add) => T | PromiseLike<T>): Promise<T> {
    if (isClosed()) throw new AuditError('CLOSED') // before the function runs: what cannot be recorded should not happen
    return runTracked(parts, safely(() => merge(given, event)), fn)
  }

  function close(): Promise<void> {
    closed = true
    return parentClosed === undefined ? parts.deliver.close() : parts.deliver.flush()
  }

  return {
    record,
    track,
    child: (defaults) => createHandle(parts, merge(given, defaults), isClosed),
    flush: () => parts.deliver.flush(),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** The path of one record. Synchronous until it waits for the key or the receipt: the app's objects are read by then. */
async function send(parts: Parts, event: Partial<AuditEvent>): Promise<Receipt> {
  return deliverDraft(parts, safely(() => parts.draft(event as AuditEvent)))
}

async function deliverDraft(parts: Parts, draft: Draft): Promise<Receipt> {
  const { deliver, keyring } = parts
  const recordId = text(draft.record.attributes, fields.recordId.key)
  try {
    const ticket = deliver.admit(recordId)
    if (draft.payload === undefined) ticket.send(draft.record)
    else if (keyring.current !== undefined) ticket.send(finish(draft, keyring.current))
    else void keyring.keyFor(ticket, recordId).then((key) => { if (key !== undefined) ticket.send(finish(draft, key)) })
    return await ticket.receipt
  } catch (error) {
    throw withRetry(error, () => deliverDraft(parts, draft))
  }
}

/** An error that is not ours may carry what the app gave us, in its message or beside it: it goes no further. */
function safely<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof AuditError ? error : new AuditError('INTERNAL', 'the event could not be read')
  }
}

async function runTracked<T>(parts: Parts, event: Partial<AuditEvent>, fn: (add: Add) => T | PromiseLike<T>): Promise<T> {
  safely(() => assertEvent(event)) // before the function runs, like the check above
  const startNano = parts.clock()
  let added: Partial<AuditEvent> = {}
  const ended = (ending: Partial<AuditEvent>): Partial<AuditEvent> =>
    merge({ occurredAt: startNano, ...event, durationMs: Number(parts.clock() - startNano) / 1e6, ...ending }, added)
  let value: T
  try {
    value = await fn((more) => { added = merge(added, more) })
  } catch (error) {
    await send(parts, ended({ outcome: 'failure', error })).catch((failure: AuditError) => { tellLost(parts.options, failure, event) })
    throw error
  }
  try {
    await send(parts, ended({}))
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

function warn(message: string, code: string): void {
  process.emitWarning(message, { type: 'AuditWarning', code })
}

function merge(under: Partial<AuditEvent>, over: Partial<AuditEvent>): Partial<AuditEvent> {
  const set = Object.fromEntries(Object.entries(over).filter(([, value]) => value !== undefined))
  const attributes = under.attributes === undefined || over.attributes === undefined ? {} : { attributes: { ...under.attributes, ...over.attributes } }
  return { ...under, ...set, ...attributes }
}
