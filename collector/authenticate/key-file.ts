// API keys at rest: only hashes, with what each key is bound to. A key is 190 random bits, so that its plain SHA-256
// tells nothing. The file is written by `blotter keys` and read by the service, which notices changes by itself.

import { createHash, randomBytes } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { z } from 'zod'
import { withFileLock, writeDurable } from '../durable.ts'

export const scopes = ['ingest', 'read', 'retain', 'admin'] as const
export type Scope = (typeof scopes)[number]

const name = /^[a-z0-9][a-z0-9_.-]{0,62}$/
export const nameRule = 'lower-case letters, digits, dots, dashes and underscores, at most 63'

const apiKeySchema = z.strictObject({
  id: z.string(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  workspace: z.string().regex(name),
  environment: z.string().regex(name),
  scopes: z.array(z.enum(scopes)),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().optional(),
  revokedAt: z.iso.datetime().optional(),
})

export type ApiKey = Readonly<z.infer<typeof apiKeySchema>>

export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}

export function isName(text: string): boolean {
  return name.test(text)
}

export interface NewKey { readonly workspace: string; readonly environment: string; readonly scopes: readonly Scope[]; readonly expiresAt?: string }

/** The key itself is told once and kept nowhere. */
export async function createKey(path: string, wanted: NewKey, now: Date): Promise<{ readonly key: string; readonly apiKey: ApiKey }> {
  const id = randomBytes(6).toString('hex')
  const key = `blt_${id}_${randomBytes(24).toString('base64url').replaceAll('-', 'A').replaceAll('_', 'B')}`
  const apiKey: ApiKey = { id, hash: hashKey(key), workspace: wanted.workspace, environment: wanted.environment, scopes: [...wanted.scopes], createdAt: now.toISOString(), ...(wanted.expiresAt === undefined ? {} : { expiresAt: wanted.expiresAt }) }
  await withFileLock(path, async () => writeKeys(path, [...await readKeys(path), apiKey]))
  return { key, apiKey }
}

/** False when there is no such key. Revoking twice is revoking once. */
export async function revokeKey(path: string, id: string, now: Date): Promise<boolean> {
  return withFileLock(path, async () => {
    const keys = await readKeys(path)
    if (!keys.some((key) => key.id === id)) return false
    await writeKeys(path, keys.map((key) => (key.id === id && key.revokedAt === undefined ? { ...key, revokedAt: now.toISOString() } : key)))
    return true
  })
}

export async function readKeys(path: string): Promise<readonly ApiKey[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '[]'
    throw error
  })
  return z.array(apiKeySchema).parse(JSON.parse(text))
}

async function writeKeys(path: string, keys: readonly ApiKey[]): Promise<void> {
  await writeDurable(path, `${JSON.stringify(keys, null, 2)}\n`)
}

/** Changes whenever the file does. */
export async function keyFileVersion(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  return found === undefined ? 'none' : `${found.ino}:${found.mtimeNs}:${found.size}`
}
