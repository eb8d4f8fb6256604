import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { BlotterError } from '../errors.ts'
import { createCaller, strangers } from './caller.ts'
import type { Authenticator, Principal, RefusedKey } from '../authenticate/authenticate.ts'
import type { Caller } from './caller.ts'

const principal: Principal = { workspace: 'shop', environment: 'production', keyId: 'abc', scopes: new Set(['ingest'] as const) }

interface Answers { readonly good?: Principal; readonly refused?: RefusedKey; readonly until?: Promise<void> }

/** An authenticator that always says the same, when it is time. */
function saying({ good, refused, until }: Answers): Authenticator {
  return {
    keyFile: '', keys: [], liveKeys: [], open: false, lastUsedAt: () => undefined, upkeep: async () => {},
    identify: async () => good,
    refusal: async () => refused,
    async authenticate() {
      await until
      if (good === undefined) throw new BlotterError('UNAUTHENTICATED')
      return good
    },
  }
}

/** What happens to a request: the workspace, or the code and what is noted about it. */
async function ask(caller: Caller): Promise<unknown> {
  const app = new Hono()
  let heard: unknown
  app.get('/', async (c) => {
    try {
      heard = (await caller.authenticate(c, 'ingest')).workspace
    } catch (error) {
      const { code } = error as BlotterError
      const { reason, principal: whose } = await caller.refusal(c, code)
      heard = [code, reason, whose?.workspace]
    }
    return c.body(null)
  })
  await app.request('/')
  return heard
}

test('a good key is whose it is', async () => {
  expect(await ask(createCaller(saying({ good: principal }), () => undefined))).toBe('shop')
})

test.each<[string | undefined, unknown]>([
  ['10.1.2.3', 'shop'], ['::ffff:10.1.2.3', 'shop'], ['2001:db8::1', 'shop'],
  ['11.1.2.3', ['UNAUTHENTICATED', 'KEY_ADDRESS', 'shop']], ['2001:db9::1', ['UNAUTHENTICATED', 'KEY_ADDRESS', 'shop']], [undefined, ['UNAUTHENTICATED', 'KEY_ADDRESS', 'shop']],
])('a key that is bound to addresses, from %s: %j', async (address, expected) => {
  const bound = { ...principal, addresses: ['10.0.0.0/8', '2001:db8::/32'] }
  expect(await ask(createCaller(saying({ good: bound }), () => address))).toEqual(expected)
})

test('why a key was refused, and whose it was, is for the record', async () => {
  expect(await ask(createCaller(saying({ refused: { reason: 'KEY_REVOKED', principal } }), () => undefined))).toEqual(['UNAUTHENTICATED', 'KEY_REVOKED', 'shop'])
})

test('those whose key is still being looked at are bounded; when they are known there is room again', async () => {
  let go = (): void => {}
  const until = new Promise<void>((resolve) => { go = resolve })
  const caller = createCaller(saying({ good: principal, until }), () => undefined)
  const waiting = Array.from({ length: strangers.requests }, () => ask(caller))
  await Promise.resolve()
  expect(await ask(caller)).toEqual(['BUSY', 'BUSY', 'shop'])
  go()
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(['shop']))
  expect(await ask(caller)).toBe('shop')
})
