// Columns that line up, by what a terminal shows and not by what a string holds.

import { stripVTControlCharacters, styleText } from 'node:util'

export function table(head: readonly string[], rows: readonly (readonly string[])[], stream: NodeJS.WriteStream = process.stdout): string {
  const widths = head.map((title, column) => Math.max(width(title), ...rows.map((row) => width(row[column] ?? ''))))
  const line = (cells: readonly string[]): string => cells.map((cell, column) => (column === cells.length - 1 ? cell : cell + ' '.repeat(widths[column]! - width(cell)))).join('  ').trimEnd()
  return [styleText('dim', line(head), { stream }), ...rows.map(line)].map((text) => `${text}\n`).join('')
}

function width(text: string): number {
  return Array.from(stripVTControlCharacters(text)).length
}

/** What came from a sender, without anything that a terminal would obey. */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g, '·')
}
