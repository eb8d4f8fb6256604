// Go's layouts: a time is written as the reference time (Mon Jan 2 15:04:05 MST 2006) would look.

import { monthNames, weekdayNames, zeroTime } from './time.ts'
import type { GoTime } from './time.ts'

/** Longest first where one begins another. `_2006` is an underscore and a year; `Jan` in `Janet` is text. */
const element = /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|01|02|03|04|05|06|002|2006|_2006|__2|_2|15|1|2|3|4|5|PM|pm|-07:00:00|-070000|-07:00|-0700|-07|Z07:00:00|Z070000|Z07:00|Z0700|Z07|[.,](?:0+|9+)(?!\d)/g

export type Part = { readonly text: string; readonly isElement: boolean }

const layouts = new Map<string, readonly Part[]>()
const maxLayouts = 200

/** Remembered: a query uses few. */
export function partsOf(layout: string): readonly Part[] {
  const known = layouts.get(layout)
  if (known !== undefined) return known
  const parts: Part[] = []
  let end = 0
  for (const found of layout.matchAll(element)) {
    if (found.index > end) parts.push({ text: layout.slice(end, found.index), isElement: false })
    if (found[0] === '_2006') parts.push({ text: '_', isElement: false }, { text: '2006', isElement: true })
    else parts.push({ text: found[0], isElement: true })
    end = found.index + found[0].length
  }
  if (end < layout.length) parts.push({ text: layout.slice(end), isElement: false })
  if (layouts.size < maxLayouts) layouts.set(layout, parts)
  return parts
}

const pad = (value: number, width: number, fill = '0'): string => String(value).padStart(width, fill)

export function formatTime(time: GoTime, layout: string): string {
  const civil = time.civil()
  let out = ''
  for (const { text, isElement } of partsOf(layout)) out += isElement ? formatElement(text, civil, time.nanosecond) : text
  return out
}

function formatElement(text: string, civil: ReturnType<GoTime['civil']>, nanosecond: number): string {
  const hour12 = civil.hour % 12 === 0 ? 12 : civil.hour % 12
  switch (text) {
    case '2006': return civil.year < 0 ? `-${pad(-civil.year, 4)}` : pad(civil.year, 4)
    case '06': return pad(((civil.year % 100) + 100) % 100, 2)
    case 'January': return monthNames[civil.month - 1]!
    case 'Jan': return monthNames[civil.month - 1]!.slice(0, 3)
    case '01': return pad(civil.month, 2)
    case '1': return String(civil.month)
    case 'Monday': return weekdayNames[civil.weekday]!
    case 'Mon': return weekdayNames[civil.weekday]!.slice(0, 3)
    case '02': return pad(civil.day, 2)
    case '_2': return pad(civil.day, 2, ' ')
    case '2': return String(civil.day)
    case '002': return pad(civil.yearDay, 3)
    case '__2': return pad(civil.yearDay, 3, ' ')
    case '15': return pad(civil.hour, 2)
    case '03': return pad(hour12, 2)
    case '3': return String(hour12)
    case '04': return pad(civil.minute, 2)
    case '4': return String(civil.minute)
    case '05': return pad(civil.second, 2)
    case '5': return String(civil.second)
    case 'PM': return civil.hour >= 12 ? 'PM' : 'AM'
    case 'pm': return civil.hour >= 12 ? 'pm' : 'am'
    case 'MST': return civil.zoneName
    default: return /^[.,]/.test(text) ? formatFraction(text, nanosecond) : formatOffset(text, civil.offsetSeconds)
  }
}

function formatFraction(text: string, nanosecond: number): string {
  const digits = pad(nanosecond, 9).slice(0, text.length - 1)
  if (text[1] === '0') return text[0]! + digits.padEnd(text.length - 1, '0')
  const trimmed = digits.replace(/0+$/, '')
  return trimmed === '' ? '' : text[0]! + trimmed
}

function formatOffset(text: string, offsetSeconds: number): string {
  if (text.startsWith('Z') && offsetSeconds === 0) return 'Z'
  const size = Math.abs(offsetSeconds)
  const colon = text.includes(':') ? ':' : ''
  const parts = [pad(Math.floor(size / 3600), 2)]
  const digits = text.replace(/\D/g, '').length
  if (digits >= 4) parts.push(pad(Math.floor((size % 3600) / 60), 2))
  if (digits >= 6) parts.push(pad(size % 60, 2))
  return (offsetSeconds < 0 ? '-' : '+') + parts.join(colon)
}

/** As a time is printed. */
export function timeText(time: GoTime): string {
  const { zoneName } = time.civil()
  // A zone without a name is written by its offset.
  return formatTime(time, `2006-01-02 15:04:05.999999999 -0700 ${zoneName === '' ? '-0700' : 'MST'}`)
}

export const isZero = (time: GoTime): boolean => time.nano === zeroTime.nano
