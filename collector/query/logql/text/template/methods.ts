// The methods of times and durations that a template may call: `{{ __timestamp__.Year }}`, `{{ (now.Sub $t).Hours }}`.

import { floorDivide, GoDuration, GoName, GoTime } from './time.ts'
import { formatTime, isZero } from './layout.ts'
import { utc } from './zone.ts'
import { FunctionError, Integer, typeOf } from './value.ts'
import type { Value } from './value.ts'

type Kind = 'string' | 'int' | 'time.Time' | 'time.Duration'

interface Method<Receiver> { readonly takes: readonly Kind[]; call(receiver: Receiver, args: readonly Value[]): Value }

const int = (value: number | bigint): Integer => new Integer(value, 'int')
const int64 = (value: bigint): Integer => new Integer(value, 'int64')

const ofTime: Readonly<Record<string, Method<GoTime>>> = {
  Format: { takes: ['string'], call: (time, [layout]) => formatTime(time, layout as string) },
  String: { takes: [], call: (time) => formatTime(time, '2006-01-02 15:04:05.999999999 -0700 MST') },
  Unix: { takes: [], call: (time) => int64(time.seconds) },
  UnixMilli: { takes: [], call: (time) => int64(floorDivide(time.nano, 1_000_000n)) },
  UnixMicro: { takes: [], call: (time) => int64(floorDivide(time.nano, 1000n)) },
  UnixNano: { takes: [], call: (time) => int64(time.nano) },
  Year: { takes: [], call: (time) => int(time.civil().year) },
  Month: { takes: [], call: (time) => new GoName(time.civil().month, 'time.Month') },
  Day: { takes: [], call: (time) => int(time.civil().day) },
  Hour: { takes: [], call: (time) => int(time.civil().hour) },
  Minute: { takes: [], call: (time) => int(time.civil().minute) },
  Second: { takes: [], call: (time) => int(time.civil().second) },
  Nanosecond: { takes: [], call: (time) => int(time.nanosecond) },
  Weekday: { takes: [], call: (time) => new GoName(time.civil().weekday, 'time.Weekday') },
  YearDay: { takes: [], call: (time) => int(time.civil().yearDay) },
  IsZero: { takes: [], call: (time) => isZero(time) },
  UTC: { takes: [], call: (time) => new GoTime(time.nano, utc) },
  Local: { takes: [], call: (time) => new GoTime(time.nano, utc) },
  Before: { takes: ['time.Time'], call: (time, [other]) => time.nano < (other as GoTime).nano },
  After: { takes: ['time.Time'], call: (time, [other]) => time.nano > (other as GoTime).nano },
  Equal: { takes: ['time.Time'], call: (time, [other]) => time.nano === (other as GoTime).nano },
  Compare: { takes: ['time.Time'], call: (time, [other]) => int(Number(time.nano > (other as GoTime).nano) - Number(time.nano < (other as GoTime).nano)) },
  Sub: { takes: ['time.Time'], call: (time, [other]) => new GoDuration(time.nano - (other as GoTime).nano) },
  Add: { takes: ['time.Duration'], call: (time, [by]) => new GoTime(time.nano + (by as GoDuration).nano, time.zone) },
}

const ofDuration: Readonly<Record<string, Method<GoDuration>>> = {
  String: { takes: [], call: (duration) => duration.toString() },
  Nanoseconds: { takes: [], call: ({ nano }) => int64(nano) },
  Microseconds: { takes: [], call: ({ nano }) => int64(nano / 1000n) },
  Milliseconds: { takes: [], call: ({ nano }) => int64(nano / 1_000_000n) },
  Seconds: { takes: [], call: ({ nano }) => Number(nano) / 1e9 },
  Minutes: { takes: [], call: ({ nano }) => Number(nano) / 60e9 },
  Hours: { takes: [], call: ({ nano }) => Number(nano) / 3600e9 },
}

export function isMethod(receiver: Value, name: string): boolean {
  if (receiver instanceof GoTime) return Object.hasOwn(ofTime, name)
  if (receiver instanceof GoDuration) return Object.hasOwn(ofDuration, name)
  return receiver instanceof GoName && name === 'String'
}

export function callMethod(receiver: Value, name: string, args: readonly Value[]): Value {
  if (receiver instanceof GoTime) return applied(ofTime[name]!, receiver, args)
  return receiver instanceof GoDuration ? applied(ofDuration[name]!, receiver, args) : (receiver as GoName).toString()
}

function applied<Receiver>(method: Method<Receiver>, receiver: Receiver, args: readonly Value[]): Value {
  if (args.length !== method.takes.length) throw new FunctionError(`want ${method.takes.length} arguments, got ${args.length}`)
  for (const [i, type] of method.takes.entries()) if (typeOf(args[i]!) !== type) throw new FunctionError(`wrong type for value; expected ${type}; got ${typeOf(args[i]!)}`)
  return method.call(receiver, args)
}
