// What log queries read, in memory: conditions are left to whoever asks, except that the rows are of the scope and time.

import { fields, parseRecord } from '@blotter/processors'
import { storedLookOf } from '../../collector/store/stored-look.ts'
import { columns } from '../../collector/store/columns.ts'
import type { LogRow, LogRows, LogWindow } from '../../collector/store/log-rows.ts'
import type { RecordPlace, Scope, StoredRecord } from '../../collector/store/store.ts'

interface Looked extends LogRow { readonly bytes: number }

/** It answers no question that has conditions but on streams: a caller that pushes some down is tested against the real one. */
export function createMemoryLogRows(held: () => readonly StoredRecord[]): LogRows {
  const within = (scope: Scope, { fromNano, toNano }: LogWindow): Looked[] => held().map(looked).filter(({ row, workspace, environment }) => workspace === scope.workspace && environment === scope.environment && row.timeNano >= fromNano && row.timeNano < toNano).map(({ row }) => row).sort(byPlace)
  return {
    async page(scope, { streams, ...window }, { direction, after, limit }) {
      const rows = within(scope, window).filter(({ stream }) => streams === undefined || streams.includes(stream))
      const ordered = direction === 'forward' ? rows : rows.reverse()
      return ordered.filter((row) => after === undefined || byPlace(row, after) * (direction === 'forward' ? 1 : -1) > 0).slice(0, limit)
    },
    count: () => Promise.reject(new Error('BUG: a count is asked of the memory store')),
    async streams(scope, window) {
      return [...Map.groupBy(within(scope, window), ({ stream }) => stream)].map(([stream, rows]) => ({
        stream, entries: rows.length, bytes: sum(rows.map(({ bytes }) => bytes)), irregular: rows.filter(({ irregular }) => irregular).length, hours: new Set(rows.map(({ timeNano }) => timeNano / 3_600_000_000_000n)).size,
        firstNano: rows[0]!.timeNano, lastNano: rows.at(-1)!.timeNano,
      }))
    },
    irregular: async (scope, window) => within(scope, window).filter(({ irregular }) => irregular).length,
    async steps(scope, window, stepNano) {
      return within(scope, window).map(({ stream, timeNano, bytes }) => ({ stream, step: Number((timeNano - window.fromNano) / stepNano), bytes }))
    },
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
const bodyColumn = columns.find(({ name }) => name === 'Body')!

function looked(stored: StoredRecord): { readonly row: Looked; readonly workspace: unknown; readonly environment: unknown } {
  const record = parseRecord(stored.canonical)
  const body = bodyColumn.of(record, stored) as string
  const { stream, summary, lineBytes, detectedLevel, irregular } = storedLookOf(record, body)
  return {
    row: { timeNano: record.timeUnixNano, leafIndex: stored.leafIndex, origin: stored.origin, stream, canonical: Buffer.from(stored.canonical), line: summary === '' ? body : summary, level: detectedLevel, bytes: lineBytes, irregular: irregular === 1 },
    workspace: record.attributes[fields.workspace.key], environment: record.attributes[fields.environment.key],
  }
}

function byPlace(a: RecordPlace, b: RecordPlace): number {
  return a.timeNano === b.timeNano ? a.leafIndex - b.leafIndex || (a.origin < b.origin ? -1 : a.origin > b.origin ? 1 : 0) : a.timeNano < b.timeNano ? -1 : 1
}
