// Keeps the log open across failures: after a failed append the log must be read again before it may grow.

import { openLog } from './seal/index.ts'
import type { LogOptions } from './seal/index.ts'

export interface Sealer {
  readonly origin: string
  readonly vkey: string
  /** Entries under the last signed checkpoint. */
  readonly size: number
  checkpoint(): string
  /** Appends the entries that the log does not have yet. They follow each other without a gap. */
  seal(entries: readonly { readonly index: number; readonly entry: Uint8Array }[]): Promise<void>
}

export async function createSealer(options: LogOptions): Promise<Sealer> {
  let log = await openLog(options)
  let failed = false
  return {
    get origin() { return log.origin },
    get vkey() { return log.vkey },
    get size() { return log.size },
    checkpoint: () => log.checkpoint(),
    async seal(entries) {
      if (failed) log = await openLog(options)
      failed = true
      const fresh = entries.filter(({ index }) => index >= log.size)
      if (fresh.length > 0 && fresh[0]!.index !== log.size) throw new Error(`BUG: the journal goes on at ${fresh[0]!.index}; the log ends at ${log.size}`)
      await log.append(fresh.map(({ entry }) => entry))
      failed = false
    },
  }
}
