// What the benchmarks print: numbers that line up, and where they were measured.

import { availableParallelism } from 'node:os'
import { styleText } from 'node:util'

/** The smallest value that `share` of the values do not exceed; NaN of none. */
export function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted.length === 0 ? Number.NaN : sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? sorted[0]!
}

export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5)
}

/** The first `words` columns are text, the rest numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], words = 1): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)))
  const line = (cells: readonly string[]): string => head.map((_, column) => {
    const cell = cells[column] ?? ''
    return column < words ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)
  }).join('  ').trimEnd()
  return [styleText('dim', line(head), { stream: process.stdout }), ...rows.map(line)].map((text) => `${text}\n`).join('')
}

/** Three digits that count, thousands set apart; a dash for what there is no figure of. */
export function figure(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  return value.toLocaleString('en-US', size >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 })
}

export interface Machine { readonly date: string; readonly node: string; readonly cores: number; readonly platform: string }

export function machine(): Machine {
  return { date: new Date().toISOString().slice(0, 10), node: process.version, cores: availableParallelism(), platform: `${process.platform} ${process.arch}` }
}

export function machineLine(): string {
  const { date, node, cores, platform } = machine()
  return `${date}, Node ${node.slice(1)}, ${platform}, ${cores} cores\n`
}

/** Progress goes to standard error, and only to someone who watches. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${text}`)
}

export function bar(done: number, all: number): string {
  const filled = Math.round((done / all) * 30)
  return `${'█'.repeat(filled)}${'░'.repeat(30 - filled)} ${Math.floor((done / all) * 100)} %`
}
