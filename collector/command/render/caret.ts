// A mistake in a query, shown in its place.

import { printable } from '../table.ts'
import { widthOf } from './width.ts'
import type { LogQLError } from '../../query/logql/errors.ts'
import type { Screen } from './screen.ts'

/** Cells of a long line that are shown before the place. */
const before = 50

export function underlined(query: string, { message, line, column }: LogQLError, screen: Screen): string {
  const text = query.split('\n')[line - 1]
  if (text === undefined) return message
  const start = Math.max(0, column - 1 - before)
  const shown = `${start === 0 ? '' : '…'}${printable(text.slice(start, column - 1))}`
  return `${message}\n\n  ${shown}${printable(text.slice(column - 1, column + before))}\n  ${' '.repeat(widthOf(shown))}${screen.paint('red', '^')}`
}
