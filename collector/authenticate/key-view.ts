// How a key looks to whoever manages it: everything but its hash, and what deserves attention.

import { isLive } from './key-file.ts'
import type { FieldClass } from '@blotter/processors'
import type { ApiKey, Scope } from './key-file.ts'

export interface KeyView {
  readonly id: string
  readonly name?: string
  readonly workspace: string
  readonly environment: string
  readonly scopes: readonly Scope[]
  /** The highest class of fields that it shows: `secret`, and so everything, where nobody said. */
  readonly clearance: FieldClass
  readonly addresses?: readonly string[]
  readonly createdAt: string
  readonly expiresAt?: string
  readonly revokedAt?: string
  /** To the hour. Absent: never. */
  readonly lastUsedAt?: string
  readonly replaces?: string
  readonly state: 'live' | 'expired' | 'revoked'
  /** `expires_soon`: within two weeks. `unused`: for 90 days, or never in the 30 days since it was made. */
  readonly notices: readonly ('expires_soon' | 'unused')[]
}

const dayMs = 86_400_000
const soonMs = 14 * dayMs
const unusedMs = 90 * dayMs
const neverUsedMs = 30 * dayMs

export function keyView(key: ApiKey, lastUsedAt: string | undefined, nowMs: number): KeyView {
  const live = isLive(key, nowMs)
  const shown = Object.fromEntries(Object.entries(key).filter(([name]) => name !== 'hash'))
  const notices: KeyView['notices'][number][] = []
  if (live && key.expiresAt !== undefined && Date.parse(key.expiresAt) - nowMs <= soonMs) notices.push('expires_soon')
  if (live && idleMs(key.createdAt, lastUsedAt, nowMs) > 0) notices.push('unused')
  return { ...shown, clearance: key.clearance ?? 'secret', ...(lastUsedAt === undefined ? {} : { lastUsedAt }), state: live ? 'live' : key.revokedAt === undefined ? 'expired' : 'revoked', notices } as unknown as KeyView
}

/** How much longer it was left alone than a key in use is. */
function idleMs(createdAt: string, lastUsedAt: string | undefined, nowMs: number): number {
  return lastUsedAt === undefined ? nowMs - Date.parse(createdAt) - neverUsedMs : nowMs - Date.parse(lastUsedAt) - unusedMs
}

/** How many keys are in each state, and how many of the live ones deserve attention. */
export function countKeys(keys: readonly ApiKey[], lastUsedAt: (keyId: string) => string | undefined, nowMs: number): Readonly<Record<KeyView['state'] | KeyView['notices'][number], number>> {
  const counts = { live: 0, expires_soon: 0, unused: 0, expired: 0, revoked: 0 }
  for (const key of keys) {
    const { state, notices } = keyView(key, lastUsedAt(key.id), nowMs)
    for (const counted of [state, ...notices]) counts[counted] += 1
  }
  return counts
}
