// What can be done with API keys: made, replaced with an overlap, given an end, revoked. Each is one step on the key file,
// bound by what the caller may touch, and leaves a change behind that becomes an audit record.

import { fieldClasses } from '@blotter/processors'
import { BlotterError } from '../errors.ts'
import { idOf, makeKey } from './key.ts'
import { changeKeys } from './key-store.ts'
import type { FieldClass } from '@blotter/processors'
import type { ApiKey, Scope } from './key-store.ts'

export { isName, nameRule, readKeys, scopes } from './key-store.ts'
export type { ApiKey, Scope } from './key-store.ts'

export interface NewKey {
  readonly workspace: string
  readonly environment: string
  readonly scopes: readonly Scope[]
  /** The highest class of fields that it shows. Default all. */
  readonly clearance?: FieldClass | undefined
  readonly name?: string | undefined
  readonly addresses?: readonly string[] | undefined
  readonly expiresAt?: string | undefined
}

/** The key itself is told once and kept nowhere. */
export interface CreatedKey { readonly key: string; readonly apiKey: ApiKey }

export interface RotatedKey extends CreatedKey { readonly replaced: ApiKey }

/** Who changes keys, and which ones they may: an administrator's key reaches its own workspace and environment, and gives nobody more sight than it has. */
export interface Changer { readonly by: string; readonly within?: { readonly workspace: string; readonly environment: string; readonly clearance?: FieldClass | undefined } }

export const unknownChanger: Changer = { by: 'unknown' }

export function createKey(path: string, wanted: NewKey, now: Date, changer: Changer = unknownChanger): Promise<CreatedKey> {
  return changeKeys(path, changer.by, now, (keys) => {
    checkSight(wanted, changer)
    const created = newKey(wanted, now)
    return { keys: [...keys, created.apiKey], action: 'created', keyId: created.apiKey.id, result: created }
  })
}

function newKey(wanted: NewKey & { readonly replaces?: string }, now: Date): CreatedKey {
  const { id, key, hash } = makeKey()
  const { clearance, name, addresses, expiresAt, replaces } = wanted
  const apiKey: ApiKey = {
    id, hash, workspace: wanted.workspace, environment: wanted.environment, scopes: [...new Set(wanted.scopes)], createdAt: now.toISOString(),
    ...(clearance === undefined ? {} : { clearance }), ...(name === undefined ? {} : { name }), ...(addresses === undefined ? {} : { addresses: [...addresses] }), ...(expiresAt === undefined ? {} : { expiresAt }), ...(replaces === undefined ? {} : { replaces }),
  }
  return { key, apiKey }
}

/**
 * A new key with the same rights; the old one ends after `overlapMs`, or earlier where it would have. The new one lives as
 * long as the old one was meant to, unless `expiresAt` says otherwise. Asking twice makes two: the answer may have been lost.
 */
export function rotateKey(path: string, id: string, { overlapMs, expiresAt }: { readonly overlapMs: number; readonly expiresAt?: string | undefined }, now: Date, changer: Changer): Promise<RotatedKey> {
  return changeKeys(path, changer.by, now, (keys) => {
    const old = liveKey(keys, id, now, changer)
    checkSight(old, changer)
    const created = newKey({ ...old, replaces: old.id, expiresAt: expiresAt ?? sameLifetime(old, now) }, now)
    const replaced = { ...old, expiresAt: earlier(old.expiresAt, new Date(now.getTime() + overlapMs).toISOString()) }
    return { keys: [...replace(keys, replaced), created.apiKey], action: 'rotated', keyId: created.apiKey.id, result: { ...created, replaced } }
  })
}

/** Gives a live key another end. One that has ended stays ended. */
export function expireKey(path: string, id: string, expiresAt: string, now: Date, changer: Changer): Promise<ApiKey> {
  return changeKeys(path, changer.by, now, (keys) => {
    const changed = { ...liveKey(keys, id, now, changer), expiresAt }
    return { keys: replace(keys, changed), action: 'expiry_set', keyId: changed.id, result: changed }
  })
}

/** False when there is no such key. Revoking twice is revoking once, and only the first time is told. */
export async function revokeKey(path: string, id: string, now: Date, changer: Changer = unknownChanger): Promise<boolean> {
  try {
    await changeKeys(path, changer.by, now, (keys) => {
      const found = findKey(keys, id, changer)
      if (found.revokedAt !== undefined) throw new AlreadyRevoked()
      return { keys: replace(keys, { ...found, revokedAt: now.toISOString() }), action: 'revoked', keyId: found.id, result: true }
    })
    return true
  } catch (error) {
    if (error instanceof AlreadyRevoked) return true
    if (error instanceof BlotterError && error.code === 'NOT_FOUND') return false
    throw error
  }
}

class AlreadyRevoked extends Error {}

/** A key that the changer may not touch is not there for them. */
function findKey(keys: readonly ApiKey[], text: string, { within }: Changer): ApiKey {
  const found = keys.find(({ id }) => id === idOf(text))
  const reached = found !== undefined && (within === undefined || (found.workspace === within.workspace && found.environment === within.environment))
  if (!reached) throw new BlotterError('NOT_FOUND')
  return found
}

function liveKey(keys: readonly ApiKey[], text: string, now: Date, changer: Changer): ApiKey {
  const found = findKey(keys, text, changer)
  if (isLive(found, now.getTime())) return found
  throw new BlotterError('INVALID_KEY_REQUEST', { violations: [{ field: 'id', description: `this key is ${found.revokedAt === undefined ? 'expired' : 'revoked'}: create a new one` }] })
}

/** Whoever makes a key hears it: it must not show more than their own. */
function checkSight({ clearance = 'secret' }: Pick<NewKey, 'clearance'>, { within }: Changer): void {
  const own = within?.clearance ?? 'secret'
  if (fieldClasses.indexOf(clearance) > fieldClasses.indexOf(own)) throw new BlotterError('FORBIDDEN', { violations: [{ field: 'clearance', description: `at most ${own}, as this key has it` }] })
}

export function isLive(key: ApiKey, nowMs: number): boolean {
  return key.revokedAt === undefined && (key.expiresAt === undefined || Date.parse(key.expiresAt) > nowMs)
}

function replace(keys: readonly ApiKey[], changed: ApiKey): ApiKey[] {
  return keys.map((key) => (key.id === changed.id ? changed : key))
}

function sameLifetime({ createdAt, expiresAt }: ApiKey, now: Date): string | undefined {
  return expiresAt === undefined ? undefined : new Date(now.getTime() + Date.parse(expiresAt) - Date.parse(createdAt)).toISOString()
}

function earlier(a: string | undefined, b: string): string {
  return a !== undefined && Date.parse(a) < Date.parse(b) ? a : b
}
