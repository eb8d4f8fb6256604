// Who is calling, from the key alone: workspace and environment are bound to it, and no claim in a record or a header
// changes them. Without any key the service answers only this machine, as workspace `default`, environment `local`.

import { BlotterError } from '../errors.ts'
import { hashKey, keyFileVersion, readKeys } from './key-file.ts'
import type { ApiKey, Scope } from './key-file.ts'

export interface Principal {
  readonly workspace: string
  readonly environment: string
  /** Id of the key, or `open` when there are no keys. */
  readonly keyId: string
  readonly scopes: ReadonlySet<Scope>
}

export const openPrincipal: Principal = { workspace: 'default', environment: 'local', keyId: 'open', scopes: new Set<Scope>(['ingest', 'read', 'retain', 'admin']) }

export interface Authenticator {
  /** Throws UNAUTHENTICATED or FORBIDDEN. */
  authenticate(authorization: string | undefined, scope: Scope): Promise<Principal>
  /** The principal of a request that has been refused for its scope or its body, when its key is good. */
  identify(authorization: string | undefined): Promise<Principal | undefined>
  /** Keys that are neither revoked nor expired. */
  readonly liveKeys: readonly ApiKey[]
  /** True when no key was ever made: loopback only, said loudly. */
  readonly open: boolean
}

/** How long a revocation may take to be noticed. */
const rereadAfterMs = 1000

export async function createAuthenticator(keyFile: string, nowMs: () => number): Promise<Authenticator> {
  let version = ''
  let byHash = new Map<string, ApiKey>()
  let checkedAtMs = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | undefined

  async function reread(): Promise<void> {
    const current = await keyFileVersion(keyFile)
    checkedAtMs = nowMs()
    if (current === version || (current === 'none' && byHash.size > 0)) return // a lost file is no reason to let everyone in
    byHash = new Map((await readKeys(keyFile)).map((key) => [key.hash, key]))
    version = current
  }
  const refresh = (): Promise<void> => (reading ??= reread().finally(() => { reading = undefined }))
  await refresh()

  const isLive = (key: ApiKey): boolean => key.revokedAt === undefined && (key.expiresAt === undefined || Date.parse(key.expiresAt) > nowMs())

  async function identify(authorization: string | undefined): Promise<Principal | undefined> {
    if (Math.abs(nowMs() - checkedAtMs) > rereadAfterMs) await refresh()
    if (authorization === undefined) return byHash.size === 0 ? openPrincipal : undefined
    const key = /^Bearer +([\x21-\x7e]{1,200})$/i.exec(authorization)?.[1]
    if (key === undefined) return undefined
    const hash = hashKey(key)
    if (!byHash.has(hash)) await refresh() // it may have been made a moment ago
    const found = byHash.get(hash)
    return found !== undefined && isLive(found) ? { workspace: found.workspace, environment: found.environment, keyId: found.id, scopes: new Set(found.scopes) } : undefined
  }

  return {
    identify,
    async authenticate(authorization, scope) {
      const principal = await identify(authorization)
      if (principal === undefined) throw new BlotterError('UNAUTHENTICATED')
      if (!principal.scopes.has(scope)) throw new BlotterError('FORBIDDEN', { violations: [{ field: 'scope', description: scope }] })
      return principal
    },
    get liveKeys() { return [...byHash.values()].filter(isLive) },
    get open() { return byHash.size === 0 },
  }
}
