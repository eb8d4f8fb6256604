// Runs processors in their order: redact before fingerprint, so that a fingerprint never covers a secret, and retain
// last, so that a class can be chosen by what the others found.

import type { Processor } from './processor.ts'
import type { AuditRecord } from './record.ts'

export function chain(processors: readonly Processor[]): (record: AuditRecord) => AuditRecord {
  return function process(record) {
    let current = record
    for (const processor of processors) current = processor.process(current)
    return current
  }
}

/** What of `after` differs from `before` although `processor` did not declare it. For tests: empty when it keeps its word. */
export function trespasses(processor: Processor, before: AuditRecord, after: AuditRecord): string[] {
  const found = (Object.keys(before) as (keyof AuditRecord)[])
    .filter((part) => part !== 'attributes' && before[part] !== after[part] && !processor.writes.includes(part)) as string[]
  if (processor.writes.includes('attributes')) return found
  const keys = new Set([...Object.keys(before.attributes), ...Object.keys(after.attributes)])
  for (const key of keys) if (before.attributes[key] !== after.attributes[key] && !processor.writes.includes(key)) found.push(key)
  return found
}
