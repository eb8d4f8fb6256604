// A byte size in a label filter is worth what Loki prints of it: its frontend hands queries on as printed text, so that
// `size > 1234B` asks for more than 1.2kB there. The same dashboard has to show the same counts on both.

import { parseBytes } from '../text/bytes.ts'
import { formatBytes } from '../format/bytes.ts'
import type { Cursor } from './cursor.ts'
import type { Token } from './tokens.ts'

export function printedBytes(cursor: Cursor, { value }: Token): number {
  const text = formatBytes(value)
  // Its own printing of larger ones does not parse again: `5PB` reads as a number with an exponent.
  if (/[PE]B$/.test(text)) throw cursor.error('byte size out of range')
  return parseBytes(text) ?? value
}
