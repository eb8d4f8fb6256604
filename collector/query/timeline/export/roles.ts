// Who somebody is to a reader outside: what kind of party, and which of them when there are several. Never the name.

import type { TimelineRecordView } from '../answer.ts'

const roles: Readonly<Record<string, string>> = { user: 'operator', service: 'automation', system: 'system' }

/** Numbered in order of appearance where a role has more than one holder. */
export function rolesOf(records: readonly TimelineRecordView[]): (record: TimelineRecordView) => string {
  const holders = new Map<string, Map<string, number>>()
  for (const { actor } of records) {
    const known = holders.get(roleOf(actor.type)) ?? new Map<string, number>()
    if (!known.has(actor.id)) known.set(actor.id, known.size + 1)
    holders.set(roleOf(actor.type), known)
  }
  return ({ actor }) => {
    const role = roleOf(actor.type)
    const known = holders.get(role)
    return known === undefined || known.size < 2 ? role : `${role} ${known.get(actor.id) ?? ''}`.trimEnd()
  }
}

function roleOf(type: string): string {
  return Object.hasOwn(roles, type) ? roles[type]! : 'other party'
}
