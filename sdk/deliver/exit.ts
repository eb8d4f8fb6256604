// The end of the process. Whatever way it is taken that runs handlers (`process.exit`, an uncaught exception, nothing
// left to do), what is in memory gets its last chance to reach the disk. One listener for all audits of the thread.

import { writeSync } from 'node:fs'

/** Puts what it has on the disk. Returns how many records are lost. */
export type LastChance = () => number

const chances = new Set<LastChance>()

function atExit(): void {
  for (const chance of chances) {
    const lost = chance()
    if (lost > 0) say(`${lost} audit records are lost: the process ended before they were delivered, and there is no spool to keep them`)
  }
}

/** Warnings of the process are not printed any more when it exits. */
function say(message: string): void {
  try {
    writeSync(2, `AuditWarning: ${message}\n`)
  } catch {
    // there is nobody left to tell
  }
}

/** Returns what takes it back. */
export function atProcessEnd(chance: LastChance): () => void {
  if (chances.size === 0) process.on('exit', atExit)
  chances.add(chance)
  return () => {
    chances.delete(chance)
    if (chances.size === 0) process.off('exit', atExit)
  }
}
