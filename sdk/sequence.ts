// Numbers on the records of one audit, in the order in which they were made: a number that never reaches the collector
// is a loss that the collector's watch reports (`blotter.sequence.gap`), even when this process is no longer there to
// tell. The stream is new for each audit and process, so nothing has to be remembered over a restart.

import { randomUUID } from 'node:crypto'
import { fields, withValues } from '@blotter/processors'
import type { AuditRecord } from '@blotter/processors'
import type { AuditEvent } from './event.ts'

export interface Place {
  readonly streamId: string
  readonly number: number
  /** True of the last record of a stream that ends in order. */
  readonly end: boolean
}

export interface Sequence {
  readonly streamId: string
  /** How many numbers were given: the number of the newest record. */
  readonly given: number
  /** The next number. Ask last, when nothing can refuse the record any more: a number that is given and not sent is a gap. */
  next(eventName: string): Place
  /**
   * Says that the stream ends here: the event of its last record. Undefined when no number was ever given, and from the
   * second call on.
   */
  endEvent(): AuditEvent | undefined
}

export const streamEndEvent = 'blotter.stream.end'

/** `emitter`: who says that the stream ended, such as the name of the service. */
export function createSequence(emitter: string, newId: () => string = randomUUID): Sequence {
  const streamId = newId()
  let given = 0
  let ended = false
  return {
    streamId,
    get given() { return given },
    next: (eventName) => ({ streamId, number: (given += 1), end: ended && eventName === streamEndEvent }),
    endEvent() {
      if (ended || given === 0) return undefined
      ended = true
      return { event: streamEndEvent, actor: { id: emitter, type: 'service' }, action: 'CLOSE', target: { id: streamId, type: 'audit.stream' } }
    },
  }
}

/** The record at its place in a stream. */
export function placed(record: AuditRecord, { streamId, number, end }: Place): AuditRecord {
  const ending = end ? { [fields.sequenceEnd.key]: true } : {}
  return { ...record, attributes: withValues(record.attributes, { [fields.sequenceStream.key]: streamId, [fields.sequenceNumber.key]: BigInt(number), ...ending }) }
}
