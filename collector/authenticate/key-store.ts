// API keys at rest: hashes, with what each key is bound to. Written by `blotter keys` and by the service's own API, each
// under the same file lock, whole or not at all; the service notices changes by itself. Beside the keys stand the changes
// that are not audit records yet: a crash, or a collector that is stopped, delays such a record and never loses it.

import { randomUUID } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { fieldClasses } from '@blotter/processors'
import { z } from 'zod'
import { withFileLock, writeDurable } from '../durable.ts'
import { BlotterError } from '../errors.ts'

export const scopes = ['ingest', 'read', 'retain', 'admin'] as const
export type Scope = (typeof scopes)[number]

const name = /^[a-z0-9][a-z0-9_.-]{0,62}$/
export const nameRule = 'lower-case letters, digits, dots, dashes and underscores, at most 63'

const apiKeySchema = z.strictObject({
  id: z.string(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** What it is for, in the words of whoever made it. */
  name: z.string().optional(),
  workspace: z.string().regex(name),
  environment: z.string().regex(name),
  scopes: z.array(z.enum(scopes)),
  /** The highest class of fields that it shows. Absent in keys of the time before: all. */
  clearance: z.enum(fieldClasses).optional(),
  /** Where it may be used from, as CIDR blocks. Absent: from anywhere. */
  addresses: z.array(z.string()).optional(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().optional(),
  revokedAt: z.iso.datetime().optional(),
  /** The key in whose place it was made. */
  replaces: z.string().optional(),
})

const changeSchema = z.strictObject({
  /** Becomes the id of the audit record, so that writing it twice is writing it once. */
  id: z.uuid(),
  action: z.enum(['created', 'rotated', 'expiry_set', 'revoked']),
  keyId: z.string(),
  /** Who did it: `user:<name>` of the system for the command, `key:<id>` for the API. */
  by: z.string(),
  at: z.iso.datetime(),
})

const fileSchema = z.strictObject({ version: z.literal(2), keys: z.array(apiKeySchema), changes: z.array(changeSchema) })

export type ApiKey = Readonly<z.infer<typeof apiKeySchema>>
export type KeyChange = Readonly<z.infer<typeof changeSchema>>
export interface KeyFile { readonly keys: readonly ApiKey[]; readonly changes: readonly KeyChange[] }

/** Keys in one file, and changes that wait to become records: far beyond any use, and still read in milliseconds. */
export const maxKeys = 10_000

export function isName(text: string): boolean {
  return name.test(text)
}

export async function readKeys(path: string): Promise<readonly ApiKey[]> {
  return (await readKeyFile(path)).keys
}

/** A file that is missing holds no keys; one that cannot be understood is an error, never an empty one. */
export async function readKeyFile(path: string): Promise<KeyFile> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '[]'
    throw error
  })
  const read: unknown = JSON.parse(text)
  return Array.isArray(read) ? { keys: z.array(apiKeySchema).parse(read), changes: [] } : fileSchema.parse(read) // version 1 was the list alone
}

/** What is to be in the file from now on, and what to say of it. */
export interface Changed<T> { readonly keys: readonly ApiKey[]; readonly action: KeyChange['action']; readonly keyId: string; readonly result: T }

/** Reads, changes and writes the keys as one step. `change` throws when it cannot be done: then nothing is. */
export function changeKeys<T>(path: string, by: string, now: Date, change: (keys: readonly ApiKey[]) => Changed<T>): Promise<T> {
  return withFileLock(path, async () => {
    const file = await readKeyFile(path)
    const { keys, action, keyId, result } = change(file.keys)
    const changes = [...file.changes, { id: randomUUID(), action, keyId, by, at: now.toISOString() }]
    if (keys.length > maxKeys || changes.length > maxKeys) throw new BlotterError('INVALID_KEY_REQUEST', { violations: [{ field: 'keys', description: `at most ${maxKeys} keys, and as many changes while no collector runs` }] })
    await writeKeyFile(path, { keys, changes })
    return result
  })
}

/** Takes changes out that have become audit records. Those that came meanwhile stay. */
export function removeChanges(path: string, recorded: ReadonlySet<string>): Promise<void> {
  return withFileLock(path, async () => {
    const { keys, changes } = await readKeyFile(path)
    await writeKeyFile(path, { keys, changes: changes.filter(({ id }) => !recorded.has(id)) })
  })
}

async function writeKeyFile(path: string, { keys, changes }: KeyFile): Promise<void> {
  await writeDurable(path, `${JSON.stringify({ version: 2, keys, changes }, null, 2)}\n`)
}

/** Changes whenever the file does. */
export async function keyFileVersion(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  return found === undefined ? 'none' : `${found.ino}:${found.mtimeNs}:${found.size}`
}
