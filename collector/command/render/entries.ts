// Entries of a log query, for people: when, how bad, and the line; the labels on demand.

import { printable } from '../table.ts'
import { clockOf } from './clock.ts'
import type { Clock, ClockKind } from './clock.ts'
import type { Screen, Style } from './screen.ts'

export interface LogEntry { readonly timeNano: bigint; readonly line: string; readonly labels: Readonly<Record<string, string>> }

export interface EntriesLook { readonly time: ClockKind; readonly labels: boolean; readonly raw: boolean }

const levels: Readonly<Record<string, Style>> = { critical: 'red', fatal: 'red', error: 'red', warn: 'yellow', debug: 'dim', trace: 'dim' }

/** `first`: what relative times are counted from. */
export function renderEntry(entry: LogEntry, look: EntriesLook, first: string, screen: Screen): string {
  if (look.raw) return `${screen.width === Number.POSITIVE_INFINITY ? entry.line : printable(entry.line)}\n` // a pipe gets it as it is
  const clock: Clock = clockOf(look.time, first, false)
  const level = entry.labels['detected_level'] ?? entry.labels['level'] ?? ''
  const style = Object.hasOwn(levels, level) ? levels[level]! : undefined
  const line = printable(entry.line)
  const labels = look.labels ? `${Object.entries(entry.labels).map(([name, value]) => `\n    ${screen.paint('cyan', printable(name))}=${printable(value)}`).join('')}` : ''
  return `${screen.paint('dim', clock.show(timeText(entry.timeNano)))}  ${style === undefined ? line : screen.paint(style, line)}${labels}\n`
}

export function entryJson({ timeNano, line, labels }: LogEntry): string {
  return `${JSON.stringify({ time: timeText(timeNano), timeNano: String(timeNano), labels, line })}\n`
}

/** RFC 3339 with nanoseconds. */
export function timeText(nano: bigint): string {
  return `${new Date(Number(nano / 1_000_000n)).toISOString().slice(0, 19)}.${String(nano % 1_000_000_000n).padStart(9, '0')}Z`
}
