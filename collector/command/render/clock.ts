// How times are shown: in UTC, on the reader's own clock, or as what has passed since the story began.

import { readableDuration } from '../../query/timeline/export/text.ts'

export type ClockKind = (typeof clockKinds)[number]

export const clockKinds = ['utc', 'local', 'relative'] as const

export interface Clock {
  show(time: string): string
  /** For the heading: what the times are. */
  readonly meaning: string
}

/** `first`: the earliest time that is shown. `sameDay`: dates would only repeat themselves. */
export function clockOf(kind: ClockKind, first: string, sameDay: boolean): Clock {
  if (kind === 'relative') return { show: (time) => sinceText(millisecondsOf(time) - millisecondsOf(first)), meaning: `times since ${first.slice(0, 10)} ${first.slice(11, 23)} UTC` }
  const textOf = kind === 'utc' ? utcText : localText
  const show = (time: string): string => textOf(time).slice(sameDay ? 11 : 0)
  return { show, meaning: kind === 'utc' ? 'times in UTC' : `times in ${Intl.DateTimeFormat().resolvedOptions().timeZone}` }
}

export function utcText(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 23)}`
}

function localText(time: string): string {
  const date = new Date(millisecondsOf(time))
  const two = (number: number): string => String(number).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${time.slice(20, 23)}`
}

/** The day on the clock that is shown. */
export function dayOf(kind: ClockKind, time: string): string {
  return (kind === 'local' ? localText(time) : utcText(time)).slice(0, 10)
}

function sinceText(ms: number): string {
  if (Math.abs(ms) < 60_000) return `${ms < 0 ? '-' : '+'}${(Math.abs(ms) / 1000).toFixed(3)} s`
  return `${ms < 0 ? '-' : '+'}${readableDuration(ms)}`
}

export function millisecondsOf(time: string): number {
  return Date.parse(`${time.slice(0, 23)}Z`)
}
