// What of a record is looked for in its bytes: each that wants a value reserves its place before the view is made.

import { CanonicalView, fields } from '@blotter/processors'
import type { FieldName } from '@blotter/processors'

/** Attributes that are looked for in every record: those with a column and those that identify it. */
const wanted: string[] = []

export function slotOf(field: FieldName): number {
  const { key } = fields[field]
  if (!wanted.includes(key)) wanted.push(key)
  return wanted.indexOf(key)
}

/** Sees what the columns and identifiers of a record need; to be made after every `slotOf`. */
export function createView(): CanonicalView {
  return new CanonicalView(wanted, ['service.name'])
}
