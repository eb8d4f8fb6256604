// keys/epochs.json: which fingerprint epochs there are and what has become of them, and the changes that are not audit
// records yet. Written by `blotter fingerprint` and by the service, each under the same file lock; the service notices.

import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { KeyFiles } from './key-files.ts'

const epochSchema = z.strictObject({
  epoch: z.string().regex(/^e[1-9][0-9]{0,5}$/),
  /** `retired`: look-ups use it, nothing new is made with it. `destroying`: its key is about to go, and the next start goes on with that. */
  state: z.enum(['current', 'retired', 'destroying', 'destroyed']),
  createdAt: z.iso.datetime(),
  /** When another epoch took its place. */
  retiredAt: z.iso.datetime().optional(),
  /** Until when senders are expected to use it. */
  overlapEndsAt: z.iso.datetime().optional(),
  destroyedAt: z.iso.datetime().optional(),
})

const changeSchema = z.strictObject({
  /** Becomes the id of the audit record, so that writing it twice is writing it once. */
  id: z.uuid(),
  action: z.enum(['rotated', 'destroyed']),
  epoch: z.string(),
  /** Who did it: `user:<name>` of the system for the command, `key:<id>` for the API. */
  by: z.string(),
  at: z.iso.datetime(),
})

const fileSchema = z.strictObject({ version: z.literal(1), epochs: z.array(epochSchema).min(1), changes: z.array(changeSchema) })

export type Epoch = Readonly<z.infer<typeof epochSchema>>
export type EpochChange = Readonly<z.infer<typeof changeSchema>>
export interface EpochFile { readonly epochs: readonly Epoch[]; readonly changes: readonly EpochChange[] }

export function epochFilePath(keys: string): string {
  return join(keys, 'epochs.json')
}

export function epochKeyPath(keys: string, epoch: string): string {
  return join(keys, 'epochs', `${epoch}.key`)
}

/** Undefined when there is none. One that cannot be understood is an error, never a new beginning. */
export async function readEpochFile(keys: string, files: KeyFiles): Promise<EpochFile | undefined> {
  const text = await files.read(epochFilePath(keys))
  if (text === undefined) return undefined
  const read = fileSchema.safeParse(parse(text))
  if (!read.success) throw new Error('keys/epochs.json cannot be understood: restore it from its backup')
  return read.data
}

export async function writeEpochFile(keys: string, { epochs, changes }: EpochFile, files: KeyFiles): Promise<void> {
  await files.write(epochFilePath(keys), JSON.stringify({ version: 1, epochs, changes }, null, 2))
}

/** Changes whenever the file does. */
export async function epochFileVersion(keys: string): Promise<string> {
  const { ino, mtimeNs, size } = await stat(epochFilePath(keys), { bigint: true })
  return `${ino}:${mtimeNs}:${size}`
}

export function isLive({ state }: Epoch): boolean {
  return state === 'current' || state === 'retired'
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
