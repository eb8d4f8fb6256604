// Columns that line up, by what a terminal shows and not by what a string holds.

import { styleText } from 'node:util'
import { pad, widthOf } from './render/width.ts'

export function table(head: readonly string[], rows: readonly (readonly string[])[], stream: NodeJS.WriteStream = process.stdout): string {
  const widths = head.map((title, column) => Math.max(widthOf(title), ...rows.map((row) => widthOf(row[column] ?? ''))))
  const line = (cells: readonly string[]): string => cells.map((cell, column) => (column === cells.length - 1 ? cell : pad(cell, widths[column]!))).join('  ').trimEnd()
  return [styleText('dim', line(head), { stream }), ...rows.map(line)].map((text) => `${text}\n`).join('')
}

/** What came from a sender, without anything that a terminal would obey or a reader would not see. */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, '·')
}
