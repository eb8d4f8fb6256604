// Parts of an event laid over each other: what the async context knows, the defaults of a child, the event itself, and
// what is added to it while it runs. The later part wins, member by member; only `attributes` are merged one level down.

import type { AuditEvent } from './event.ts'

/** A member that is there but undefined says nothing, so it takes nothing away. */
export function merge(under: Partial<AuditEvent>, over: Partial<AuditEvent>): Partial<AuditEvent> {
  const merged: Record<string, unknown> = { ...under, ...over } // by spread: a key `__proto__` stays a key, for the check to refuse
  for (const key of Object.keys(over)) if (merged[key] === undefined) leaveOut(merged, key, under)
  if (under.attributes !== undefined && over.attributes !== undefined) merged['attributes'] = { ...under.attributes, ...over.attributes }
  return merged
}

function leaveOut(merged: Record<string, unknown>, key: string, under: object): void {
  if (Object.hasOwn(under, key)) merged[key] = (under as Record<string, unknown>)[key]
  else delete merged[key]
}
