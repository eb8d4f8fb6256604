// A store in memory for unit tests. It keeps the contract of store.ts and insists that its callers keep it too: what
// they may not do throws, rather than working by chance.

import { fields, parseRecord, text } from '@blotter/processors'
import { base64, columns } from '../../collector/store/columns.ts'
import { linksOf } from '../../collector/store/links.ts'
import { createMemoryLogRows } from './memory-log-rows.ts'
import type { FoundRecord, Link, RecordFilter, RecordPlace, Scope, Snapshot, Store, StoredRecord, StoredRow } from '../../collector/store/store.ts'
import type { AuditRecord, FieldName } from '@blotter/processors'

export interface MemoryStore extends Store {
  /** Every call that changed or asked something, in order. */
  readonly calls: string[]
  /** What it holds, for tests that spoil it. */
  readonly held: StoredRecord[]
}

export function createMemoryStore(records: readonly StoredRecord[] = []): MemoryStore {
  let held = [...records]
  let reconciled = false
  const calls: string[] = []
  const insist = (condition: boolean, what: string): void => { if (!condition) throw new Error(`the store was misused: ${what}`) }
  const of = (scope: Scope): Held[] => held.map((stored) => ({ stored, record: parseRecord(stored.canonical) })).filter(({ record }) => inScope(record, scope))

  return {
    calls,
    get held() { return held },
    prepare: () => Promise.resolve([]),
    async insert(added) {
      calls.push(`insert ${added.length}`)
      insist(reconciled, 'the first insert, and the first after a failed one, come after reconcile')
      insist(added.every(({ leafIndex }, i) => i === 0 || leafIndex > added[i - 1]!.leafIndex), 'records are inserted in the order of the log')
      const present = new Set(held.map(({ origin, leafIndex }) => `${origin} ${leafIndex}`))
      held = [...held, ...added.filter(({ origin, leafIndex }) => !present.has(`${origin} ${leafIndex}`))]
    },
    async reconcile() { reconciled = true },
    async find(scope, filter, limit) {
      calls.push(`find ${[...filter.all, ...filter.any].map(({ kind, id }) => `${kind}:${id}`).join(' ')}`.trim())
      insist(Number.isInteger(limit) && limit >= 0, `a limit is a whole number, not ${limit}`)
      const matching = of(scope).filter(({ stored, record }) => matches(record, filter) && wasThere(stored, filter.asOf) && isBefore(stored, record, filter.before)).sort(byOccurrence)
      return limit === 0 ? [] : matching.slice(-limit).map(found)
    },
    async count(scope, links, asOf) {
      calls.push(`count ${links.length}`)
      const all = of(scope).filter(({ stored }) => wasThere(stored, asOf))
      return links.map((link) => all.filter(({ record }) => has(record, link)).length)
    },
    async rhythm(scope, question) {
      calls.push('rhythm')
      const { fromNano, toNano, stepNano, integrations, asOf } = question
      const within = of(scope).filter(({ stored, record: { timeUnixNano } }) => timeUnixNano >= fromNano && timeUnixNano < toNano && wasThere(stored, asOf)).sort(byOccurrence)
      const steps = Map.groupBy(within, ({ record }) => `${text(record.attributes, fields.integration.key)}\n${(record.timeUnixNano - fromNano) / stepNano}`)
      return [...steps.values()].map((step) => ({ integration: text(step[0]!.record.attributes, fields.integration.key), records: step.length, firstNano: step[0]!.record.timeUnixNano, lastNano: step.at(-1)!.record.timeUnixNano }))
        .filter(({ integration }) => integrations === undefined || integrations.includes(integration)).sort((a, b) => (a.integration < b.integration ? -1 : a.integration > b.integration ? 1 : 0))
    },
    logRows: createMemoryLogRows(() => held),
    async *newest(origin, limit) {
      yield* held.filter((stored) => stored.origin === origin).slice(-limit).map(({ canonical, receivedDigest, leafIndex, leafHash, storedAtNano }) => {
        const { attributes } = parseRecord(canonical)
        const value = (field: FieldName): string => text(attributes, fields[field].key)
        return { workspace: value('workspace'), environment: value('environment'), recordId: value('recordId'), receivedDigest, leafIndex, leafHash, storedAtNano }
      })
    },
    async partitions() {
      const groups = Map.groupBy(held, ({ retentionClass, period }) => `${retentionClass} ${period}`)
      return [...groups.values()].map((group) => ({ retentionClass: group[0]!.retentionClass, period: group[0]!.period, rows: group.length, bytes: group.length * 100, firstOccurred: '', lastOccurred: '' }))
    },
    async leaves(origin, { retentionClass, period }) {
      return held.filter((stored) => stored.origin === origin && stored.retentionClass === retentionClass && stored.period === period)
        .sort((a, b) => a.leafIndex - b.leafIndex).map(({ leafIndex, leafHash }) => ({ leafIndex, leafHash }))
    },
    async drop({ retentionClass, period }) {
      calls.push(`drop ${retentionClass} ${period}`)
      held = held.filter((stored) => stored.retentionClass !== retentionClass || stored.period !== period)
    },
    async* rows(origin, fromIndex, toIndex, scope) {
      const within = held.filter((stored) => stored.origin === origin && stored.leafIndex >= fromIndex && stored.leafIndex < toIndex)
      for (const stored of within.sort((a, b) => a.leafIndex - b.leafIndex)) if (scope === undefined || inScope(parseRecord(stored.canonical), scope)) yield storedRow(stored)
    },
    async ping() { return true },
    async close() {},
  }
}

interface Held { readonly stored: StoredRecord; readonly record: AuditRecord }

/** The row as the real store gives it back. */
export function storedRow(stored: StoredRecord): StoredRow {
  const record = parseRecord(stored.canonical)
  return {
    leafIndex: stored.leafIndex, leafHash: base64(stored.leafHash), salt: base64(stored.salt), canonical: stored.canonical,
    columns: Object.fromEntries(columns.map(({ name, of }) => [name, of(record, stored)])),
  }
}

function inScope({ attributes }: AuditRecord, { workspace, environment }: Scope): boolean {
  return attributes[fields.workspace.key] === workspace && attributes[fields.environment.key] === environment
}

function has(record: AuditRecord, { kind, id }: Link): boolean {
  return linksOf(record).some((link) => link.kind === kind && link.id === id)
}

function wasThere({ origin, leafIndex, storedAtNano }: StoredRecord, asOf: Snapshot | undefined): boolean {
  return asOf === undefined || (origin === asOf.origin ? leafIndex < asOf.leafIndex : storedAtNano <= asOf.storedAtNano)
}

function isBefore({ leafIndex, origin }: StoredRecord, { timeUnixNano }: AuditRecord, before: RecordPlace | undefined): boolean {
  if (before === undefined || timeUnixNano < before.timeNano) return true
  return timeUnixNano === before.timeNano && (leafIndex < before.leafIndex || (leafIndex === before.leafIndex && origin < before.origin))
}

/** As the columns have them. */
function carriesText(record: AuditRecord, needle: string): boolean {
  const { LogAttributes, ResourceAttributes, Body, EventName } = Object.fromEntries(columns.filter(({ name }) => ['LogAttributes', 'ResourceAttributes', 'Body', 'EventName'].includes(name)).map(({ name, of }) => [name, of(record, {} as StoredRecord)]))
  return [EventName, Body, ...Object.values(LogAttributes as object), ...Object.values(ResourceAttributes as object)].some((value) => String(value).toLowerCase().includes(needle.toLowerCase()))
}

function matches(record: AuditRecord, { all, any, integration, outcome, decision, action, events, text: needle, fromNano, toNano }: RecordFilter): boolean {
  const is = (field: FieldName, wanted: string | undefined): boolean => wanted === undefined || text(record.attributes, fields[field].key) === wanted
  return all.every((link) => has(record, link)) && (any.length === 0 || any.some((link) => has(record, link)))
    && is('integration', integration) && is('outcome', outcome) && is('decision', decision) && is('action', action)
    && (events === undefined || events.some((name) => (name.endsWith('*') ? record.eventName.startsWith(name.slice(0, -1)) : record.eventName === name)))
    && (needle === undefined || carriesText(record, needle))
    && (fromNano === undefined || record.timeUnixNano >= fromNano) && (toNano === undefined || record.timeUnixNano < toNano)
}

function byOccurrence(a: Held, b: Held): number {
  const difference = a.record.timeUnixNano - b.record.timeUnixNano
  if (difference !== 0n) return difference < 0n ? -1 : 1
  return a.stored.leafIndex - b.stored.leafIndex || (a.stored.origin < b.stored.origin ? -1 : a.stored.origin > b.stored.origin ? 1 : 0)
}

function found({ stored: { leafIndex, leafHash, origin, storedAtNano }, record }: Held): FoundRecord {
  return { record, leafIndex, leafHash, origin, storedAtNano }
}
