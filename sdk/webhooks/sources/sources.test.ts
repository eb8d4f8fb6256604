import { mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { secretsFromCallback } from './callback.ts'
import { secretsFromEnvironment } from './environment.ts'
import { secretsFromFile } from './file.ts'

let directory: string
beforeEach(async () => { directory = await mkdtemp(join(tmpdir(), 'blotter-secrets-')) })
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(directory, { recursive: true })
})

describe('environment', () => {
  test('each variable that is set is a secret, named like it', () => {
    vi.stubEnv('HOOK_NEW', 'two')
    vi.stubEnv('HOOK_OLD', ' one\n')
    const source = secretsFromEnvironment('HOOK_NEW', 'HOOK_NONE', 'HOOK_OLD')
    expect(source.secrets({})).toEqual([{ id: 'HOOK_NEW', secret: 'two' }, { id: 'HOOK_OLD', secret: 'one' }])
  })

  test('none is a mistake, which names the variables', () => {
    vi.stubEnv('HOOK_EMPTY', '')
    expect(() => secretsFromEnvironment('HOOK_EMPTY', 'HOOK_NONE').secrets({})).toThrow(/HOOK_EMPTY, HOOK_NONE/)
  })
})

describe('file', () => {
  let nowMs = 0
  const open = (path: string): ReturnType<typeof secretsFromFile> => secretsFromFile(path, { now: () => nowMs })

  test('lines are secrets, and a change counts after the next look', async () => {
    const path = join(directory, 'secret')
    await writeFile(path, 'one\n')
    const source = open(path)
    expect(await source.secrets({})).toEqual([{ secret: 'one' }])
    await writeFile(path, 'two\r\n\none\n')
    expect(await source.secrets({})).toEqual([{ secret: 'one' }])
    nowMs += 1_000
    expect(await source.secrets({})).toEqual([{ secret: 'two' }, { secret: 'one' }])
  })

  test('a list has ids and dates', async () => {
    const path = join(directory, 'secrets.json')
    await writeFile(path, '[{"id":"a","secret":"one","notAfter":"2026-12-31T00:00:00Z","rotateBy":"2026-12-01"},{"secret":"two"}]')
    expect(await open(path).secrets({})).toEqual([{ id: 'a', secret: 'one', notAfter: new Date('2026-12-31T00:00:00Z'), rotateBy: new Date('2026-12-01') }, { secret: 'two' }])
  })

  test.each(['[', '[{"id":"a"}]', '[{"secret":7}]', '[{"secret":"hush","notAfter":"tomorrow"}]', '[{"secret":"hush","notAfter":"2026-12-31T00:00:00"}]', '[{"secret":"hush","notafter":"2026-12-31"}]', '[7]', '[]', '\n', `[${'{"secret":"hush"},'.repeat(9000)}]`])('a file that says %.40j is an error that does not repeat it', async (text) => {
    const path = join(directory, 'broken')
    await writeFile(path, text)
    const error = await Promise.resolve(open(path).secrets({})).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'INVALID_OPTIONS' })
    expect(String(error)).not.toContain('hush')
  })

  test('a symbolic link that is swapped, as Kubernetes does, is noticed', async () => {
    await writeFile(join(directory, 'v1'), 'one')
    await writeFile(join(directory, 'v2'), 'two')
    const path = join(directory, 'current')
    await symlink('v1', path)
    const source = open(path)
    expect(await source.secrets({})).toEqual([{ secret: 'one' }])
    await symlink('v2', join(directory, 'next'))
    await rename(join(directory, 'next'), path)
    nowMs += 1_000
    expect(await source.secrets({})).toEqual([{ secret: 'two' }])
  })

  test('a file that vanishes or breaks leaves the last good secrets, and is taken again when it is mended', async () => {
    const path = join(directory, 'secret')
    await writeFile(path, 'one')
    const source = open(path)
    await source.secrets({})
    await unlink(path)
    nowMs += 1_000
    expect(await source.secrets({})).toEqual([{ secret: 'one' }])
    await writeFile(path, '[broken')
    nowMs += 1_000
    expect(await source.secrets({})).toEqual([{ secret: 'one' }])
    await writeFile(path, 'two')
    nowMs += 1_000
    expect(await source.secrets({})).toEqual([{ secret: 'two' }])
  })

  test('a file that was never there rejects, and is looked for each time', async () => {
    const path = join(directory, 'secret')
    const source = open(path)
    await expect(source.secrets({})).rejects.toMatchObject({ code: 'ENOENT' })
    await writeFile(path, 'one')
    expect(await source.secrets({})).toEqual([{ secret: 'one' }])
  })
})

describe('callback', () => {
  let nowMs = 0
  let calls = 0
  let load: () => Promise<string[]>
  const open = (): ReturnType<typeof secretsFromCallback> => secretsFromCallback(() => { calls += 1; return load() }, { now: () => nowMs })
  beforeEach(() => { [nowMs, calls] = [0, 0] })

  test('many deliveries at once ask once, and later ones not before the cache is old', async () => {
    load = async () => ['one']
    const source = open()
    expect(await Promise.all([source.secrets({}), source.secrets({}), source.secrets({})])).toEqual([['one'], ['one'], ['one']])
    nowMs = 59_999
    await source.secrets({})
    expect(calls).toBe(1)
    nowMs = 60_000
    load = async () => ['two']
    expect(await source.secrets({})).toEqual(['two'])
    expect(calls).toBe(2)
  })

  test('when asking fails the last answer goes on for an hour, with a pause between tries', async () => {
    load = async () => ['one']
    const source = open()
    await source.secrets({})
    load = () => Promise.reject(new Error('down'))
    nowMs = 60_000
    expect(await source.secrets({})).toEqual(['one'])
    expect(await source.secrets({})).toEqual(['one'])
    expect(calls).toBe(2)
    nowMs = 3_600_000
    await expect(source.secrets({})).rejects.toThrow('down')
    load = async () => ['two']
    nowMs += 5_000
    expect(await source.secrets({})).toEqual(['two'])
  })

  test('one that never answered rejects, and one that throws does too', async () => {
    load = () => Promise.reject(new Error('down'))
    await expect(open().secrets({})).rejects.toThrow('down')
    const throws = secretsFromCallback(() => { throw new Error('broken') })
    await expect(throws.secrets({})).rejects.toThrow('broken')
  })

  test('one that hangs is given up', async () => {
    const source = secretsFromCallback(() => new Promise(() => {}), { timeoutMs: 1 })
    await expect(source.secrets({})).rejects.toThrow('in time')
  })
})
