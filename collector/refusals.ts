// Refused requests are audit records themselves, without their payload: who was turned away, from what, why, how often.
// They are gathered for a while, so that a flood of bad requests becomes one record a minute and not a flood of records.

import { randomUUID } from 'node:crypto'
import { emptyRecord, fields, valueMap } from '@blotter/processors'
import { openPrincipal } from './authenticate/authenticate.ts'
import type { AuditRecord, Value } from '@blotter/processors'
import type { KeyRefusal, Principal } from './authenticate/authenticate.ts'
import type { ErrorCode } from './errors.ts'

/** Why: the code that the caller heard, or for a key that was not taken more than the caller is told. */
export type RefusalReason = ErrorCode | KeyRefusal

export interface Refusals {
  /** `principal`: undefined when the caller could not be told. `path`: the route, never the URL. */
  note(reason: RefusalReason, path: string, principal: Principal | undefined): void
  /** Writes what was gathered, then does what is due at the same time. */
  flush(): Promise<void>
  /** Has `work` done at each flush. It may fail, and is done again the next time. */
  alongside(work: () => Promise<void>): void
  /** Any other record about the collector itself. */
  readonly emit: EmitSelf
}

/** Requests that nobody could be told from belong to the collector's own workspace. */
export const systemPrincipal: Principal = { ...openPrincipal, workspace: 'blotter', environment: 'system', keyId: 'none' }

interface Gathered { readonly reason: RefusalReason; readonly path: string; readonly principal: Principal; count: number }

export type EmitSelf = (event: string, attributes: { readonly [key: string]: Value }, principal: Principal) => Promise<void>

/** `emit` may fail: what was gathered is then kept for the next time, within bounds that the fixed codes and routes set. */
export function createRefusals(emit: EmitSelf, anonymous: Principal): Refusals {
  let gathered = new Map<string, Gathered>()
  let flushing: Promise<void> = Promise.resolve() // one after the other: when one returns, nothing is half written
  const alongside: (() => Promise<void>)[] = []
  return {
    emit,
    note(reason, path, principal = anonymous) {
      const key = [reason, path, principal.workspace, principal.environment, principal.keyId].join('\n')
      const entry = gathered.get(key)
      if (entry === undefined) gathered.set(key, { reason, path, principal, count: 1 })
      else entry.count += 1
    },
    alongside: (work) => { alongside.push(work) },
    flush: () => (flushing = flushing.then(write).then(async () => { await Promise.allSettled(alongside.map((work) => work())) })),
  }

  async function write(): Promise<void> {
    const taken = gathered
    gathered = new Map()
    for (const [key, entry] of taken) {
      try {
        await emit('blotter.request.refused', attributesOf(entry), entry.principal)
      } catch {
        gathered.set(key, { ...entry, count: entry.count + (gathered.get(key)?.count ?? 0) })
      }
    }
  }
}

function attributesOf({ reason, path, principal, count }: Gathered): { readonly [key: string]: Value } {
  return valueMap(Object.entries({
    [fields.recordId.key]: randomUUID(),
    [fields.actorId.key]: principal.keyId === 'none' ? 'unknown' : `key:${principal.keyId}`,
    [fields.actorType.key]: 'service',
    [fields.action.key]: 'EXECUTE',
    [fields.targetId.key]: path,
    [fields.targetType.key]: 'http.endpoint',
    [fields.outcome.key]: 'failure',
    [fields.decision.key]: 'deny',
    [fields.reason.key]: reason,
    [fields.integration.key]: 'blotter',
    'blotter.refused.count': BigInt(count),
  }))
}

/** What the collector says about itself, as a record like any other. */
export function selfRecord(eventName: string, nowNano: bigint, attributes: AuditRecord['attributes']): AuditRecord {
  return { ...emptyRecord, eventName, timeUnixNano: nowNano, observedTimeUnixNano: nowNano, attributes, resource: valueMap([['service.name', 'blotter']]) }
}
