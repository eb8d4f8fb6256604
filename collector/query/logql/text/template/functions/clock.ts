// Functions on times. "Local" is UTC, as on a server that runs Loki.

import { FunctionError, Integer } from '../value.ts'
import { floorDivide, GoTime, zeroTime } from '../time.ts'
import { parseTime } from '../layout-parse.ts'
import { formatTime } from '../layout.ts'
import { quoteGo } from '../../quote.ts'
import { utc, zoneOf } from '../zone.ts'
import type { FunctionTable, TemplateFunction } from '../function.ts'
import type { Run } from '../state.ts'
import type { Value } from '../value.ts'

/** Nanoseconds in one of what a number of so many digits counts. */
const unitByDigits: Readonly<Record<number, bigint>> = { 5: 86_400_000_000_000n, 10: 1_000_000_000n, 13: 1_000_000n, 16: 1000n, 19: 1n }

const now = (run: Run): GoTime => new GoTime((run.context.nowNano ?? (() => BigInt(Date.now()) * 1_000_000n))(), utc)

function timeOf(value: Value, run: Run): GoTime {
  if (value instanceof GoTime) return value
  return value instanceof Integer ? new GoTime(value.value * 1_000_000_000n, utc) : now(run)
}

function timeOfEpoch(text: string): GoTime {
  const problem = (reason: string): never => { throw new FunctionError(`unable to parse time '${text}': ${reason}`) }
  if (!/^[+-]?\d+$/.test(text)) problem(`strconv.ParseInt: parsing ${quoteGo(text)}: invalid syntax`)
  const value = BigInt(text)
  if (BigInt.asIntN(64, value) !== value) problem(`strconv.ParseInt: parsing ${quoteGo(text)}: value out of range`)
  const unit = unitByDigits[text.length]
  // Loki formats an error that it does not have.
  if (unit === undefined) return problem('%!w(<nil>)')
  return new GoTime(value * unit, utc)
}

function inUnits(nanosPerUnit: bigint): TemplateFunction {
  return { parameters: ['time.Time'], call: ([time]) => String(floorDivide((time as GoTime).nano, nanosPerUnit)) }
}

export const clockFunctions: FunctionTable = {
  __timestamp__: { parameters: [], call: (_args, run) => new GoTime(run.context.timeNano, utc) },
  now: { parameters: [], call: (_args, run) => now(run) },
  date: { parameters: ['string', 'any'], call: ([layout, time], run) => { const { nano, zone } = timeOf(time!, run); return formatTime(new GoTime(nano, zone.kind === 'utc' ? zone : utc), layout as string) } },
  toDate: { parameters: ['string', 'string'], call: ([layout, text]) => parseTime(layout as string, text as string, utc) ?? zeroTime },
  toDateInZone: { parameters: ['string', 'string', 'string'], call: ([layout, zone, text]) => parseTime(layout as string, text as string, zoneOf(zone as string) ?? utc) ?? zeroTime },
  unixEpoch: inUnits(1_000_000_000n), unixEpochMillis: inUnits(1_000_000n), unixEpochNanos: inUnits(1n),
  unixToTime: { parameters: ['string'], call: ([text]) => timeOfEpoch(text as string) },
}
