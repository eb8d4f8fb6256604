// The end of the process: one listener for all that have something in memory then. A natural end can be held up for a
// while; in `process.exit()` and after an uncaught error there is only what can be done without waiting. Neither happens
// at a signal without a handler, nor at kill -9.

import { writeSync } from 'node:fs'

export interface AtEnd {
  /** Once, at a natural end: undefined, or what is worth waiting for. It must end by itself. */
  hold(): Promise<unknown> | undefined
  /** Returns how many records are lost. Synchronous: nothing else runs any more. */
  save(): number
}

const all = new Set<AtEnd>()
const held = new WeakSet<AtEnd>()

/** Returns what takes it back. */
export function atEnd(one: AtEnd): () => void {
  if (all.size === 0) process.on('beforeExit', holdAll).on('exit', saveAll)
  all.add(one)
  return () => {
    all.delete(one)
    if (all.size === 0) process.off('beforeExit', holdAll).off('exit', saveAll)
  }
}

function holdAll(): void {
  for (const one of all) {
    if (held.has(one)) continue
    held.add(one)
    void one.hold()
  }
}

function saveAll(): void {
  let lost = 0
  for (const one of all) lost += one.save()
  if (lost === 0) return
  try {
    writeSync(2, `AuditWarning: ${lost} log records of OpenTelemetry are lost: no disk took them, and nobody had answered for them\n`) // a process warning would come too late
  } catch {
    // nobody listens
  }
}
