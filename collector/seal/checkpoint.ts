// Checkpoints of c2sp.org/tlog-checkpoint: the text that a log signs about its size and root.

import { SealError } from './errors.ts'
import { decodeBase64 } from './key.ts'
import type { Verifier } from './key.ts'
import { openNote } from './note.ts'
import { HASH_BYTES } from './tree.ts'
import type { Hash } from './tree.ts'

/** Where a log publishes its newest one. */
export const CHECKPOINT_PATH = 'checkpoint'

export interface TreeHead {
  readonly size: number
  readonly root: Hash
}

export interface Checkpoint extends TreeHead {
  readonly origin: string
}

export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  const text = `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`
  parseCheckpoint(text) // never sign what we would not read
  return text
}

/** Reads a checkpoint text. Extension lines of other logs are accepted and left aside: ours has none. */
export function parseCheckpoint(text: string): Checkpoint {
  if (!text.endsWith('\n')) throw malformed('it does not end in a newline')
  const lines = text.slice(0, -1).split('\n')
  const [origin = '', size = '', base64 = ''] = lines
  if (lines.length < 3 || lines.includes('')) throw malformed('it needs three lines or more, none of them empty')
  if (!/^(0|[1-9]\d{0,15})$/.test(size) || !Number.isSafeInteger(Number(size))) throw malformed('its size is not a number')
  const root = decodeBase64(base64)
  if (root?.length !== HASH_BYTES) throw malformed('its root is not a hash')
  return { origin, size: Number(size), root }
}

/** The checkpoint in a signed note, when a trusted key signed it and it is of the expected origin. */
export function openCheckpoint(note: Uint8Array, verifier: Verifier, origin = verifier.name): Checkpoint {
  const checkpoint = parseCheckpoint(openNote(note, [verifier]).text)
  if (checkpoint.origin !== origin) throw new SealError('checkpoint_foreign', 'the checkpoint is of another origin')
  return checkpoint
}

function malformed(reason: string): SealError {
  return new SealError('checkpoint_malformed', `not a checkpoint: ${reason}`)
}
