import { createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fingerprint, valueMap } from '@blotter/processors'
import { expect, test } from 'vitest'
import { directoryForTest } from '../../test/support/directory.ts'
import { BlotterError } from '../errors.ts'
import { openSecrets } from '../secrets.ts'
import { destroyEpoch, readEpochs, removeEpochChanges, rotateEpoch, settledEpochs } from './epochs.ts'
import { keyFiles } from './key-files.ts'
import type { Secrets } from '../secrets.ts'
import type { KeyFiles } from './key-files.ts'

const now = new Date('2026-11-24T12:00:00.000Z')
const by = 'user:maria'
const monthMs = 30 * 86_400_000
const keysOf = (data: string): string => join(data, 'keys')
const rotate = (data: string, files?: KeyFiles): Promise<unknown> => rotateEpoch(keysOf(data), { overlapMs: monthMs, by }, now, files)
const destroy = (data: string, epoch: string, files?: KeyFiles): Promise<unknown> => destroyEpoch(keysOf(data), { epoch, by }, now, files)
const states = (secrets: Pick<Secrets, 'epochs'>): string[] => secrets.epochs().map(({ epoch, state }) => `${epoch} ${state}`)
const print = (secrets: Secrets, workspace = 'shop'): string => fingerprint(valueMap([['a', 1n]]), secrets.fingerprintKey(workspace)).value
const live = (secrets: Secrets): string[] => secrets.liveKeys('shop').map(({ epoch }) => epoch)

/** Every byte below the keys, as the secrets are written. */
async function allText(data: string): Promise<string> {
  const files = (await readdir(keysOf(data), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  return (await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1')))).join('\n')
}

/** A data directory as a collector of before there were epochs left it, and what that one computed. */
async function oldDirectory(data: string): Promise<{ root: string; print: string; received: Buffer }> {
  await mkdir(keysOf(data), { recursive: true })
  const root = randomBytes(32)
  await writeFile(join(keysOf(data), 'root.key'), `${root.toString('base64')}\n`, { mode: 0o600 })
  const derived = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', root, '', `blotter/v1|${purpose}`, 32))
  const hex = createHmac('sha256', derived('fingerprint|shop|e1')).update('blotter/fingerprint/v1/jcs\n').update('{"a":1}').digest('hex').slice(0, 32)
  return { root: root.toString('base64'), print: `hmac-sha256:e1:${hex}`, received: createHmac('sha256', derived('received')).update('shop\n').update('record').digest().subarray(0, 16) }
}

test('a new data directory begins with e1, whose secret is apart from the root and nobody else’s to read', async () => {
  const data = await directoryForTest()
  const secrets = await openSecrets(data)
  expect(states(secrets)).toEqual(['e1 current'])
  const [root, first] = await Promise.all(['root.key', 'epochs/e1.key'].map((name) => readFile(join(keysOf(data), name), 'utf8')))
  expect(root).not.toBe(first)
  for (const name of ['root.key', 'epochs/e1.key', 'epochs.json']) expect((await stat(join(keysOf(data), name))).mode & 0o777).toBe(0o600)
  expect(print(await openSecrets(data))).toBe(print(secrets))
  expect(print(secrets, 'bank')).not.toBe(print(secrets))
})

test('a data directory of before gives the same values of e1 and recognises its records, and its root becomes the secret of e1', async () => {
  const data = await directoryForTest()
  const old = await oldDirectory(data)
  const secrets = await openSecrets(data)
  expect(print(secrets)).toBe(old.print)
  expect(secrets.receivedDigest('shop', 'record')).toEqual(old.received)
  expect(await readFile(join(keysOf(data), 'root.key'), 'utf8')).not.toContain(old.root)
  await rotate(data)
  await destroy(data, 'e1')
  expect(await allText(data)).not.toContain(old.root)
  const after = await openSecrets(data)
  expect(after.receivedDigest('shop', 'record')).toEqual(old.received)
  expect(live(after)).toEqual(['e2'])
})

test('a rotation makes a new epoch, keeps the old one for look-ups, and a running collector notices', async () => {
  const data = await directoryForTest()
  const running = await openSecrets(data)
  const before = print(running)
  expect(await running.reload()).toBe(false)
  expect(await rotate(data)).toEqual({
    current: { epoch: 'e2', state: 'current', createdAt: now.toISOString() },
    retired: { epoch: 'e1', state: 'retired', createdAt: expect.any(String) as string, retiredAt: now.toISOString(), overlapEndsAt: '2026-12-24T12:00:00.000Z' },
  })
  expect(print(running)).toBe(before)
  expect(await running.reload()).toBe(true)
  expect(print(running)).toMatch(/^hmac-sha256:e2:/)
  expect(live(running)).toEqual(['e2', 'e1'])
  expect(fingerprint(valueMap([['a', 1n]]), running.liveKeys('shop')[1]!).value).toBe(before)
  expect(running.fingerprintSecret('shop').epoch).toBe('e2')
})

test('a destroyed epoch is gone: from the disk, from a running collector, and when a backup brings it back', async () => {
  const data = await directoryForTest()
  const running = await openSecrets(data)
  const key = join(keysOf(data), 'epochs', 'e1.key')
  const secret = await readFile(key, 'utf8')
  await rotate(data)
  await destroy(data, 'e1')
  expect(await allText(data)).not.toContain(secret.trim())
  await running.reload()
  expect([live(running), running.acceptsEpoch('e1'), running.acceptsEpoch('e2'), running.acceptsEpoch('own')]).toEqual([['e2'], false, true, true])
  await writeFile(key, secret)
  expect(states(await openSecrets(data))).toEqual(['e1 destroyed', 'e2 current'])
  await expect(stat(key)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('the current epoch and one that never was cannot be destroyed; twice is once, and told once', async () => {
  const data = await directoryForTest()
  await openSecrets(data)
  await expect(destroy(data, 'e1')).rejects.toMatchObject({ code: 'INVALID_KEY_REQUEST', violations: [{ description: expect.stringContaining('rotate first') as string }] })
  await expect(destroy(data, 'e9')).rejects.toThrow(BlotterError)
  await rotate(data)
  const once = await destroy(data, 'e1')
  expect(await destroy(data, 'e1')).toEqual(once)
  expect((await readEpochs(keysOf(data))).changes.map(({ action, epoch }) => `${action} ${epoch}`)).toEqual(['rotated e2', 'destroyed e1'])
})

test('changes leave the list when they are recorded, and only those', async () => {
  const data = await directoryForTest()
  await openSecrets(data)
  await rotate(data)
  await rotate(data)
  const { changes } = await readEpochs(keysOf(data))
  await removeEpochChanges(keysOf(data), new Set([changes[0]!.id]))
  expect((await readEpochs(keysOf(data))).changes).toEqual([changes[1]])
})

test('two rotations at once are one after the other', async () => {
  const data = await directoryForTest()
  await openSecrets(data)
  await Promise.all([rotate(data), rotate(data), rotate(data)])
  expect(states(await openSecrets(data))).toEqual(['e1 retired', 'e2 retired', 'e3 retired', 'e4 current'])
})

test.each<[string, (keys: string) => Promise<void>, RegExp]>([
  ['the list', (keys) => writeFile(join(keys, 'epochs.json'), '{"version":1'), /epochs\.json cannot be understood/],
  ['the list, and there are keys', (keys) => rm(join(keys, 'epochs.json')), /epochs\.json is missing/],
  ['a key that is still live', (keys) => rm(join(keys, 'epochs', 'e1.key')), /epochs\/e1\.key is missing/],
  ['what a key holds', (keys) => writeFile(join(keys, 'epochs', 'e2.key'), 'short'), /epochs\/e2\.key must hold 32 bytes/],
])('without %s it does not start, says what is missing and makes nothing new in its place', async (_what, damage, message) => {
  const data = await directoryForTest()
  await openSecrets(data)
  await rotate(data)
  await damage(keysOf(data))
  const before = await allText(data)
  await expect(openSecrets(data)).rejects.toThrow(message)
  expect(await allText(data)).toBe(before)
})

/** Fails at the step of that number: before it is done, or after. */
function failingAt(step: number, when: 'before' | 'after'): { readonly files: KeyFiles; readonly failed: () => boolean } {
  let left = step
  let failed = false
  const at = <Arguments extends readonly unknown[], T>(work: (...given: Arguments) => Promise<T>) => async (...given: Arguments): Promise<T> => {
    const fails = left === 0
    left -= 1
    failed ||= fails
    if (fails && when === 'before') throw new Error('crash')
    const result = await work(...given)
    if (fails) throw new Error('crash')
    return result
  }
  return { files: { read: keyFiles.read, write: at(keyFiles.write), shred: at(keyFiles.shred) }, failed: () => failed }
}

/** Runs `work` with a crash at each of its steps, each in a data directory of its own, and what `after` expects of the next start. */
async function crashEverywhere(prepare: (data: string) => Promise<unknown>, work: (data: string, files: KeyFiles) => Promise<unknown>, after: (data: string, secrets: Secrets) => Promise<void>): Promise<number> {
  let steps = 0
  for (const when of ['before', 'after'] as const) {
    for (let step = 0; ; step += 1) {
      const data = await directoryForTest()
      await prepare(data)
      const { files, failed } = failingAt(step, when)
      await work(data, files).catch((error: Error) => { if (error.message !== 'crash') throw error })
      if (!failed()) break
      steps += 1
      await after(data, await openSecrets(data))
    }
  }
  return steps
}

test('a crash at any step of a rotation leaves the old epoch current or the new one, and the next rotation works', async () => {
  const steps = await crashEverywhere(openSecrets, rotate, async (data, secrets) => {
    expect([['e1 current'], ['e1 retired', 'e2 current']]).toContainEqual(states(secrets))
    await rotate(data)
    await secrets.reload()
    expect(states(secrets).at(-1)).toMatch(/^e[23] current$/)
    expect(live(secrets)).toHaveLength(secrets.epochs().length)
  })
  expect(steps).toBe(4)
})

test('a crash at any step of destroying leaves an epoch that is whole, or gone by the next start and told once', async () => {
  let secret = ''
  const prepare = async (data: string): Promise<void> => {
    await openSecrets(data)
    secret = (await readFile(join(keysOf(data), 'epochs', 'e1.key'), 'utf8')).trim()
    await rotate(data)
  }
  const steps = await crashEverywhere(prepare, (data, files) => destroy(data, 'e1', files), async (data, secrets) => {
    const gone = states(secrets)[0] === 'e1 destroyed'
    expect(states(secrets)).toEqual([gone ? 'e1 destroyed' : 'e1 retired', 'e2 current'])
    expect((await allText(data)).includes(secret)).toBe(!gone)
    await destroy(data, 'e1')
    expect((await readEpochs(keysOf(data))).changes.filter(({ action }) => action === 'destroyed')).toHaveLength(1)
    expect(await allText(data)).not.toContain(secret)
  })
  expect(steps).toBe(6)
})

test('a crash at any step of taking over a data directory of before changes none of its values', async () => {
  let old: Awaited<ReturnType<typeof oldDirectory>> = { root: '', print: '', received: Buffer.alloc(0) }
  const steps = await crashEverywhere(async (data) => { old = await oldDirectory(data) }, (data, files) => settledEpochs(keysOf(data), now, files), async (data, secrets) => {
    expect([print(secrets), secrets.receivedDigest('shop', 'record'), states(secrets)]).toEqual([old.print, old.received, ['e1 current']])
    await rotate(data)
    await destroy(data, 'e1')
    expect(await allText(data)).not.toContain(old.root)
  })
  expect(steps).toBe(8)
})

test('a start that has nothing to finish neither writes nor waits for a lock that a crash left', async () => {
  const data = await directoryForTest()
  await openSecrets(data)
  await rotate(data)
  await destroy(data, 'e1')
  await writeFile(join(keysOf(data), 'epochs.json.lock'), '')
  const refusing: KeyFiles = { read: keyFiles.read, write: () => Promise.reject(new Error('written')), shred: () => Promise.reject(new Error('shredded')) }
  const { epochs } = await settledEpochs(keysOf(data), now, refusing)
  expect(states({ epochs: () => epochs })).toEqual(['e1 destroyed', 'e2 current'])
})

test('what a crash left of a write is destroyed at the next start', async () => {
  const data = await directoryForTest()
  await openSecrets(data)
  await writeFile(join(keysOf(data), 'epochs', 'e2.key.1234.tmp'), 'secret')
  await openSecrets(data)
  expect(await readdir(join(keysOf(data), 'epochs'))).toEqual(['e1.key'])
})
