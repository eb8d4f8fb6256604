// The way to a courier: in the caller's thread, or in another.

import type { Timing } from '../time.ts'
import { createCourier, createCourierNow } from './open.ts'
import type { Courier } from './courier.ts'
import { AuditError } from '../errors.ts'
import type { CourierSettings, Failure, Handed, ToCaller, ToCourier } from './messages.ts'

export interface Link {
  readonly kind: 'thread' | 'inline'
  post(message: ToCourier): void
  /**
   * For the end of the process: returns when all that was posted is on the disk or beyond help. How many records are
   * lost. `unconfirmed`: what was posted and is not known to be anywhere; a thread that does not answer within `boundMs`
   * is not trusted with it.
   */
  endNow(boundMs: number, unconfirmed: () => readonly Handed[]): number
  stop(): void
}

/** `hear`: never called before this has returned. */
export function linkInline(settings: CourierSettings, timing: Timing, hear: (message: ToCaller) => void): Link {
  let courier: Courier | undefined
  const early: ToCourier[] = []
  void Promise.resolve().then(() => createCourier(settings, timing, hear)).then((made) => {
    courier = made
    for (const message of early.splice(0)) made.receive(message)
  }, (error: unknown) => { hear({ kind: 'unusable', failure: failureOfError(error) }) })
  return {
    kind: 'inline',
    post(message) {
      if (courier === undefined) early.push(message)
      else courier.receive(message)
    },
    endNow() {
      try {
        courier ??= createCourierNow(settings, timing, () => {})
        for (const message of early.splice(0)) courier.receive(message)
        return courier.endNow()
      } catch {
        return countOf(early)
      }
    },
    stop() {},
  }
}

function countOf(messages: readonly ToCourier[]): number {
  return messages.reduce((sum, message) => sum + (message.kind === 'records' ? message.records.length : 0), 0)
}

/** Writes these, and nothing else, in this thread. Returns how many are lost. */
export function writeNow(settings: CourierSettings, timing: Timing, records: readonly Handed[]): number {
  try {
    const courier = createCourierNow(settings, timing, () => {})
    courier.receive({ kind: 'records', records })
    return courier.endNow()
  } catch {
    return records.length
  }
}

export function failureOfError(error: unknown): Failure {
  if (!(error instanceof AuditError)) return { code: 'INTERNAL', detail: error instanceof Error ? error.name : '' }
  const { code, message, problems } = error
  return { code, detail: message.split(': ').slice(1).join(': '), problems }
}
