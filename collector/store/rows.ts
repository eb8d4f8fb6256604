// What a block of records is in each table of the store.

import { base64, columns, writeRow, writeText } from './columns.ts'
import { eachLinkHash } from './links.ts'
import { slotOf } from './view.ts'
import type { CanonicalView } from '@blotter/processors'
import type { ColumnType } from './connect.ts'
import type { RowWriter } from './row-writer.ts'
import type { StoredRecord } from './store.ts'

export type Table = 'records' | 'identifiers' | 'salts'

/** In the order in which they are filled. Records last: a row there means that all of it is there. */
export const tables: readonly Table[] = ['identifiers', 'salts', 'records']

export interface Viewed { readonly stored: StoredRecord; readonly view: CanonicalView }

interface TableRows { readonly columns: readonly ColumnType[]; readonly write: (out: RowWriter, viewed: Viewed) => void }

const typed = (types: Readonly<Record<string, string>>): ColumnType[] => Object.entries(types).map(([name, type]) => ({ name, type }))
const partition = { RetentionClass: 'String', Period: 'String' }

export const rowsOf: Readonly<Record<Table, TableRows>> = {
  records: { columns, write: (out, { view, stored }) => { writeRow(out, view, stored) } },
  identifiers: {
    columns: typed({ IdHash: 'UInt64', Workspace: 'String', Environment: 'String', Timestamp: "DateTime64(9, 'UTC')", LeafIndex: 'UInt64', Origin: 'String', ...partition }),
    write: writeIdentifiers,
  },
  salts: { columns: typed({ Origin: 'String', LeafIndex: 'UInt64', Salt: 'String', ...partition }), write: writeSalt },
}

const workspaceSlot = slotOf('workspace'), environmentSlot = slotOf('environment')

/** One row for each identifier; all but the hash is the same in each of them. */
function writeIdentifiers(out: RowWriter, { stored, view }: Viewed): void {
  const { attributes } = view
  let from = -1, to = -1
  eachLinkHash(view, (hash) => {
    out.uint64(hash)
    if (from !== -1) { out.repeat(from, to); return }
    from = out.at
    writeText(out, attributes, attributes.found[workspaceSlot]!)
    writeText(out, attributes, attributes.found[environmentSlot]!)
    out.time(BigInt(view.textOf('timeUnixNano')))
    out.uint64(BigInt(stored.leafIndex))
    out.text(stored.origin)
    out.text(stored.retentionClass)
    out.text(stored.period)
    to = out.at
  })
}

function writeSalt(out: RowWriter, { stored: { origin, leafIndex, salt, retentionClass, period } }: Viewed): void {
  out.text(origin)
  out.uint64(BigInt(leafIndex))
  out.text(base64(salt))
  out.text(retentionClass)
  out.text(period)
}
