// What a start does with the epochs before anybody uses a key: make the first one, take over a data directory of before
// there were epochs, and finish what a crash interrupted. Each step leaves a state from which this goes on.

import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { epochKeyPath, readEpochFile, writeEpochFile } from './epoch-file.ts'
import { decodeSecret, derive, namesIn, newSecret } from './key-files.ts'
import type { EpochFile } from './epoch-file.ts'
import type { KeyFiles } from './key-files.ts'

export const firstEpoch = 'e1'

/** Whether `settle` would change nothing. */
export async function isSettled(keys: string, { epochs }: EpochFile): Promise<boolean> {
  const names = new Set(await namesIn(join(keys, 'epochs')))
  return ![...names].some((name) => name.endsWith('.tmp')) && epochs.every(({ epoch, state }) => state !== 'destroying' && (state !== 'destroyed' || !names.has(`${epoch}.key`)))
}

/** Under the file lock only. `keys`: the directory. */
export async function settle(keys: string, now: Date, files: KeyFiles): Promise<EpochFile> {
  await mkdir(join(keys, 'epochs'), { recursive: true, mode: 0o700 })
  for (const name of await namesIn(join(keys, 'epochs'))) if (name.endsWith('.tmp')) await files.shred(join(keys, 'epochs', name)) // a crash in the middle of a write
  const file = await readEpochFile(keys, files) ?? await begin(keys, now, files)
  return destroyAgain(keys, await finishDestroying(keys, file, now, files), files)
}

/**
 * Before there were epochs, the keys of `e1` were derived from the root key. The secret of an epoch takes the root's place
 * in the same derivation, so the old root becomes the secret of `e1`, and a new one takes its place: destroying `e1` then
 * destroys what its keys came from. What else was derived from the old root is kept beside it.
 */
async function begin(keys: string, now: Date, files: KeyFiles): Promise<EpochFile> {
  const others = (await namesIn(join(keys, 'epochs'))).filter((name) => name !== `${firstEpoch}.key`)
  if (others.length > 0) throw new Error('keys/epochs.json is missing, and keys/epochs holds keys: restore it from its backup')
  const [rootPath, receivedPath, firstPath] = [join(keys, 'root.key'), join(keys, 'received.key'), epochKeyPath(keys, firstEpoch)]
  const root = await files.read(rootPath)
  const createdAt = (root === undefined ? now : (await stat(rootPath)).mtime).toISOString()
  if (root !== undefined && await files.read(receivedPath) === undefined) await files.write(receivedPath, derive(decodeSecret(root, 'keys/root.key'), 'received').toString('base64'))
  if (await files.read(firstPath) === undefined) await files.write(firstPath, root ?? newSecret())
  await files.shred(rootPath) // whoever opens the secrets makes a new one
  const file: EpochFile = { epochs: [{ epoch: firstEpoch, state: 'current', createdAt }], changes: [] }
  await writeEpochFile(keys, file, files)
  return file
}

/** That it is to go was durable before the first byte was written over: there is no way back, only forward. */
export async function finishDestroying(keys: string, file: EpochFile, now: Date, files: KeyFiles): Promise<EpochFile> {
  const going = file.epochs.filter(({ state }) => state === 'destroying')
  if (going.length === 0) return file
  for (const { epoch } of going) await files.shred(epochKeyPath(keys, epoch))
  const at = now.toISOString()
  const finished: EpochFile = {
    epochs: file.epochs.map((epoch) => (epoch.state === 'destroying' ? { ...epoch, state: 'destroyed', destroyedAt: at } : epoch)),
    changes: file.changes.map((change) => (change.action === 'destroyed' && going.some(({ epoch }) => epoch === change.epoch) ? { ...change, at } : change)),
  }
  await writeEpochFile(keys, finished, files)
  return finished
}

/** A backup that was put back brings destroyed keys with it. */
async function destroyAgain(keys: string, file: EpochFile, files: KeyFiles): Promise<EpochFile> {
  for (const { epoch, state } of file.epochs) if (state === 'destroyed') await files.shred(epochKeyPath(keys, epoch))
  return file
}
