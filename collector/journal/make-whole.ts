// The journal as it has to be before it is written to: torn writes cut off, damage that nobody needs taken out. Other
// damage ends the start. A crash in the middle of it leaves work that the next start does again.

import { open } from 'node:fs/promises'
import { BlotterError } from '../errors.ts'
import { DamagedJournal } from './problem.ts'
import { quarantine } from './quarantine.ts'
import { neededDamage, recover } from './recover.ts'
import type { Damage } from './problem.ts'
import type { Replacement } from './quarantine.ts'
import type { RecoverOptions, Recovered } from './recover.ts'

export interface WholeOptions extends RecoverOptions {
  /** Stands for entries that are damaged and that no step needs any more. Default: damage always stops the start. */
  readonly replacement?: Replacement
  /** Told before a torn write is cut off. */
  readonly onRepaired?: (what: { readonly segment: string; readonly tornBytes: number }) => void
  /** Told before damage is taken out. */
  readonly onQuarantined?: (damage: readonly Damage[]) => void
  /** For fault tests: used in place of `open` of node:fs/promises. */
  readonly openFile?: typeof open
}

export async function makeWhole(options: WholeOptions): Promise<Recovered> {
  const found = await recover(options)
  if (found.damage.length === 0) {
    await cutOff(found, options)
    return found
  }
  const { replacement, onQuarantined = () => {} } = options
  const needed = neededDamage(found, options.neededIndex)
  if (needed.length > 0 || replacement === undefined) throw new BlotterError('JOURNAL_FAILED', { cause: new DamagedJournal(needed.length > 0 ? needed : found.damage) })
  onQuarantined(found.damage)
  await quarantine(found.damage, replacement)
  return makeWhole(options)
}

async function cutOff({ segments, tornBytes }: Recovered, { onRepaired = () => {}, openFile = open }: WholeOptions): Promise<void> {
  const last = segments.at(-1)
  if (last === undefined || tornBytes === 0) return
  onRepaired({ segment: last.path, tornBytes })
  const file = await openFile(last.path, 'r+')
  try {
    await file.truncate(last.bytes)
    await file.datasync()
  } finally {
    await file.close()
  }
}
