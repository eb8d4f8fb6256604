// What a spool counts and tells, shared by its parts.

import { basename } from 'node:path'
import type { Damage } from './reader.ts'
import { damagedPath } from './names.ts'
import { putAside } from './quarantine.ts'
import type { SpoolFiles } from './files.ts'
import type { SpoolEvent } from './spool.ts'
import type { Usage } from './usage.ts'

export interface Tally {
  refusedRecords: number
  droppedRecords: number
  adoptedStreams: number
  damagedRecords: number
  tornBytes: number
  readonly failing: boolean
  /** How the last write ended, by the code of the system; told when it changes. */
  wrote(failure: string | undefined): void
  tell(event: SpoolEvent): void
  /** `file`: where what is left of them lies. */
  damaged(stream: string, records: number, bytes: number, file?: string): void
}

export function createTally(onEvent: (event: SpoolEvent) => void): Tally {
  let failing = false
  const tally: Tally = {
    refusedRecords: 0, droppedRecords: 0, adoptedStreams: 0, damagedRecords: 0, tornBytes: 0,
    get failing() { return failing },
    wrote(failure) {
      if ((failure !== undefined) === failing) return
      failing = failure !== undefined
      onEvent(failure === undefined ? { kind: 'recovered' } : { kind: 'failed', code: failure })
    },
    tell: onEvent,
    damaged(stream, records, bytes, file) {
      tally.damagedRecords += records
      onEvent({ kind: 'damaged', stream, bytes, records, ...(file === undefined ? {} : { file: basename(file) }) })
    },
  }
  return tally
}

/** Puts aside what cannot be read and counts it, each place once. Answers how many records it counted. */
export function createQuarantine(files: SpoolFiles, directory: string, stream: string, tally: Tally, usage: Usage): (damage: Damage) => Promise<number> {
  const known = new Set<string>()
  return async function quarantine({ segment, offset, bytes, fromSequence, toSequence }) {
    const path = damagedPath(directory, stream, segment.number, offset)
    if (known.has(path)) return 0
    if (bytes.length > 0) usage.add(await putAside(files, path, bytes))
    known.add(path)
    const records = toSequence === undefined ? 1 : toSequence - fromSequence
    tally.damaged(stream, records, bytes.length, bytes.length > 0 ? path : undefined)
    return records
  }
}
