// Days of the calendar, and what the clock shows in a zone. Rules of zones come from the runtime's own data (Intl);
// "Local" is UTC, as on a server.

export type Zone =
  | { readonly kind: 'utc' }
  | { readonly kind: 'fixed'; readonly offsetSeconds: number; readonly name: string }
  | { readonly kind: 'named'; readonly name: string; readonly format: Intl.DateTimeFormat; readonly names: Intl.DateTimeFormat }

export interface Civil {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly weekday: number
  readonly yearDay: number
}

export const utc: Zone = { kind: 'utc' }
const knownZones = new Map<string, Zone>()
const maxKnownZones = 200

/** undefined: no such zone. */
export function zoneOf(name: string): Zone | undefined {
  if (name === '' || name === 'UTC' || name === 'Local') return utc
  const known = knownZones.get(name)
  if (known !== undefined) return known
  // Offsets such as +01:00 are zones to the runtime and not to Go.
  if (!/^[A-Za-z]/.test(name)) return undefined
  try {
    const options = { timeZone: name, calendar: 'gregory', hourCycle: 'h23' } as const
    const format = new Intl.DateTimeFormat('en-US', { ...options, year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric', era: 'short' })
    const zone: Zone = { kind: 'named', name, format, names: new Intl.DateTimeFormat(localeOf(name), { ...options, timeZoneName: 'short' }) }
    if (knownZones.size < maxKnownZones) knownZones.set(name, zone)
    return zone
  } catch {
    return undefined
  }
}

/** The locale decides which abbreviations the runtime knows: CET only in Europe, EST only in America. */
function localeOf(name: string): string {
  if (name.startsWith('Europe/')) return 'en-GB'
  if (name.startsWith('Australia/')) return 'en-AU'
  if (name === 'Asia/Kolkata' || name === 'Asia/Calcutta') return 'en-IN'
  return name.startsWith('Africa/') ? 'en-ZA' : 'en-US'
}

export function offsetAt(zone: Zone, seconds: number): { readonly offsetSeconds: number; readonly name: string } {
  if (zone.kind === 'utc') return { offsetSeconds: 0, name: 'UTC' }
  if (zone.kind === 'fixed') return { offsetSeconds: zone.offsetSeconds, name: zone.name }
  if (Math.abs(seconds) > 8.64e12) return { offsetSeconds: 0, name: 'UTC' }
  const offsetSeconds = wallSeconds(zone.format, seconds) - seconds
  return { offsetSeconds, name: abbreviation(zone.names, seconds, offsetSeconds) }
}

function wallSeconds(format: Intl.DateTimeFormat, seconds: number): number {
  const parts = new Map(format.formatToParts(seconds * 1000).map(({ type, value }) => [type, value]))
  const number = (type: string): number => Number(parts.get(type as Intl.DateTimeFormatPartTypes))
  const year = parts.get('era') === 'BC' ? 1 - number('year') : number('year')
  return daysOf(year, number('month'), number('day')) * 86_400 + number('hour') * 3600 + number('minute') * 60 + number('second')
}

/** 1880: before it, towns had their own time. */
const standardTimeBegins = -2_840_140_800

const fixedNames: Readonly<Record<string, string>> = {
  'Asia/Tokyo': 'JST', 'Asia/Seoul': 'KST', 'Asia/Shanghai': 'CST', 'Asia/Hong_Kong': 'HKT', 'Asia/Taipei': 'CST', 'Asia/Manila': 'PST',
  'Asia/Jakarta': 'WIB', 'Asia/Kolkata': 'IST', 'Asia/Calcutta': 'IST', 'Asia/Karachi': 'PKT', 'Europe/Moscow': 'MSK',
  'Africa/Lagos': 'WAT', 'Africa/Nairobi': 'EAT', 'Africa/Johannesburg': 'SAST', 'Africa/Cairo 7200': 'EET', 'Africa/Cairo 10800': 'EEST', 'Asia/Jerusalem 7200': 'IST', 'Asia/Jerusalem 10800': 'IDT',
}

/** Where the runtime has no abbreviation it writes GMT+8; the zone database then has the hours alone: +08. */
function abbreviation(names: Intl.DateTimeFormat, seconds: number, offsetSeconds: number): string {
  const { timeZone } = names.resolvedOptions()
  if (seconds < standardTimeBegins) return 'LMT'
  const fixed = fixedNames[timeZone] ?? fixedNames[`${timeZone} ${offsetSeconds}`]
  if (fixed !== undefined) return fixed
  const found = names.formatToParts(seconds * 1000).find(({ type }) => type === 'timeZoneName')?.value ?? ''
  if (/^[A-Z]{3,5}$/.test(found)) return found
  if (offsetSeconds === 0 && timeZone.startsWith('Europe/')) return 'GMT'
  const minutes = Math.abs(Math.trunc(offsetSeconds / 60))
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${offsetSeconds < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${minutes % 60 === 0 ? '' : two(minutes % 60)}`
}

/** The instant at which the clock of the zone shows this; in the gap and the overlap of a change, the one that Go takes. */
export function instantOf(zone: Zone, wall: number): number {
  const guess = wall - offsetAt(zone, wall).offsetSeconds
  return wall - offsetAt(zone, guess).offsetSeconds
}

/** Days since 1970-01-01 in the Gregorian calendar, which reaches back to the year 1 and before. */
export function daysOf(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}

export function civilOf(seconds: number): Civil {
  const days = Math.floor(seconds / 86_400)
  const rest = seconds - days * 86_400
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365)
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthIndex = Math.floor((5 * dayOfYear + 2) / 153)
  const month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return {
    year, month, day: dayOfYear - Math.floor((153 * monthIndex + 2) / 5) + 1,
    hour: Math.floor(rest / 3600), minute: Math.floor((rest % 3600) / 60), second: rest % 60,
    weekday: (((days + 4) % 7) + 7) % 7, yearDay: days - daysOf(year, 1, 1) + 1,
  }
}
