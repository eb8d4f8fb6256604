// A new epoch and a destroyed one become audit records. The change waits in the list of epochs until its record is
// durable: a crash between the two repeats the record under the same id, which the pipeline notices.

import { fields } from '@blotter/processors'
import { asBlotterError } from '../errors.ts'
import { isLive, readEpochs, removeEpochChanges } from '../secrets/epochs.ts'
import type { Value } from '@blotter/processors'
import type { Epoch, EpochChange } from '../secrets/epochs.ts'

export type EmitEpochChange = (event: string, attributes: { readonly [key: string]: Value }) => Promise<void>

/** `keys`: the directory. What fails is due again the next time; an epoch that is not destroyed yet is not told to be. */
export async function recordEpochChanges(keys: string, emit: EmitEpochChange): Promise<void> {
  const { epochs, changes } = await readEpochs(keys)
  const recorded = new Set<string>()
  try {
    for (const change of changes) {
      const epoch = epochs.find(({ epoch: name }) => name === change.epoch)
      if (epoch?.state === 'destroying') continue
      if (epoch !== undefined) await emitOnce(emit, change, epoch, epochs)
      recorded.add(change.id)
    }
  } finally {
    if (recorded.size > 0) await removeEpochChanges(keys, recorded)
  }
}

async function emitOnce(emit: EmitEpochChange, change: EpochChange, epoch: Epoch, epochs: readonly Epoch[]): Promise<void> {
  try {
    await emit(`blotter.fingerprint.epoch_${change.action === 'rotated' ? 'begun' : 'destroyed'}`, attributesOf(change, epoch, epochs))
  } catch (error) {
    if (asBlotterError(error).code !== 'RECORD_CONFLICT') throw error // written before a crash, at another time
  }
}

function attributesOf({ id, action, by, at }: EpochChange, epoch: Epoch, epochs: readonly Epoch[]): { readonly [key: string]: Value } {
  return {
    [fields.recordId.key]: id,
    [fields.actorId.key]: by,
    [fields.actorType.key]: by.startsWith('user:') ? 'user' : 'service',
    [fields.action.key]: action === 'rotated' ? 'CREATE' : 'DELETE',
    [fields.targetId.key]: epoch.epoch,
    [fields.targetType.key]: 'fingerprint.epoch',
    [fields.outcome.key]: 'success',
    [fields.integration.key]: 'blotter',
    'blotter.fingerprint.changed_at': at,
    'blotter.fingerprint.epoch.created_at': epoch.createdAt,
    ...(epoch.retiredAt === undefined ? {} : { 'blotter.fingerprint.epoch.retired_at': epoch.retiredAt }),
    'blotter.fingerprint.epochs': epochs.filter(isLive).map(({ epoch: name }) => name),
  }
}
