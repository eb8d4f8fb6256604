// Opening a log: what is on the disk must be ours and must be whole, or nothing is appended to it.

import { dirname, resolve } from 'node:path'
import { CHECKPOINT_PATH, openCheckpoint } from './checkpoint.ts'
import { DurableFolder } from './durable.ts'
import { RightEdge } from './edge.ts'
import { SealError } from './errors.ts'
import { createSigner } from './key.ts'
import type { Signer } from './key.ts'
import { Log, publish } from './log.ts'
import { nodeOperations } from './operations.ts'
import type { FileOperations } from './operations.ts'
import { recoverState } from './recover.ts'
import type { LogState } from './recover.ts'
import { emptyRoot } from './tree.ts'

export interface LogOptions {
  /** Of this log alone. It is made when it is not there; its parent exists. */
  readonly directory: string
  /** Name of the log and of its key: its URL prefix without scheme and trailing slash. */
  readonly origin: string
  /** Ed25519 seed, 32 bytes. Whoever has it can sign another history. */
  readonly seed: Uint8Array
  /** For tests: where the files go. */
  readonly operations?: FileOperations
}

/** Confirms that the checkpoint is signed by our key and that the right edge gives its root; a new log is empty. */
export async function openLog({ directory, origin, seed, operations = nodeOperations }: LogOptions): Promise<Log> {
  const signer = createSigner(origin, seed)
  const root = resolve(directory)
  await operations.makeDirectory(root)
  const folder = new DurableFolder(root, operations)
  const checkpoint = await folder.read(CHECKPOINT_PATH)
  if (checkpoint === null) {
    await operations.syncDirectory(dirname(root))
    return new Log(folder, signer, await createState(folder, signer))
  }
  const head = openCheckpoint(checkpoint, signer.verifier)
  return new Log(folder, signer, await recoverState((path) => folder.read(path), head, checkpoint))
}

async function createState(folder: DurableFolder, signer: Signer): Promise<LogState> {
  // Tiles without a checkpoint are a log whose head was lost. Starting over on top could sign a second history.
  if ((await folder.list('.')).includes('tile')) throw new SealError('checkpoint_missing', 'there are tiles, but no checkpoint')
  const checkpoint = await publish(folder, signer, { size: 0, root: emptyRoot })
  return { edge: new RightEdge(), entries: [], root: emptyRoot, checkpoint }
}
