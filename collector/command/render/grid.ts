// Rows under titles, fitted to the width of the terminal. Columns in which nothing stands are left out; where the rest is
// too wide, the columns that may be cut give way, the widest first; where even that is not enough, each row is stacked.

import { cut, pad, widthOf } from './width.ts'
import type { Screen, Style } from './screen.ts'

export interface Column {
  readonly title: string
  /** Cells that it keeps when it is cut. Absent: it is never cut. */
  readonly least?: number
}

export interface Cell { readonly text: string; readonly style?: Style }

/** A row, lines that belong to it, or a line of its own across all columns. */
export type Row = { readonly cells: readonly Cell[]; readonly under?: readonly string[] } | { readonly line: string; readonly style: Style }

const space = 2

export function grid(columns: readonly Column[], rows: readonly Row[], screen: Screen): string {
  const cellRows = rows.flatMap((row) => ('cells' in row ? [row.cells] : []))
  const used = columns.map((column, i) => ({ ...column, i, width: Math.max(0, ...cellRows.map((cells) => widthOf(cells[i]?.text ?? ''))) })).filter(({ width }) => width > 0)
  const widths = fit(used.map(({ width, title, least }) => ({ width: Math.max(width, widthOf(title)), least: least === undefined ? undefined : Math.max(least, widthOf(title)) })), screen.width)
  if (widths === undefined) return rows.map((row) => stacked(row, used, screen)).join('')
  const line = (cells: readonly string[]): string => `${cells.join(' '.repeat(space)).trimEnd()}\n`
  const head = line(used.map(({ title }, n) => screen.paint('dim', n === used.length - 1 ? title : pad(title, widths[n]!))))
  return head + rows.map((row) => ('line' in row ? acrossLine(row, screen) : line(used.map(({ i }, n) => fitted(row.cells[i], widths[n]!, n === used.length - 1, screen))) + underLines(row.under, screen))).join('')
}

function fitted(cell: Cell | undefined, width: number, isLast: boolean, screen: Screen): string {
  const text = cut(cell?.text ?? '', width)
  const painted = cell?.style === undefined ? text : screen.paint(cell.style, text)
  return isLast ? painted : painted + ' '.repeat(width - widthOf(text))
}

/** Widths that fit together, or undefined when there are none. */
function fit(columns: readonly { readonly width: number; readonly least: number | undefined }[], most: number): number[] | undefined {
  const widths = columns.map(({ width }) => width)
  for (;;) {
    const excess = widths.reduce((sum, width) => sum + width, space * (widths.length - 1)) - most
    if (excess <= 0) return widths
    const widest = widths.reduce((best, width, i) => ((width - (columns[i]!.least ?? width)) > 0 && (best === -1 || width > widths[best]!) ? i : best), -1)
    if (widest === -1) return undefined
    const next = Math.max(columns[widest]!.least!, ...widths.filter((width, i) => i !== widest && width < widths[widest]!))
    widths[widest] = Math.max(columns[widest]!.least!, widths[widest]! - excess, Math.min(next, widths[widest]! - 1))
  }
}

function stacked(row: Row, columns: readonly (Column & { readonly i: number })[], screen: Screen): string {
  if ('line' in row) return acrossLine(row, screen)
  const cells = columns.flatMap(({ title, i }) => { const cell = row.cells[i]; return cell === undefined || cell.text === '' ? [] : [{ title, ...cell }] })
  const paint = ({ text, style }: Cell): string => (style === undefined ? cut(text, screen.width) : screen.paint(style, cut(text, screen.width)))
  const [first, ...rest] = cells
  const label = Math.max(...rest.map(({ title }) => title.length))
  const details = rest.map(({ title, ...cell }) => `  ${screen.paint('dim', pad(title.toLowerCase(), label))} ${paint({ ...cell, text: cut(cell.text, Math.max(1, screen.width - label - 3)) })}\n`)
  return `${first === undefined ? '' : paint(first)}\n${details.join('')}${underLines(row.under, screen)}`
}

function acrossLine({ line, style }: { readonly line: string; readonly style: Style }, screen: Screen): string {
  return `${screen.paint(style, cut(line, screen.width))}\n`
}

function underLines(lines: readonly string[] | undefined, screen: Screen): string {
  return (lines ?? []).map((line) => acrossLine({ line: `  ${line}`, style: 'dim' }, screen)).join('')
}
