// What is known about everything that happens inside one request or job, such as its id and its actor, carried by
// Node's AsyncLocalStorage through promises, timers and callbacks, so that no function in between has to pass it on.
//
// One storage for the process and not one for each audit: a middleware opens the context, and whichever audit records
// inside it uses it. Only what is written here is inherited: never a payload, an outcome or a record id.

import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, problemError } from './errors.ts'
import type { Problem } from './errors.ts'
import { problemsOf } from './event.ts'
import type { AuditEvent } from './event.ts'
import { merge } from './merge.ts'

/** What events inherit from the context that they are recorded in. */
export type AuditContext = Partial<Pick<AuditEvent, 'actor' | 'requestId' | 'sessionId' | 'deliveryId' | 'idempotencyKey' | 'source' | 'attributes'>>

/** A function is asked each time, for what becomes known only on the way, such as who has signed in. */
type Stored = AuditContext | (() => AuditContext)

const storage = new AsyncLocalStorage<Stored>()

/** The context in which this code runs; undefined outside of any. To change it, open another one inside. */
export function currentContext(): AuditContext | undefined {
  const stored = storage.getStore()
  return typeof stored === 'function' ? stored() : stored
}

/**
 * Runs `fn`, and all that it starts, in this context over the one around it. Returns what `fn` returns, throws what it
 * throws. Does not check the members: `audit.with()` does, for values that the SDK did not make itself.
 */
export function withContext<T>(context: AuditContext, fn: () => T): T {
  const around = storage.getStore()
  return storage.run(typeof around === 'function' ? () => merge(around(), context) : Object.freeze(merge(around ?? {}, context)), fn)
}

/** {@link withContext} with a context that is read anew whenever something asks for it. `read` must not throw. */
export function withLiveContext<T>(read: () => AuditContext, fn: () => T): T {
  const around = storage.getStore()
  return storage.run(() => merge((typeof around === 'function' ? around() : around) ?? {}, read()), fn)
}

/** The event with what it does not say itself taken from the context. Outside of any, the very same object. */
export function inContext(event: Partial<AuditEvent>): Partial<AuditEvent> {
  const context = currentContext()
  return context === undefined ? event : merge(context, event)
}

const members: Readonly<Record<keyof AuditContext, true>> = { actor: true, requestId: true, sessionId: true, deliveryId: true, idempotencyKey: true, source: true, attributes: true }

/** {@link withContext} for a context that an app wrote. Throws INVALID_EVENT with every problem, before `fn` runs. */
export function withChecked<T>(context: AuditContext, fn: () => T): T {
  const problems = problemsOfContext(context)
  if (problems.length > 0) throw problemError('INVALID_EVENT', problems)
  return withContext(context, fn)
}

function problemsOfContext(context: unknown): Problem[] {
  if (typeof context !== 'object' || context === null) return [{ key: '(context)', got: describe(context), want: 'an object' }]
  const foreign = Object.keys(context).some((key) => !Object.hasOwn(members, key))
  return [
    ...(foreign ? [{ key: '(context)', got: 'a member that is not inherited', want: `one of ${Object.keys(members).join(', ')}` }] : []),
    ...problemsOf(merge({ actor: 'of-the-event', action: 'OF_THE_EVENT' }, foreign ? {} : context)),
  ]
}

/**
 * For a child whose events name no actor, because the context always has one: `audit.child({ actor: fromContext })`.
 * It holds nothing: where the context has none either, the record is refused with INVALID_EVENT.
 */
export const fromContext: never = undefined as never
