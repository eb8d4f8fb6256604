import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { directoryForTest } from '../../test/support/directory.ts'
import { BlotterError } from '../errors.ts'
import { destroyEpoch, readEpochs, rotateEpoch, settledEpochs } from '../secrets/epochs.ts'
import { recordEpochChanges } from './changes.ts'
import type { Value } from '@blotter/processors'

interface Emitted { readonly event: string; readonly attributes: { readonly [key: string]: Value } }

/** Two epochs began, the first one is gone. */
async function changedKeys(): Promise<{ readonly keys: string; readonly emitted: Emitted[]; readonly emit: (event: string, attributes: Emitted['attributes']) => Promise<void> }> {
  const keys = join(await directoryForTest(), 'keys')
  await settledEpochs(keys, new Date())
  await rotateEpoch(keys, { overlapMs: 0, by: 'key:abc' }, new Date('2026-11-24T12:00:00Z'))
  await destroyEpoch(keys, { epoch: 'e1', by: 'user:maria' }, new Date('2026-11-25T12:00:00Z'))
  const emitted: Emitted[] = []
  return { keys, emitted, emit: async (event, attributes) => { emitted.push({ event, attributes }) } }
}

test('each change becomes a record of who did it, once', async () => {
  const { keys, emitted, emit } = await changedKeys()
  await recordEpochChanges(keys, emit)
  await recordEpochChanges(keys, emit)
  expect(emitted).toMatchObject([
    { event: 'blotter.fingerprint.epoch_begun', attributes: { 'audit.actor.id': 'key:abc', 'audit.actor.type': 'service', 'audit.action': 'CREATE', 'audit.target.id': 'e2' } },
    { event: 'blotter.fingerprint.epoch_destroyed', attributes: { 'audit.actor.id': 'user:maria', 'audit.actor.type': 'user', 'audit.action': 'DELETE', 'audit.target.id': 'e1', 'blotter.fingerprint.changed_at': '2026-11-25T12:00:00.000Z' } },
  ])
  expect((await readEpochs(keys)).changes).toEqual([])
})

test('what cannot be recorded is due again under the same id, and what was recorded before a crash is not told twice', async () => {
  const { keys, emitted, emit } = await changedKeys()
  const { changes: [first, second] } = await readEpochs(keys)
  await expect(recordEpochChanges(keys, async (event, attributes) => {
    if (attributes['audit.record.id'] !== first!.id) throw new BlotterError('JOURNAL_FULL')
    throw new BlotterError('RECORD_CONFLICT')
  })).rejects.toThrow(BlotterError)
  expect((await readEpochs(keys)).changes).toEqual([second])
  await recordEpochChanges(keys, emit)
  expect(emitted.map(({ attributes }) => attributes['audit.record.id'])).toEqual([second!.id])
})

test('an epoch whose key is still going is not told to be gone', async () => {
  const { keys, emitted, emit } = await changedKeys()
  const path = join(keys, 'epochs.json')
  await writeFile(path, (await readFile(path, 'utf8')).replace('"destroyed",\n', '"destroying",\n'))
  await recordEpochChanges(keys, emit)
  expect(emitted.map(({ event }) => event)).toEqual(['blotter.fingerprint.epoch_begun'])
  expect((await readEpochs(keys)).changes).toHaveLength(1)
})
