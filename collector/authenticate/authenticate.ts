// Who is calling, from the key alone: workspace and environment are bound to it, and no claim in a record or a header
// changes them. Without any key the service answers only this machine, as workspace `default`, environment `local`.

import { timingSafeEqual } from 'node:crypto'
import { BlotterError } from '../errors.ts'
import { hashKey, idOfKey } from './key.ts'
import { isLive } from './key-file.ts'
import { keyFileVersion, readKeys } from './key-store.ts'
import { openUsage, usageFileOf } from './usage.ts'
import type { FieldClass } from '@blotter/processors'
import type { ApiKey, Scope } from './key-file.ts'

export interface Principal {
  readonly workspace: string
  readonly environment: string
  /** Id of the key, or `open` when there are no keys. */
  readonly keyId: string
  readonly scopes: ReadonlySet<Scope>
  /** The highest class of fields that it is shown. Absent: all of them. */
  readonly clearance?: FieldClass
  /** Where the key may be used from, as CIDR blocks. Absent: from anywhere. */
  readonly addresses?: readonly string[]
}

export const openPrincipal: Principal = { workspace: 'default', environment: 'local', keyId: 'open', scopes: new Set<Scope>(['ingest', 'read', 'retain', 'admin']) }

/** Why a key was not taken. For the audit record alone: the caller hears the same whatever it was. */
export type KeyRefusal = 'KEY_MISSING' | 'KEY_UNKNOWN' | 'KEY_EXPIRED' | 'KEY_REVOKED' | 'KEY_ADDRESS'

/** `principal`: whose key it was, when it was one of ours. */
export interface RefusedKey { readonly reason: KeyRefusal; readonly principal: Principal | undefined }

export interface Authenticator {
  /** Throws UNAUTHENTICATED or FORBIDDEN. */
  authenticate(authorization: string | undefined, scope: Scope): Promise<Principal>
  /** The principal of a request that has been refused for its scope or its body, when its key is good. */
  identify(authorization: string | undefined): Promise<Principal | undefined>
  /** Why `authenticate` would refuse the key; undefined when the key is good. */
  refusal(authorization: string | undefined): Promise<RefusedKey | undefined>
  /** Keys that are neither revoked nor expired. */
  readonly liveKeys: readonly ApiKey[]
  /** All that are known. */
  readonly keys: readonly ApiKey[]
  /** True when no key was ever made: loopback only, said loudly. */
  readonly open: boolean
  readonly keyFile: string
  /** When the key was last used, to the hour. */
  lastUsedAt(keyId: string): string | undefined
  /** Looks at the key file again, and writes down when keys were used. */
  upkeep(): Promise<void>
}

/** How long a revocation may take to be noticed. */
const rereadAfterMs = 1000

export async function createAuthenticator(keyFile: string, nowMs: () => number): Promise<Authenticator> {
  const usage = await openUsage(usageFileOf(keyFile))
  let version = ''
  let byId = new Map<string, Known>()
  let checkedAtMs = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | undefined

  async function reread(): Promise<void> {
    const current = await keyFileVersion(keyFile)
    checkedAtMs = nowMs()
    if (current === version || (current === 'none' && byId.size > 0)) return // a lost file is no reason to let everyone in
    byId = new Map((await readKeys(keyFile)).map((key) => [key.id, { key, hash: Buffer.from(key.hash, 'hex'), principal: principalOf(key) }]))
    version = current
  }
  const refresh = (): Promise<void> => (reading ??= reread().finally(() => { reading = undefined }))
  await refresh()

  /** A key that cannot be one, by its shape or checksum, costs neither a look at the file nor a digest. */
  async function find(key: string): Promise<Known | undefined> {
    const id = idOfKey(key)
    if (id === undefined) return undefined
    if (!byId.has(id)) await refresh() // it may have been made a moment ago
    const known = byId.get(id)
    const same = timingSafeEqual(hashKey(key), known?.hash ?? noHash)
    return same ? known : undefined
  }

  async function examine(authorization: string | undefined): Promise<Examined> {
    if (Math.abs(nowMs() - checkedAtMs) > rereadAfterMs) await refresh()
    if (authorization === undefined) return byId.size === 0 ? { good: openPrincipal } : { refused: { reason: 'KEY_MISSING', principal: undefined } }
    const sent = keyIn(authorization)
    const found = sent === undefined ? undefined : await find(sent)
    if (found === undefined) return { refused: { reason: 'KEY_UNKNOWN', principal: undefined } }
    const { key, principal } = found
    return isLive(key, nowMs()) ? { good: principal } : { refused: { reason: key.revokedAt === undefined ? 'KEY_EXPIRED' : 'KEY_REVOKED', principal } }
  }

  return {
    keyFile,
    identify: async (authorization) => (await examine(authorization)).good,
    refusal: async (authorization) => (await examine(authorization)).refused,
    async authenticate(authorization, scope) {
      const { good: principal } = await examine(authorization)
      if (principal === undefined) throw new BlotterError('UNAUTHENTICATED')
      if (!principal.scopes.has(scope)) throw new BlotterError('FORBIDDEN', { violations: [{ field: 'scope', description: scope }] })
      if (principal !== openPrincipal) usage.note(principal.keyId, nowMs())
      return principal
    },
    get liveKeys() { return [...byId.values()].map(({ key }) => key).filter((key) => isLive(key, nowMs())) },
    get keys() { return [...byId.values()].map(({ key }) => key) },
    get open() { return byId.size === 0 },
    lastUsedAt: (keyId) => usage.lastUsedAt(keyId),
    async upkeep() {
      await refresh()
      await usage.write(new Set(byId.keys()))
    },
  }
}

/** `Bearer <key>`, or Basic with the key as the password, as Grafana and logcli have a field for: the user name may be any. */
function keyIn(authorization: string): string | undefined {
  const basic = /^Basic +([A-Za-z0-9+/]{1,1000}={0,2})$/i.exec(authorization)?.[1]
  if (basic === undefined) return /^Bearer +([\x21-\x7e]{1,200})$/i.exec(authorization)?.[1]
  return /^[^:]*:([\x21-\x7e]{1,200})$/.exec(Buffer.from(basic, 'base64').toString('latin1'))?.[1]
}

interface Known { readonly key: ApiKey; readonly hash: Buffer; readonly principal: Principal }

type Examined = { readonly good: Principal; readonly refused?: undefined } | { readonly good?: undefined; readonly refused: RefusedKey }

/** Compared with when there is no such key, so that it takes as long. */
const noHash = Buffer.alloc(32)

function principalOf({ workspace, environment, id, scopes, clearance, addresses }: ApiKey): Principal {
  return { workspace, environment, keyId: id, scopes: new Set(scopes), ...(clearance === undefined ? {} : { clearance }), ...(addresses === undefined ? {} : { addresses }) }
}
