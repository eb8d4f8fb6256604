import { readFile, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { directoryForTest } from '../../test/support/directory.ts'
import { createChangeRecorder } from './changes.ts'
import { createAuthenticator } from './authenticate.ts'
import { createKey, expireKey, readKeys, revokeKey, rotateKey } from './key-file.ts'
import { readKeyFile } from './key-store.ts'
import { keyView } from './key-view.ts'
import { readLastUsed, usageFileOf } from './usage.ts'
import { BlotterError } from '../errors.ts'
import type { ApiKey, NewKey } from './key-file.ts'

const hour = 3_600_000
const day = 24 * hour
const start = Date.parse('2026-11-24T06:30:00Z')
const now = new Date(start)
const shop: NewKey = { workspace: 'shop', environment: 'production', scopes: ['ingest', 'read'], name: 'webhook', addresses: ['10.0.0.0/8'] }
const by = { by: 'user:maria' }
const code = (expected: string): unknown => expect.objectContaining({ code: expected })

const newFile = async (): Promise<string> => join(await directoryForTest(), 'api-keys.json')

test('a rotated key has the rights of the old one, which is good for the overlap', async () => {
  const file = await newFile()
  const old = await createKey(file, { ...shop, expiresAt: new Date(start + 30 * day).toISOString() }, now, by)
  const later = start + 10 * day
  const { apiKey, key, replaced } = await rotateKey(file, old.apiKey.id, { overlapMs: day }, new Date(later), by)
  const { scopes, name, workspace, environment, addresses } = old.apiKey
  expect(apiKey).toMatchObject({ scopes, name, workspace, environment, addresses, replaces: old.apiKey.id, expiresAt: new Date(later + 30 * day).toISOString() })
  expect(replaced.expiresAt).toBe(new Date(later + day).toISOString())
  let nowMs = later + day - 1
  const authenticator = await createAuthenticator(file, () => nowMs)
  for (const good of [old.key, key]) await expect(authenticator.authenticate(`Bearer ${good}`, 'ingest')).resolves.toMatchObject({ workspace: 'shop' })
  nowMs += 1
  await expect(authenticator.authenticate(`Bearer ${old.key}`, 'ingest')).rejects.toEqual(code('UNAUTHENTICATED'))
  await expect(authenticator.authenticate(`Bearer ${key}`, 'ingest')).resolves.toBeDefined()
})

test('an overlap never makes the old key live longer, and none ends it at once', async () => {
  const file = await newFile()
  const soon = new Date(start + hour).toISOString()
  const { apiKey: { id } } = await createKey(file, { ...shop, expiresAt: soon }, now)
  expect((await rotateKey(file, id, { overlapMs: day }, now, by)).replaced.expiresAt).toBe(soon)
  expect((await rotateKey(file, id, { overlapMs: 0 }, now, by)).replaced.expiresAt).toBe(now.toISOString())
  await expect(rotateKey(file, id, { overlapMs: 0 }, now, by)).rejects.toEqual(code('INVALID_KEY_REQUEST'))
})

test('what has ended stays ended', async () => {
  const file = await newFile()
  const { apiKey: { id: expired } } = await createKey(file, { ...shop, expiresAt: new Date(start + hour).toISOString() }, now)
  const { apiKey: { id: revoked } } = await createKey(file, shop, now)
  await revokeKey(file, revoked, now)
  for (const id of [expired, revoked]) {
    await expect(expireKey(file, id, new Date(start + 9 * day).toISOString(), new Date(start + day), by)).rejects.toEqual(code('INVALID_KEY_REQUEST'))
    await expect(rotateKey(file, id, { overlapMs: day }, new Date(start + day), by)).rejects.toEqual(code('INVALID_KEY_REQUEST'))
  }
})

test('a live key can be given an earlier end and a later one', async () => {
  const file = await newFile()
  const { apiKey: { id }, key } = await createKey(file, shop, now)
  for (const days of [1, 20, 2]) {
    const end = new Date(start + days * day).toISOString()
    expect(await expireKey(file, key, end, now, by)).toMatchObject({ id, expiresAt: end })
  }
})

test('whoever may change the keys of one place finds no others', async () => {
  const file = await newFile()
  const { apiKey: { id } } = await createKey(file, shop, now)
  for (const within of [{ workspace: 'bank', environment: 'production' }, { workspace: 'shop', environment: 'sandbox' }]) {
    const changer = { by: 'key:abc', within }
    await expect(rotateKey(file, id, { overlapMs: 0 }, now, changer)).rejects.toEqual(code('NOT_FOUND'))
    await expect(expireKey(file, id, now.toISOString(), now, changer)).rejects.toEqual(code('NOT_FOUND'))
    expect(await revokeKey(file, id, now, changer)).toBe(false)
  }
  expect((await readKeys(file))[0]).toMatchObject({ id })
  expect((await readKeys(file))[0]).not.toHaveProperty('revokedAt')
})

test('many who change keys at the same time lose nothing of each other', async () => {
  const file = await newFile()
  const { apiKey: { id } } = await createKey(file, shop, now)
  await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? createKey(file, shop, now, by) : rotateKey(file, id, { overlapMs: day }, now, by))))
  const { keys, changes } = await readKeyFile(file)
  expect([keys.length, changes.length]).toEqual([21, 21])
  expect(await readdir(dirname(file))).toEqual(['api-keys.json'])
})

test('a key file from before is read, and is of the new form after the next change', async () => {
  const file = await newFile()
  const { key, apiKey } = await createKey(file, shop, now)
  await writeFile(file, JSON.stringify([apiKey]))
  const authenticator = await createAuthenticator(file, () => start)
  await expect(authenticator.authenticate(`Bearer ${key}`, 'read')).resolves.toMatchObject({ keyId: apiKey.id, addresses: ['10.0.0.0/8'] })
  await createKey(file, shop, now)
  expect(await readKeyFile(file)).toMatchObject({ keys: [apiKey, {}], changes: [{ action: 'created' }] })
})

test('each change is told once, by whom it was made, without the hash; revoking twice is one change', async () => {
  const file = await newFile()
  const { apiKey } = await createKey(file, shop, now, by)
  const { apiKey: next } = await rotateKey(file, apiKey.id, { overlapMs: day }, now, by)
  await expireKey(file, next.id, new Date(start + 9 * day).toISOString(), now, { by: 'key:abc' })
  for (let i = 0; i < 2; i += 1) expect(await revokeKey(file, apiKey.id, now, by)).toBe(true)
  const told: { event: string; attributes: Readonly<Record<string, unknown>> }[] = []
  const record = createChangeRecorder(file, async (event, attributes, { workspace, environment }) => { told.push({ event, attributes }); expect([workspace, environment]).toEqual(['shop', 'production']) })
  for (let i = 0; i < 3; i += 1) await record()
  expect(told.map(({ event, attributes }) => [event, attributes['audit.actor.id'], attributes['audit.target.id']])).toEqual([
    ['blotter.key.created', 'user:maria', apiKey.id], ['blotter.key.rotated', 'user:maria', next.id], ['blotter.key.expiry_set', 'key:abc', next.id], ['blotter.key.revoked', 'user:maria', apiKey.id],
  ])
  expect(told[1]!.attributes['blotter.key.replaces']).toBe(apiKey.id)
  expect(new Set(told.map(({ attributes }) => attributes['audit.record.id'])).size).toBe(4)
  expect(JSON.stringify(told)).not.toContain(apiKey.hash)
  await revokeKey(file, next.id, now, by)
  await record()
  expect(told).toHaveLength(5) // what comes after nothing was due is noticed
})

test('a change whose record cannot be written is told later under the same id; one that was written before a crash is not told again', async () => {
  const file = await newFile()
  await createKey(file, shop, now, by)
  await createKey(file, shop, now, by)
  const ids: unknown[] = []
  const failingAt = (failing: number, error: Error) => async (_: string, attributes: Readonly<Record<string, unknown>>): Promise<void> => { if (ids.push(attributes['audit.record.id']) === failing) throw error }
  await expect(createChangeRecorder(file, failingAt(2, new BlotterError('JOURNAL_FULL')))()).rejects.toEqual(code('JOURNAL_FULL'))
  await createChangeRecorder(file, failingAt(3, new BlotterError('RECORD_CONFLICT')))()
  expect([ids.length, ids[2]]).toEqual([3, ids[1]])
  expect((await readKeyFile(file)).changes).toEqual([])
})

test('when a key was last used is known to the hour, also after a restart, and the file of keys is not touched for it', async () => {
  const file = await newFile()
  const { key, apiKey: { id } } = await createKey(file, { workspace: 'shop', environment: 'production', scopes: ['read'] }, now)
  const before = await readFile(file, 'utf8')
  const authenticator = await createAuthenticator(file, () => start)
  expect(authenticator.lastUsedAt(id)).toBeUndefined()
  await authenticator.authenticate(`Bearer ${key}`, 'read')
  await authenticator.upkeep()
  expect((await createAuthenticator(file, () => start)).lastUsedAt(id)).toBe('2026-11-24T06:00:00.000Z')
  expect((await readLastUsed(usageFileOf(file)))(id)).toBe('2026-11-24T06:00:00.000Z')
  expect(await readFile(file, 'utf8')).toBe(before)
  await writeFile(usageFileOf(file), '{"half')
  expect((await createAuthenticator(file, () => start)).lastUsedAt(id)).toBeUndefined()
})

test.each<[string, Partial<ApiKey>, number | undefined, string, string[]]>([
  ['a key in use', {}, 0, 'live', []],
  ['a key that was made a month ago and never used', { createdAt: new Date(start - 31 * day).toISOString() }, undefined, 'live', ['unused']],
  ['a key that was not used for three months', {}, 91, 'live', ['unused']],
  ['a key that ends in two weeks', { expiresAt: new Date(start + 14 * day).toISOString() }, 0, 'live', ['expires_soon']],
  ['a key that ends later', { expiresAt: new Date(start + 15 * day).toISOString() }, 0, 'live', []],
  ['a key that has ended', { expiresAt: now.toISOString() }, 91, 'expired', []],
  ['a revoked key', { revokedAt: now.toISOString() }, 91, 'revoked', []],
])('%s', (_, changes, idleDays, state, notices) => {
  const key: ApiKey = { id: 'abc', hash: '0'.repeat(64), workspace: 'shop', environment: 'production', scopes: ['read'], createdAt: new Date(start - day).toISOString(), ...changes }
  const view = keyView(key, idleDays === undefined ? undefined : new Date(start - idleDays * day).toISOString(), start)
  expect(view).toMatchObject({ state, notices })
  expect(view).not.toHaveProperty('hash')
})
