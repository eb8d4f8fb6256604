// Times, durations and the names that stand for numbers among them, with the methods that templates may call.

import { formatDuration } from '../duration.ts'
import { civilOf, daysOf, offsetAt } from './zone.ts'
import type { Civil, Zone } from './zone.ts'

const nanosPerSecond = 1_000_000_000n

export class GoTime {
  /** Since 1970. */
  readonly nano: bigint
  readonly zone: Zone

  constructor(nano: bigint, zone: Zone) {
    this.nano = nano
    this.zone = zone
  }

  get seconds(): bigint {
    return floorDivide(this.nano, nanosPerSecond)
  }

  get nanosecond(): number {
    return Number(this.nano - this.seconds * nanosPerSecond)
  }

  /** What the clock on the wall shows. */
  civil(): Civil & { readonly offsetSeconds: number; readonly zoneName: string } {
    const seconds = Number(this.seconds)
    const { offsetSeconds, name } = offsetAt(this.zone, seconds)
    return { ...civilOf(seconds + offsetSeconds), offsetSeconds, zoneName: name }
  }
}

export class GoDuration {
  readonly nano: bigint

  constructor(nano: bigint) {
    this.nano = nano
  }

  toString(): string {
    return formatDuration(this.nano)
  }
}

/** A month or weekday: a number that prints as a name. */
export class GoName {
  readonly value: number
  readonly type: 'time.Month' | 'time.Weekday'

  constructor(value: number, type: GoName['type']) {
    this.value = value
    this.type = type
  }

  toString(): string {
    return this.type === 'time.Month' ? monthNames[this.value - 1]! : weekdayNames[this.value]!
  }
}

export const monthNames = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
export const weekdayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/** Go's zero time: the year 1. */
export const zeroTime: GoTime = new GoTime(BigInt(daysOf(1, 1, 1)) * 86_400n * nanosPerSecond, { kind: 'utc' })

export function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by
  return value % by < 0n ? quotient - 1n : quotient
}
