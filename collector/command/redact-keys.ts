// The keys of blotter redact: making a pair for encryption, opening with it, and tokens from the collector's own key.

import { access, open as openFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { identityPrefix, makeKeyPair, openSealed, parseIdentity, recipientPrefix, secretOf, tokenise } from '@blotter/processors'
import { openSecrets } from '../secrets.ts'
import { UsageError, textFlag } from './flags.ts'
import { readInput } from './redact-sample.ts'
import type { KeyPair } from '@blotter/processors'
import type { Flags } from './flags.ts'

export async function keygen(flags: Flags): Promise<number> {
  const pair = makeKeyPair()
  const recipient = `${recipientPrefix}${pair.publicKey.toString('base64url')}`
  const identity = `# The private key of ${recipient}\n# Whoever has it can read what was encrypted to it; without it nobody can. Keep it where the collector is not.\n${identityPrefix}${secretOf(pair).toString('base64url')}\n`
  const out = textFlag(flags, 'out')
  if (out === undefined) process.stdout.write(identity)
  else await writeNew(out, identity)
  process.stderr.write(`Put the public key below recipients in redaction.yaml:\n  ${recipient}\n`)
  return 0
}

/** Never over another key: what was encrypted to that one could not be opened any more. */
async function writeNew(path: string, text: string): Promise<void> {
  const file = await openFile(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') throw new UsageError('the file of --out is there already: choose another')
    throw error
  })
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

export async function openSealedIn(flags: Flags, file: string | undefined): Promise<number> {
  const identities = await readIdentities(textFlag(flags, 'identity'))
  const text = (await readInput(file)).toString()
  const counts = { opened: 0, left: 0 }
  const isJson = parses(text)
  const shown = text.replace(/\[sealed:[a-z0-9_]{1,40}:[A-Za-z0-9_-]+\]/g, (sealed) => {
    const plain = openSealed(sealed, identities)
    counts[plain === undefined ? 'left' : 'opened'] += 1
    if (plain === undefined) return sealed
    return isJson ? JSON.stringify(plain).slice(1, -1) : plain
  })
  process.stdout.write(shown)
  process.stderr.write(`${counts.opened} opened${counts.left === 0 ? '' : `, ${counts.left} sealed to somebody else`}\n`)
  return counts.left === 0 ? 0 : 1
}

async function readIdentities(path: string | undefined): Promise<KeyPair[]> {
  if (path === undefined) throw new UsageError('say which private key with --identity FILE')
  const lines = (await readFile(path, 'utf8')).split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'))
  const identities = lines.map((line) => parseIdentity(line))
  if (identities.length === 0 || identities.includes(undefined)) throw new UsageError('the file of --identity holds no private key such as blotter redact keygen makes')
  return identities as KeyPair[]
}

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** The value comes from a file or a pipe: command lines are seen by others and remembered by shells. */
export async function tokenFor(flags: Flags, file: string | undefined): Promise<number> {
  const data = textFlag(flags, 'data') ?? process.env['BLOTTER_DATA'] ?? 'blotter-data'
  const rule = textFlag(flags, 'rule') ?? 'field_tokenise'
  if (!/^[a-z0-9_]{1,40}$/.test(rule)) throw new UsageError('--rule must be the id of a rule')
  const value = (await readInput(file)).toString().replace(/\r?\n$/, '')
  await access(join(data, 'keys', 'epochs.json')).catch(() => { throw new UsageError('there are no keys of a collector: say where its data is with --data DIR') }) // opening would make new ones
  const secrets = await openSecrets(data, { settled: true })
  for (const key of secrets.liveKeys(textFlag(flags, 'workspace') ?? 'default')) process.stdout.write(`${tokenise(rule, value, key)}\n`)
  return 0
}
