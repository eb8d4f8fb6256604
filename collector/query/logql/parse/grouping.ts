// `by (a, b)` and `without (a)`

import type { Grouping } from '../ast.ts'
import { list, type Cursor } from './cursor.ts'

export function parseGrouping(cursor: Cursor): Grouping | undefined {
  const keyword = cursor.accept('by') ?? cursor.accept('without')
  return keyword === undefined ? undefined : { without: keyword.kind === 'without', labels: parseLabelList(cursor) }
}

export function parseLabelList(cursor: Cursor): readonly string[] {
  cursor.expect('(')
  const labels = cursor.peek().kind === ')' ? [] : list(cursor, () => cursor.expect('identifier', ')').text)
  cursor.expect(')', ',')
  return labels
}
