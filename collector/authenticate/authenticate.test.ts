import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { directoryForTest } from '../../test/support/directory.ts'
import { createAuthenticator } from './authenticate.ts'
import { createKey, readKeys, revokeKey } from './key-file.ts'
import type { Authenticator } from './authenticate.ts'
import type { NewKey, Scope } from './key-file.ts'

const start = Date.parse('2026-11-24T06:00:00Z')

interface Fixture { readonly file: string; readonly authenticator: Authenticator; nowMs: number; readonly make: (changes?: Partial<NewKey>) => Promise<{ key: string; id: string }> }

/** An authenticator with a clock of its own, over a key file that has one key when `withKey`. */
async function fixture({ withKey = true } = {}): Promise<Fixture & { readonly key: string }> {
  const file = join(await directoryForTest(), 'api-keys.json')
  const make: Fixture['make'] = async (changes = {}) => {
    const { key, apiKey } = await createKey(file, { workspace: 'shop', environment: 'production', scopes: ['ingest', 'read'], ...changes }, new Date(start))
    return { key, id: apiKey.id }
  }
  const key = withKey ? (await make()).key : ''
  const parts = { file, nowMs: start, make, key }
  return Object.assign(parts, { authenticator: await createAuthenticator(file, () => parts.nowMs) })
}

const unauthenticated = expect.objectContaining({ code: 'UNAUTHENTICATED', violations: [] }) as unknown

test('a key says who is calling: workspace, environment and scopes are bound to it', async () => {
  const { authenticator, key } = await fixture()
  const principal = await authenticator.authenticate(`Bearer ${key}`, 'ingest')
  expect(principal).toMatchObject({ workspace: 'shop', environment: 'production', scopes: new Set(['ingest', 'read']) })
  expect(key).toContain(principal.keyId)
  expect(authenticator.open).toBe(false)
})

test.each<[Scope[], Scope, boolean]>([
  [['ingest'], 'ingest', true], [['ingest'], 'read', false], [['read'], 'ingest', false], [['read'], 'admin', false],
  [['admin'], 'read', false], [['retain', 'read'], 'retain', true], [[], 'ingest', false],
])('a key with the scopes %j may %s: %j', async (scopes, scope, allowed) => {
  const { authenticator, make } = await fixture({ withKey: false })
  const { key } = await make({ scopes })
  const attempt = authenticator.authenticate(`Bearer ${key}`, scope)
  if (allowed) await expect(attempt).resolves.toMatchObject({ workspace: 'shop' })
  else await expect(attempt).rejects.toMatchObject({ code: 'FORBIDDEN', violations: [{ field: 'scope', description: scope }] })
})

test('a key is good until it expires, to the millisecond', async () => {
  const fixed = await fixture({ withKey: false })
  const { key } = await fixed.make({ expiresAt: new Date(start + 60_000).toISOString() })
  fixed.nowMs = start + 59_999
  await expect(fixed.authenticator.authenticate(`Bearer ${key}`, 'ingest')).resolves.toBeDefined()
  expect(fixed.authenticator.liveKeys).toHaveLength(1)
  fixed.nowMs = start + 60_000
  await expect(fixed.authenticator.authenticate(`Bearer ${key}`, 'ingest')).rejects.toEqual(unauthenticated)
  expect(fixed.authenticator.liveKeys).toHaveLength(0)
})

test('a revocation is noticed within a second', async () => {
  const fixed = await fixture()
  const { key, id } = await fixed.make()
  await fixed.authenticator.authenticate(`Bearer ${key}`, 'ingest')
  expect(await revokeKey(fixed.file, id, new Date(start))).toBe(true)
  fixed.nowMs = start + 1001
  await expect(fixed.authenticator.authenticate(`Bearer ${key}`, 'ingest')).rejects.toEqual(unauthenticated)
  await expect(fixed.authenticator.authenticate(`Bearer ${fixed.key}`, 'ingest')).resolves.toBeDefined() // the other one stays good
})

test('a revocation is noticed also after the clock was set back', async () => {
  const fixed = await fixture()
  await revokeKey(fixed.file, (await readKeys(fixed.file))[0]!.id, new Date(start))
  fixed.nowMs = start - 3_600_000
  await expect(fixed.authenticator.authenticate(`Bearer ${fixed.key}`, 'ingest')).rejects.toEqual(unauthenticated)
})

test('a new key works at once', async () => {
  const { authenticator, make } = await fixture()
  const { key } = await make({ workspace: 'bank' })
  await expect(authenticator.authenticate(`Bearer ${key}`, 'ingest')).resolves.toMatchObject({ workspace: 'bank' })
})

test('two keys are good at the same time, so that one can replace the other without a gap', async () => {
  const { authenticator, key, make } = await fixture()
  const next = await make()
  for (const good of [key, next.key]) await expect(authenticator.authenticate(`Bearer ${good}`, 'ingest')).resolves.toBeDefined()
})

test('without any key everyone is workspace default, environment local, and may do everything', async () => {
  const { authenticator } = await fixture({ withKey: false })
  expect(authenticator.open).toBe(true)
  for (const scope of ['ingest', 'read', 'retain', 'admin'] as const) {
    await expect(authenticator.authenticate(undefined, scope)).resolves.toMatchObject({ workspace: 'default', environment: 'local', keyId: 'open' })
  }
})

test('without any key a key that someone sends is refused rather than ignored', async () => {
  const { authenticator } = await fixture({ withKey: false })
  await expect(authenticator.authenticate('Bearer blt_of_another_collector', 'ingest')).rejects.toEqual(unauthenticated)
})

test('the first key closes the door, and revoking the last one does not open it again', async () => {
  const fixed = await fixture({ withKey: false })
  const { id } = await fixed.make()
  fixed.nowMs += 1001
  await expect(fixed.authenticator.authenticate(undefined, 'ingest')).rejects.toEqual(unauthenticated)
  await revokeKey(fixed.file, id, new Date(start))
  fixed.nowMs += 1001
  await expect(fixed.authenticator.authenticate(undefined, 'ingest')).rejects.toEqual(unauthenticated)
  expect(fixed.authenticator.open).toBe(false)
})

test.each([
  ['nothing', undefined], ['an empty header', ''], ['a scheme without a key', 'Bearer'], ['only spaces', 'Bearer    '], ['another scheme', 'Basic c2hvcDpzZWNyZXQ='],
  ['an unknown key', `Bearer blt_000000000000_${'a'.repeat(32)}`], ['a key of the wrong length', `Bearer ${'a'.repeat(201)}`], ['two keys', 'Bearer one two'],
  ['other characters', 'Bearer blt_\u0000\u00ff'], ['a key without scheme', 'blt_abc'], ['a line break', 'Bearer a\nb'], ['a megabyte', `Bearer ${'a'.repeat(1_000_000)}`],
])('%s is no key', async (_, header) => {
  const { authenticator } = await fixture()
  await expect(authenticator.authenticate(header, 'ingest')).rejects.toEqual(unauthenticated)
  await expect(authenticator.identify(header)).resolves.toBeUndefined()
})

test('a key with one changed character is no key', async () => {
  const { authenticator, key } = await fixture()
  for (const at of [0, 5, key.length - 1]) {
    const changed = `${key.slice(0, at)}${key[at] === 'x' ? 'y' : 'x'}${key.slice(at + 1)}`
    await expect(authenticator.authenticate(`Bearer ${changed}`, 'ingest')).rejects.toEqual(unauthenticated)
  }
})

test('the scheme may be written in any case, as the standard has it', async () => {
  const { authenticator, key } = await fixture()
  for (const scheme of ['bearer', 'BEARER', 'Bearer ']) await expect(authenticator.authenticate(`${scheme} ${key}`, 'ingest')).resolves.toBeDefined()
})

test('the key may be the password of Basic, whatever the user is called', async () => {
  const { authenticator, key } = await fixture()
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`
  for (const user of ['', 'me', 'Ünïcode']) expect((await authenticator.authenticate(basic(`${user}:${key}`), 'ingest')).workspace).toBe((await authenticator.authenticate(`Bearer ${key}`, 'ingest')).workspace)
  for (const wrong of [key, `${key}:`, `me:${key}x`, 'me:', '', `me:${'x'.repeat(900)}`]) await expect(authenticator.authenticate(basic(wrong), 'ingest'), wrong.length.toString()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  await expect(authenticator.authenticate(`Basic ${key}`, 'ingest')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
})

test('who was refused for a scope is still known', async () => {
  const { authenticator, key } = await fixture()
  await expect(authenticator.authenticate(`Bearer ${key}`, 'admin')).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(authenticator.identify(`Bearer ${key}`)).resolves.toMatchObject({ workspace: 'shop' })
})

test('a key file that cannot be read lets nobody in, and everybody back when it can', async () => {
  const fixed = await fixture()
  const keys = await readKeys(fixed.file)
  await writeFile(fixed.file, '[{"id":"half')
  fixed.nowMs += 1001
  await expect(fixed.authenticator.authenticate(`Bearer ${fixed.key}`, 'ingest')).rejects.toThrow()
  await expect(fixed.authenticator.authenticate(undefined, 'ingest')).rejects.toThrow()
  await writeFile(fixed.file, JSON.stringify(keys))
  fixed.nowMs += 1001
  await expect(fixed.authenticator.authenticate(`Bearer ${fixed.key}`, 'ingest')).resolves.toBeDefined()
})

test('many at once ask for the key file once', async () => {
  const fixed = await fixture()
  fixed.nowMs += 1001
  const principals = await Promise.all(Array.from({ length: 100 }, () => fixed.authenticator.authenticate(`Bearer ${fixed.key}`, 'read')))
  expect(new Set(principals.map(({ keyId }) => keyId)).size).toBe(1)
})

test('the key itself is kept nowhere', async () => {
  const { file, key } = await fixture()
  expect(await readFile(file, 'utf8')).not.toContain(key.slice(-20))
})

test('a key file that was deleted is not taken for a collector without keys', async () => {
  const fixed = await fixture()
  await rm(fixed.file)
  fixed.nowMs += 1001
  await expect(fixed.authenticator.authenticate(undefined, 'ingest')).rejects.toEqual(unauthenticated)
})

test('why a key was refused is known inside, and whose it was', async () => {
  const fixed = await fixture()
  const short = await fixed.make({ workspace: 'bank', expiresAt: new Date(start + 1).toISOString() })
  const gone = await fixed.make({ workspace: 'bank' })
  await revokeKey(fixed.file, gone.id, new Date(start))
  fixed.nowMs = start + 2000
  const why = async (header: string | undefined): Promise<unknown> => { const refused = await fixed.authenticator.refusal(header); return refused === undefined ? undefined : [refused.reason, refused.principal?.workspace] }
  expect(await why(undefined)).toEqual(['KEY_MISSING', undefined])
  expect(await why('Basic abc')).toEqual(['KEY_UNKNOWN', undefined])
  expect(await why(`Bearer blt_${short.id}_${'a'.repeat(32)}`)).toEqual(['KEY_UNKNOWN', undefined]) // its id alone is nobody's key
  expect(await why(`Bearer ${short.key}`)).toEqual(['KEY_EXPIRED', 'bank'])
  expect(await why(`Bearer ${gone.key}`)).toEqual(['KEY_REVOKED', 'bank'])
  expect(await why(`Bearer ${fixed.key}`)).toBeUndefined()
})
