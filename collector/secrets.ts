// The collector's own secrets, made at first start and kept in files of mode 0600 below `keys/`: the seed with which
// checkpoints are signed, a root key for what is derived and may outlive everything, and one secret for each epoch of the
// fingerprints, apart from the root so that destroying it is the end of it. Losing an epoch's secret loses the
// linkability of its fingerprints; losing the seed ends the log. Back all of them up, apart from the data.

import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createMac, fingerprintKey } from '@blotter/processors'
import { epochKeyPath } from './secrets/epoch-file.ts'
import { epochFileVersion, isLive, readEpochs, settledEpochs } from './secrets/epochs.ts'
import { decodeSecret, derive, keyFiles, newSecret, readOrMake } from './secrets/key-files.ts'
import type { FingerprintKey } from '@blotter/processors'
import type { Epoch } from './secrets/epochs.ts'

export interface Secrets {
  /** Ed25519 seed, 32 bytes. */
  readonly sealSeed: Uint8Array
  /** Name of this collector's log, such as `blotter-3f9a1c2e`. */
  readonly origin: string
  /** The current fingerprint key of a workspace. */
  fingerprintKey(workspace: string): FingerprintKey
  /** The same as bytes, for an SDK of that workspace. */
  fingerprintSecret(workspace: string): { readonly epoch: string; readonly secret: Uint8Array }
  /** The workspace's keys of all epochs that are not destroyed, the current one first. */
  liveKeys(workspace: string): readonly FingerprintKey[]
  /** Whether a fingerprint of this epoch may be kept: every one but those of epochs whose key was destroyed. An unknown epoch is a sender's own key. */
  acceptsEpoch(epoch: string): boolean
  /** All that there ever were, the oldest first. */
  epochs(): readonly Epoch[]
  /** Looks whether epochs began or ended, and goes by what it finds; true when there was something. */
  reload(): Promise<boolean>
  /** 16 bytes that tell two received records apart and say nothing about either. */
  receivedDigest(workspace: string, text: string | Uint8Array): Buffer
}

/** `settled`: somebody else in this process has opened them before, and nothing is to be made or finished. Default false. */
export async function openSecrets(dataDirectory: string, { settled = false }: { readonly settled?: boolean } = {}): Promise<Secrets> {
  const keys = join(dataDirectory, 'keys')
  await mkdir(keys, { recursive: true, mode: 0o700 })
  if (!settled) await settledEpochs(keys, new Date())
  const root = decodeSecret(await readOrMake(join(keys, 'root.key'), newSecret), 'keys/root.key')
  const seed = await readOrMake(join(keys, 'seal.key'), newSecret)
  const origin = await readOrMake(join(keys, 'origin'), () => `blotter-${randomBytes(4).toString('hex')}`)
  const received = await keyFiles.read(join(keys, 'received.key')) // of a data directory whose root was another one
  const mac = createMac(received === undefined ? derive(root, 'received') : decodeSecret(received, 'keys/received.key'))
  return {
    sealSeed: decodeSecret(seed, 'keys/seal.key'),
    origin,
    ...await openFingerprintKeys(keys),
    receivedDigest: (workspace, text) => Buffer.from(mac(`${workspace}\n`, text).slice(0, 32), 'hex'),
  }
}

type FingerprintKeys = Pick<Secrets, 'fingerprintKey' | 'fingerprintSecret' | 'liveKeys' | 'acceptsEpoch' | 'epochs' | 'reload'>

async function openFingerprintKeys(keys: string): Promise<FingerprintKeys> {
  let opened = await readRing(keys)
  let reading: Promise<boolean> = Promise.resolve(false)

  async function reread(): Promise<boolean> {
    if (await epochFileVersion(keys) === opened.version) return false
    opened = await readRing(keys)
    return true
  }

  return {
    fingerprintKey: (workspace) => opened.current.keyOf(workspace),
    fingerprintSecret: (workspace) => ({ epoch: opened.current.epoch, secret: opened.current.secretOf(workspace) }),
    liveKeys: (workspace) => opened.live.map(({ keyOf }) => keyOf(workspace)),
    acceptsEpoch: (epoch) => !opened.gone.has(epoch),
    epochs: () => opened.epochs,
    reload: () => (reading = reading.then(reread, reread)), // one after the other: a slow one must not bring back what was before
  }
}

interface Ring { readonly version: string; readonly epochs: readonly Epoch[]; readonly live: readonly EpochKeys[]; readonly current: EpochKeys; readonly gone: ReadonlySet<string> }

/** The version is that of before the reading: what changes meanwhile is seen the next time. */
async function readRing(keys: string): Promise<Ring> {
  const version = await epochFileVersion(keys)
  const { epochs } = await readEpochs(keys)
  const listed = epochs.filter(isLive)
  const live = (await Promise.all(listed.map(({ epoch }) => readEpochKeys(keys, epoch)))).reverse()
  const current = live[0]
  if (current === undefined || listed.at(-1)!.state !== 'current') throw new Error('keys/epochs.json names no current epoch as its last one: restore it from its backup')
  return { version, epochs, live, current, gone: new Set(epochs.filter((epoch) => !isLive(epoch)).map(({ epoch }) => epoch)) }
}

interface EpochKeys { readonly epoch: string; readonly secretOf: (workspace: string) => Buffer; readonly keyOf: (workspace: string) => FingerprintKey }

async function readEpochKeys(keys: string, epoch: string): Promise<EpochKeys> {
  const text = await keyFiles.read(epochKeyPath(keys, epoch))
  if (text === undefined) throw new Error(`keys/epochs/${epoch}.key is missing: restore it from its backup, or end the epoch with blotter fingerprint rotate and destroy`)
  const secret = decodeSecret(text, `keys/epochs/${epoch}.key`)
  const byWorkspace = new Map<string, FingerprintKey>()
  const secretOf = (workspace: string): Buffer => derive(secret, `fingerprint|${workspace}|${epoch}`)
  return {
    epoch,
    secretOf,
    keyOf(workspace) {
      const known = byWorkspace.get(workspace) ?? fingerprintKey(epoch, secretOf(workspace))
      byWorkspace.set(workspace, known)
      return known
    },
  }
}
