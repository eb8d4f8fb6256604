import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { directoryForTest } from '../../test/support/directory.ts'
import { recordPolicyChange } from './changes.ts'
import type { PolicyChangeParts } from './changes.ts'

async function bench(): Promise<{ readonly start: (version: string, changes?: Partial<PolicyChangeParts>) => Promise<void>; readonly emitted: { event: string; id: unknown; reason: unknown; target: unknown }[]; readonly path: string }> {
  const path = join(await directoryForTest(), 'redaction-version.json')
  const emitted: { event: string; id: unknown; reason: unknown; target: unknown }[] = []
  const start = (version: string, changes: Partial<PolicyChangeParts> = {}): Promise<void> => recordPolicyChange({
    path, version, writeFile: (file, text) => writeFile(file, text),
    emit: async (event, attributes) => { emitted.push({ event, id: attributes['audit.record.id'], reason: attributes['blotter.reason'], target: attributes['audit.target.id'] }) },
    ...changes,
  })
  return { start, emitted, path }
}

test('the first start and one with the same policy record nothing, one with another policy records both versions', async () => {
  const { start, emitted } = await bench()
  await start('builtin-3')
  await start('builtin-3')
  expect(emitted).toEqual([])
  await start('builtin-3+abc')
  expect(emitted).toMatchObject([{ event: 'blotter.redaction.changed', target: 'builtin-3+abc', reason: 'builtin-3 was in force until this start' }])
})

test('a crash after the record and before it is remembered records it again under the same id; going back and forth has ids of its own', async () => {
  const { start, emitted } = await bench()
  await start('a')
  await start('b', { writeFile: () => Promise.reject(new Error('crash')) }).catch(() => {})
  await start('b')
  expect(emitted[0]!.id).toBe(emitted[1]!.id)
  await start('a')
  await start('b')
  expect(new Set(emitted.map(({ id }) => id)).size).toBe(3)
})

test('what could not be recorded is due at the next start', async () => {
  const { start, emitted, path } = await bench()
  await start('a')
  await expect(start('b', { emit: () => Promise.reject(new Error('full')) })).rejects.toThrow('full')
  expect(await readFile(path, 'utf8')).toContain('"a"')
  await start('b')
  expect(emitted).toHaveLength(1)
})

test('a file that nobody can read as it was meant is a first start', async () => {
  const { start, emitted, path } = await bench()
  await writeFile(path, '{"version":7')
  await start('a')
  expect([emitted, await readFile(path, 'utf8')]).toEqual([[], '{"version":"a","changes":1}\n'])
})
