// The collector's own secrets, made at first start and kept in files of mode 0600 below `keys/`: the root key, from
// which everything keyed is derived, and the seed with which checkpoints are signed. Losing the root key loses the
// linkability of fingerprints; losing the seed ends the log. Back up both, apart from the data.

import { createHmac, createSecretKey, hkdfSync, randomBytes } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fingerprintKey } from '@blotter/processors'
import type { FingerprintKey } from '@blotter/processors'
import { writeDurable } from './durable.ts'

export interface Secrets {
  /** Ed25519 seed, 32 bytes. */
  readonly sealSeed: Uint8Array
  /** Name of this collector's log, such as `blotter-3f9a1c2e`. */
  readonly origin: string
  /** The current fingerprint key of a workspace. */
  fingerprintKey(workspace: string): FingerprintKey
  /** The same as bytes, for an SDK of that workspace. */
  fingerprintSecret(workspace: string): { readonly epoch: string; readonly secret: Uint8Array }
  /** 16 bytes that tell two received records apart and say nothing about either. */
  receivedDigest(workspace: string, text: string | Uint8Array): Buffer
}

/** Rotation makes this a list; the first epoch is the only one yet. */
const epoch = 'e1'

export async function openSecrets(dataDirectory: string): Promise<Secrets> {
  const directory = join(dataDirectory, 'keys')
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const root = await readOrMake(join(directory, 'root.key'), () => randomBytes(32).toString('base64'))
  const seed = await readOrMake(join(directory, 'seal.key'), () => randomBytes(32).toString('base64'))
  const origin = await readOrMake(join(directory, 'origin'), () => `blotter-${randomBytes(4).toString('hex')}`)
  const rootKey = decodeSecret(root, 'root.key')
  const digestKey = createSecretKey(derive(rootKey, 'received'))
  const fingerprintKeys = new Map<string, FingerprintKey>()
  const fingerprintSecret = (workspace: string): Buffer => derive(rootKey, `fingerprint|${workspace}|${epoch}`)
  return {
    sealSeed: decodeSecret(seed, 'seal.key'),
    origin,
    fingerprintSecret: (workspace) => ({ epoch, secret: fingerprintSecret(workspace) }),
    fingerprintKey(workspace) {
      const known = fingerprintKeys.get(workspace)
      if (known !== undefined) return known
      const key = fingerprintKey(epoch, fingerprintSecret(workspace))
      fingerprintKeys.set(workspace, key)
      return key
    },
    receivedDigest: (workspace, text) => digest(digestKey, workspace, text),
  }
}

function digest(key: KeyObject, workspace: string, text: string | Uint8Array): Buffer {
  return createHmac('sha256', key).update(`${workspace}\n`).update(text).digest().subarray(0, 16)
}

function derive(rootKey: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', rootKey, '', `blotter/v1|${purpose}`, 32))
}

function decodeSecret(text: string, file: string): Buffer {
  const secret = /^[A-Za-z0-9+/]{43}=$/.test(text) ? Buffer.from(text, 'base64') : Buffer.alloc(0)
  if (secret.length !== 32) throw new Error(`keys/${file} must hold 32 bytes in base64: restore it from its backup`)
  return secret
}

/** A crash between making and using a secret leaves it made: the next start uses it. */
async function readOrMake(path: string, make: () => string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    const made = make()
    await writeDurable(path, `${made}\n`)
    return made
  }
}
