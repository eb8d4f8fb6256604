// What the record says about its own redaction: which rules, how often. Never what it was.

import { fields } from '../fields.ts'
import { integer, strings, withValues } from '../record.ts'
import type { AuditRecord } from '../record.ts'

/** Adds this run's counts to those of an earlier one. */
export function summarised(record: AuditRecord, counts: ReadonlyMap<string, number>): AuditRecord {
  const total = new Map<string, number>()
  for (const entry of strings(record.attributes, fields.redactionRules.key)) {
    const match = /^([a-z0-9_]{1,40}):([0-9]{1,9})$/.exec(entry)
    if (match !== null) total.set(match[1]!, Number(match[2]))
  }
  for (const [ruleId, count] of counts) total.set(ruleId, (total.get(ruleId) ?? 0) + count)
  const earlier = integer(record.attributes, fields.redactionCount.key) ?? 0
  const now = [...counts.values()].reduce((sum, count) => sum + count, 0)
  return {
    ...record,
    attributes: withValues(record.attributes, {
      [fields.redactionCount.key]: BigInt(earlier + now),
      [fields.redactionRules.key]: [...total].sort(([a], [b]) => (a < b ? -1 : 1)).map(([ruleId, count]) => `${ruleId}:${count}`),
    }),
  }
}
