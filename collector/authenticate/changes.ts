// Each change of a key becomes an audit record of the workspace that the key belongs to. The change waits in the key file
// until its record is durable: a crash between the two repeats the record under the same id, which the pipeline notices.

import { fields } from '@blotter/processors'
import { asBlotterError } from '../errors.ts'
import { keyFileVersion, readKeyFile, removeChanges } from './key-store.ts'
import type { Value } from '@blotter/processors'
import type { Principal } from './authenticate.ts'
import type { ApiKey, KeyChange } from './key-store.ts'

export type EmitChange = (event: string, attributes: { readonly [key: string]: Value }, principal: Principal) => Promise<void>

/** Writes the records that are due. What fails is due again the next time. A file in which nothing was due is not read again. */
export function createChangeRecorder(path: string, emit: EmitChange): () => Promise<void> {
  let doneVersion = ''
  return async function record() {
    const version = await keyFileVersion(path)
    if (version !== doneVersion && await recordChanges(path, emit) === 0) doneVersion = version
  }
}

/** How many were due. */
async function recordChanges(path: string, emit: EmitChange): Promise<number> {
  const { keys, changes } = await readKeyFile(path)
  const byId = new Map(keys.map((key) => [key.id, key]))
  const recorded = new Set<string>()
  try {
    for (const change of changes) {
      const key = byId.get(change.keyId)
      if (key !== undefined) await emitOnce(emit, change, key)
      recorded.add(change.id)
    }
  } finally {
    if (recorded.size > 0) await removeChanges(path, recorded)
  }
  return changes.length
}

async function emitOnce(emit: EmitChange, change: KeyChange, key: ApiKey): Promise<void> {
  try {
    await emit(`blotter.key.${change.action}`, attributesOf(change, key), { workspace: key.workspace, environment: key.environment, keyId: 'none', scopes: new Set() })
  } catch (error) {
    if (asBlotterError(error).code !== 'RECORD_CONFLICT') throw error // written before a crash, at another time
  }
}

const actions = { created: 'CREATE', rotated: 'CREATE', expiry_set: 'UPDATE', revoked: 'DELETE' } as const

function attributesOf({ id, action, by, at }: KeyChange, key: ApiKey): { readonly [key: string]: Value } {
  return {
    [fields.recordId.key]: id,
    [fields.actorId.key]: by,
    [fields.actorType.key]: by.startsWith('user:') ? 'user' : 'service',
    [fields.action.key]: actions[action],
    [fields.targetId.key]: key.id,
    [fields.targetType.key]: 'api.key',
    [fields.outcome.key]: 'success',
    [fields.integration.key]: 'blotter',
    'blotter.key.changed_at': at,
    'blotter.key.scopes': key.scopes,
    ...(key.clearance === undefined ? {} : { 'blotter.key.clearance': key.clearance }),
    ...(key.name === undefined ? {} : { 'blotter.key.name': key.name }),
    ...(key.addresses === undefined ? {} : { 'blotter.key.addresses': key.addresses }),
    ...(key.expiresAt === undefined ? {} : { 'blotter.key.expires_at': key.expiresAt }),
    ...(key.replaces === undefined ? {} : { 'blotter.key.replaces': key.replaces }),
  }
}
