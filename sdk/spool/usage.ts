// How full the directory is. What this spool adds and removes is counted as it happens; what others do is seen at each
// heartbeat. So several processes together may exceed the limit by what they append between two heartbeats.

import { join } from 'node:path'
import type { SpoolFiles } from './files.ts'
import { isOurs } from './names.ts'

export interface Usage {
  /** On disk, and on its way there. */
  readonly bytes: number
  readonly add: (bytes: number) => void
  /** Looks at the directory. */
  readonly measure: () => Promise<void>
}

export function createUsage(files: SpoolFiles, directory: string): Usage {
  let measured = 0
  let since = 0
  return {
    get bytes() { return measured + since },
    add(bytes) { since += bytes },
    async measure() {
      const before = since
      const names = (await files.list(directory)).filter(isOurs)
      const facts = await Promise.all(names.map((name) => files.stat(join(directory, name))))
      measured = facts.reduce((sum, found) => sum + (found?.size ?? 0), 0)
      since -= before // what came meanwhile may count twice until the next look
    },
  }
}
