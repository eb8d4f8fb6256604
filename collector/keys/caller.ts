// Who is calling, at the door of every route: before its body is read, and within a small budget of its own, so that
// those who have no key can hold next to nothing.

import { BlotterError } from '../errors.ts'
import { createAddressList } from '../listen/addresses.ts'
import { createBudget } from '../receive/budget.ts'
import type { Context } from 'hono'
import type { Authenticator, Principal } from '../authenticate/authenticate.ts'
import type { Scope } from '../authenticate/key-file.ts'
import type { ErrorCode } from '../errors.ts'
import type { AddressList } from '../listen/addresses.ts'
import type { RefusalReason } from '../refusals.ts'

export interface Caller {
  /** Throws UNAUTHENTICATED, FORBIDDEN, or BUSY when too many ask at the same time. */
  authenticate(c: Context, scope: Scope): Promise<Principal>
  /** What the audit record of a refused request says: why, and whose key it was. */
  refusal(c: Context, code: ErrorCode): Promise<{ readonly reason: RefusalReason; readonly principal: Principal | undefined }>
}

/** Requests whose key is being looked at, and what each of them holds: its headers. */
export const strangers = { requests: 256, headerBytes: 16 * 1024 } as const

/** `addressOf`: where the request comes from, proxies taken into account; undefined when that cannot be told. */
export function createCaller(authenticator: Authenticator, addressOf: (c: Context) => string | undefined): Caller {
  const budget = createBudget({ maxBytes: 2 * strangers.requests * strangers.headerBytes, maxRequests: strangers.requests }).of('strangers')
  const lists = new WeakMap<readonly string[], AddressList>()

  function mayCallFrom({ addresses }: Principal, c: Context): boolean {
    if (addresses === undefined) return true
    const list = lists.get(addresses) ?? createAddressList(addresses)
    lists.set(addresses, list)
    return list.allows(addressOf(c))
  }

  const authorizationOf = (c: Context): string | undefined => c.req.header('Authorization')

  return {
    async authenticate(c, scope) {
      const held = budget.take(strangers.headerBytes)
      try {
        const principal = await authenticator.authenticate(authorizationOf(c), scope)
        if (!mayCallFrom(principal, c)) throw new BlotterError('UNAUTHENTICATED')
        return principal
      } finally {
        held.release()
      }
    },
    async refusal(c, code) {
      const principal = await authenticator.identify(authorizationOf(c))
      if (code !== 'UNAUTHENTICATED') return { reason: code, principal }
      return await authenticator.refusal(authorizationOf(c)) ?? { reason: 'KEY_ADDRESS', principal }
    },
  }
}
