// What a block of records is in each table of the store.

import { fields, text } from '@blotter/processors'
import { base64, columns, writeRow } from './columns.ts'
import { linkHash, linksOf } from './links.ts'
import type { AuditRecord } from '@blotter/processors'
import type { ColumnType } from './connect.ts'
import type { RowWriter } from './row-writer.ts'
import type { StoredRecord } from './store.ts'

export type Table = 'records' | 'identifiers' | 'salts'

/** In the order in which they are filled. Records last: a row there means that all of it is there. */
export const tables: readonly Table[] = ['identifiers', 'salts', 'records']

export interface Parsed { readonly stored: StoredRecord; readonly record: AuditRecord }

interface TableRows { readonly columns: readonly ColumnType[]; readonly write: (out: RowWriter, parsed: Parsed) => void }

const typed = (types: Readonly<Record<string, string>>): ColumnType[] => Object.entries(types).map(([name, type]) => ({ name, type }))
const partition = { RetentionClass: 'String', Period: 'String' }

export const rowsOf: Readonly<Record<Table, TableRows>> = {
  records: { columns, write: (out, { record, stored }) => { writeRow(out, record, stored) } },
  identifiers: {
    columns: typed({ IdHash: 'UInt64', Workspace: 'String', Environment: 'String', Timestamp: "DateTime64(9, 'UTC')", LeafIndex: 'UInt64', Origin: 'String', ...partition }),
    write: writeIdentifiers,
  },
  salts: { columns: typed({ Origin: 'String', LeafIndex: 'UInt64', Salt: 'String', ...partition }), write: writeSalt },
}

/** One row for each identifier; all but the hash is the same in each of them. */
function writeIdentifiers(out: RowWriter, { stored, record }: Parsed): void {
  let shared: { readonly from: number; readonly to: number } | undefined
  for (const link of linksOf(record)) {
    out.uint64(linkHash(link))
    if (shared !== undefined) { out.repeat(shared.from, shared.to); continue }
    const from = out.at
    out.text(text(record.attributes, fields.workspace.key))
    out.text(text(record.attributes, fields.environment.key))
    out.time(record.timeUnixNano)
    out.uint64(BigInt(stored.leafIndex))
    out.text(stored.origin)
    out.text(stored.retentionClass)
    out.text(stored.period)
    shared = { from, to: out.at }
  }
}

function writeSalt(out: RowWriter, { stored: { origin, leafIndex, salt, retentionClass, period } }: Parsed): void {
  out.text(origin)
  out.uint64(BigInt(leafIndex))
  out.text(base64(salt))
  out.text(retentionClass)
  out.text(period)
}
