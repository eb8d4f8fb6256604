// The epochs of the fingerprint keys: a new one begins, an old one ends for good. Each is a few steps on files under one
// lock; a crash between two of them leaves what `settle` goes on from.

import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { withFileLock } from '../durable.ts'
import { BlotterError } from '../errors.ts'
import { epochFilePath, epochKeyPath, isLive, readEpochFile, writeEpochFile } from './epoch-file.ts'
import { keyFiles, namesIn, newSecret } from './key-files.ts'
import { finishDestroying, isSettled, settle } from './settle.ts'
import type { Epoch, EpochFile } from './epoch-file.ts'
import type { KeyFiles } from './key-files.ts'

export { epochFileVersion, isLive } from './epoch-file.ts'
export type { Epoch, EpochChange, EpochFile } from './epoch-file.ts'

/** A look-up computes one fingerprint for each: twelve years of months, and still a millisecond. */
export const maxLiveEpochs = 150

/** `keys`: the directory, which is made when there is none. */
export async function settledEpochs(keys: string, now: Date, files = keyFiles): Promise<EpochFile> {
  await mkdir(keys, { recursive: true, mode: 0o700 })
  const found = await readEpochFile(keys, files)
  if (found !== undefined && await isSettled(keys, found)) return found // without the lock, which a crash would leave for the next start to wait for
  return withFileLock(epochFilePath(keys), () => settle(keys, now, files))
}

export async function readEpochs(keys: string, files = keyFiles): Promise<EpochFile> {
  const file = await readEpochFile(keys, files)
  if (file === undefined) throw new Error('keys/epochs.json is missing: restore it from its backup')
  return file
}

export interface Rotated { readonly current: Epoch; readonly retired: Epoch }

/** The key is durable before the list names it. Asking twice makes two: the answer may have been lost. */
export function rotateEpoch(keys: string, { overlapMs, by }: { readonly overlapMs: number; readonly by: string }, now: Date, files: KeyFiles = keyFiles): Promise<Rotated> {
  return withFileLock(epochFilePath(keys), async () => {
    const { epochs, changes } = await settle(keys, now, files)
    if (epochs.filter(isLive).length >= maxLiveEpochs) throw refused('epoch', `there are ${maxLiveEpochs} that are not destroyed: destroy one first`)
    const epoch = await unusedName(keys, epochs)
    await files.write(epochKeyPath(keys, epoch), newSecret()) // a crash after this leaves a key that nothing was made with, and a name that is skipped
    const at = now.toISOString()
    const current: Epoch = { epoch, state: 'current', createdAt: at }
    const retired: Epoch = { ...epochs.find(({ state }) => state === 'current')!, state: 'retired', retiredAt: at, overlapEndsAt: new Date(now.getTime() + overlapMs).toISOString() }
    await writeEpochFile(keys, { epochs: [...epochs.map((old) => (old.epoch === retired.epoch ? retired : old)), current], changes: [...changes, { id: randomUUID(), action: 'rotated', epoch, by, at }] }, files)
    return { current, retired }
  })
}

/** For good. Destroying twice is destroying once, and only the first time is told. */
export function destroyEpoch(keys: string, { epoch, by }: { readonly epoch: string; readonly by: string }, now: Date, files: KeyFiles = keyFiles): Promise<Epoch> {
  return withFileLock(epochFilePath(keys), async () => {
    const { epochs, changes } = await settle(keys, now, files)
    const found = epochs.find((one) => one.epoch === epoch)
    if (found === undefined) throw new BlotterError('NOT_FOUND')
    if (found.state === 'destroyed') return found
    if (found.state === 'current') throw refused('epoch', 'this is the current epoch: rotate first')
    const intended: EpochFile = {
      epochs: epochs.map((one) => (one === found ? { ...one, state: 'destroying' } : one)),
      changes: [...changes, { id: randomUUID(), action: 'destroyed', epoch, by, at: now.toISOString() }],
    }
    await writeEpochFile(keys, intended, files) // from here on it goes on after a crash, too
    const finished = await finishDestroying(keys, intended, now, files)
    return finished.epochs.find((one) => one.epoch === epoch)!
  })
}

/** Takes changes out that have become audit records. Those that came meanwhile stay. */
export function removeEpochChanges(keys: string, recorded: ReadonlySet<string>): Promise<void> {
  return withFileLock(epochFilePath(keys), async () => {
    const { epochs, changes } = await readEpochs(keys)
    await writeEpochFile(keys, { epochs, changes: changes.filter(({ id }) => !recorded.has(id)) }, keyFiles)
  })
}

/** Beyond every name in the list and every file: a key that nobody lists may be one of a newer list's. */
async function unusedName(keys: string, epochs: readonly Epoch[]): Promise<string> {
  const names = [...epochs.map(({ epoch }) => epoch), ...(await namesIn(`${keys}/epochs`))]
  return `e${Math.max(...names.map((name) => Number(/^e([0-9]{1,6})/.exec(name)?.[1] ?? 0))) + 1}`
}

function refused(field: string, description: string): BlotterError {
  return new BlotterError('INVALID_KEY_REQUEST', { violations: [{ field, description }] })
}
