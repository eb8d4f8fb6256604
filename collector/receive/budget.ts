// Bounds the bytes of all bodies that are being worked on together, so that many large requests cannot exhaust memory.
// What does not fit is told to come back, which loses nothing.

import { BlotterError } from '../errors.ts'

export interface Budget {
  /** Takes `bytes` or throws BUSY; the answer gives them back. */
  take(bytes: number): () => void
  readonly used: number
}

export function createBudget(maxBytes: number): Budget {
  let used = 0
  return {
    take(bytes) {
      if (used > 0 && used + bytes > maxBytes) throw new BlotterError('BUSY')
      used += bytes
      let held = true
      return () => {
        if (held) used -= bytes
        held = false
      }
    },
    get used() { return used },
  }
}
