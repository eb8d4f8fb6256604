// Reads times by Go's layouts. Like Go it takes a fraction behind the seconds that the layout does not have, and any
// number of spaces for one.

import { partsOf } from './layout.ts'
import { GoTime, monthNames, weekdayNames } from './time.ts'
import { daysOf, instantOf, offsetAt, utc } from './zone.ts'
import type { Part } from './layout.ts'
import type { Zone } from './zone.ts'

interface Reading { year: number; month: number; day: number; yearDay: number; hour: number; minute: number; second: number; nano: number; half: '' | 'am' | 'pm'; offsetSeconds?: number; zoneName?: string }

/** undefined when the text is no such time. The zone counts where the text names none. */
export function parseTime(layout: string, text: string, zone: Zone): GoTime | undefined {
  const reading: Reading = { year: 0, month: 1, day: 1, yearDay: -1, hour: 0, minute: 0, second: 0, nano: 0, half: '' }
  const parts = partsOf(layout)
  let at = 0
  for (const [i, part] of parts.entries()) {
    const read = part.isElement ? readElement(part.text, text, at, reading, parts[i + 1]) : readText(part.text, text, at)
    if (read === undefined) return undefined
    at = read
  }
  return at === text.length ? timeOf(reading, zone) : undefined
}

/** A space of the layout stands for any number of them. */
function readText(wanted: string, text: string, from: number): number | undefined {
  let at = from
  for (let i = 0; i < wanted.length; i++) {
    if (wanted[i] === ' ') {
      if (at < text.length && text[at] !== ' ') return undefined
      while (wanted[i + 1] === ' ') i++
      while (text[at] === ' ') at++
    } else if (text[at++] !== wanted[i]) return undefined
  }
  return at
}

const numeric: Readonly<Record<string, readonly [field: 'year' | 'month' | 'day' | 'yearDay' | 'hour' | 'minute' | 'second', pattern: RegExp]>> = {
  2006: ['year', /\d{4}/y], '01': ['month', /\d{2}/y], 1: ['month', /\d{1,2}/y], '02': ['day', /\d{2}/y], _2: ['day', / ?\d{1,2}/y], 2: ['day', /\d{1,2}/y],
  '002': ['yearDay', /\d{3}/y], __2: ['yearDay', /[ \d]{2}\d/y], 15: ['hour', /\d{1,2}/y], '03': ['hour', /\d{2}/y], 3: ['hour', /\d{1,2}/y],
  '04': ['minute', /\d{2}/y], 4: ['minute', /\d{1,2}/y], '05': ['second', /\d{2}/y], 5: ['second', /\d{1,2}/y],
}

function readElement(element: string, text: string, at: number, reading: Reading, following: Part | undefined): number | undefined {
  const number = numeric[element]
  if (number !== undefined) {
    const found = matchAt(number[1], text, at)
    if (found === undefined) return undefined
    reading[number[0]] = Number(found)
    const end = at + found.length
    const fractionFollows = following?.isElement === true && /^[.,]/.test(following.text)
    return number[0] === 'second' && !fractionFollows ? readFraction(text, end, reading) : end
  }
  if (element === '06') {
    const found = matchAt(/\d{2}/y, text, at)
    if (found === undefined) return undefined
    reading.year = Number(found) + (Number(found) >= 69 ? 1900 : 2000)
    return at + 2
  }
  if (/^[.,]/.test(element)) return readLayoutFraction(element, text, at, reading)
  if (/^[-Z]/.test(element)) return readOffset(element, text, at, reading)
  return readName(element, text, at, reading)
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

/** A fraction behind the seconds is taken although the layout has none. */
function readFraction(text: string, at: number, reading: Reading): number {
  const found = matchAt(/[.,]\d+/y, text, at)
  if (found === undefined) return at
  reading.nano = Number(found.slice(1, 10).padEnd(9, '0'))
  return at + found.length
}

function readLayoutFraction(element: string, text: string, at: number, reading: Reading): number | undefined {
  if (element[1] === '9') return readFraction(text, at, reading)
  const found = text.slice(at, at + element.length)
  if (!/^[.,]\d+$/.test(found) || found.length !== element.length) return undefined
  reading.nano = Number(found.slice(1, 10).padEnd(9, '0'))
  return at + found.length
}

function readOffset(element: string, text: string, at: number, reading: Reading): number | undefined {
  if (element.startsWith('Z') && text[at] === 'Z') { reading.offsetSeconds = 0; reading.zoneName = 'UTC'; return at + 1 }
  const colon = element.includes(':') ? ':' : ''
  const pairs = element.replace(/\D/g, '').length / 2
  const found = matchAt(new RegExp(`([+-])(\\d{2})${`${colon}(\\d{2})`.repeat(pairs - 1)}`, 'y'), text, at)
  if (found === undefined) return undefined
  const [hours = 0, minutes = 0, seconds = 0] = (found.replace(/\D/g, '').match(/\d{2}/g) ?? []).map(Number)
  if (hours > 24 || minutes > 59 || seconds > 59) return undefined
  reading.offsetSeconds = (found.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60 + seconds)
  return at + found.length
}

function readName(element: string, text: string, at: number, reading: Reading): number | undefined {
  if (element === 'PM' || element === 'pm') {
    const half = text.slice(at, at + 2)
    const wanted = element === 'PM' ? ['AM', 'PM'] : ['am', 'pm']
    if (!wanted.includes(half)) return undefined
    reading.half = half.toLowerCase() as 'am' | 'pm'
    return at + 2
  }
  if (element === 'MST') {
    const found = matchAt(/UTC|[A-Z]{3,4}(?:ST|T)?|GMT[+-]\d{1,2}|[+-]\d{2}(?:\d{2})?/y, text, at)
    if (found === undefined) return undefined
    reading.zoneName = found
    return at + found.length
  }
  const isMonth = element.startsWith('Jan')
  const isShort = element.length === 3
  const names = isMonth ? monthNames : weekdayNames
  const rest = text.slice(at, at + 9).toLowerCase()
  const index = names.findIndex((name) => rest.startsWith((isShort ? name.slice(0, 3) : name).toLowerCase()))
  if (index === -1) return undefined
  if (isMonth) reading.month = index + 1
  return at + (isShort ? 3 : names[index]!.length)
}

function timeOf(reading: Reading, zone: Zone): GoTime | undefined {
  const { year, minute, second, nano, yearDay } = reading
  let { month, day, hour } = reading
  if (reading.half === 'pm' && hour < 12) hour += 12
  else if (reading.half === 'am' && hour === 12) hour = 0
  if (yearDay > 0) {
    const date = daysOf(year, 1, 1) + yearDay - 1
    if (date >= daysOf(year + 1, 1, 1)) return undefined
    month = 1
    day = yearDay
  } else if (yearDay === 0 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const wall = (yearDay > 0 ? daysOf(year, 1, 1) + day - 1 : daysOf(year, month, day)) * 86_400 + hour * 3600 + minute * 60 + second
  return placed(wall, nano, reading, zone)
}

function daysIn(year: number, month: number): number {
  return daysOf(month === 12 ? year + 1 : year, month === 12 ? 1 : month + 1, 1) - daysOf(year, month, 1)
}

/** With an offset that the zone has at that time, the time is of the zone; else of a zone made of the offset. */
function placed(wall: number, nano: number, { offsetSeconds, zoneName }: Reading, zone: Zone): GoTime {
  const at = (seconds: number, of: Zone): GoTime => new GoTime(BigInt(seconds) * 1_000_000_000n + BigInt(nano), of)
  if (offsetSeconds !== undefined) {
    const seconds = wall - offsetSeconds
    if (offsetSeconds === 0 && zoneName === 'UTC') return at(seconds, utc)
    const own = offsetAt(zone, seconds)
    const fits = own.offsetSeconds === offsetSeconds && (zoneName === undefined || zoneName === own.name)
    return at(seconds, fits ? zone : { kind: 'fixed', offsetSeconds, name: zoneName ?? '' })
  }
  if (zoneName === undefined || zoneName === 'UTC') return at(instantOf(zoneName === undefined ? zone : utc, wall), zoneName === undefined ? zone : utc)
  const seconds = instantOf(zone, wall)
  return offsetAt(zone, seconds).name === zoneName ? at(seconds, zone) : at(wall, { kind: 'fixed', offsetSeconds: 0, name: zoneName })
}
