// Keys over HTTP, for administrators of a workspace: they reach the keys of their own workspace and environment, and no
// others. The first key is made with the command, by whoever owns the data directory: a collector that serves its
// machine without keys gives none away.

import { z } from 'zod'
import { parseExpiry, parseOverlapMs } from '../authenticate/expiry.ts'
import { createKey, expireKey, readKeys, revokeKey, rotateKey } from '../authenticate/key-file.ts'
import { keyView } from '../authenticate/key-view.ts'
import { BlotterError } from '../errors.ts'
import { readBody } from '../receive/body.ts'
import { defaultClearance, keyAddresses, keyClearance, keyName, keyScopes, time } from './options.ts'
import type { Context, Hono } from 'hono'
import type { Authenticator, Principal } from '../authenticate/authenticate.ts'
import type { ApiKey, Changer } from '../authenticate/key-file.ts'
import type { KeyView } from '../authenticate/key-view.ts'
import type { Caller } from './caller.ts'

export interface KeysApiParts {
  readonly authenticator: Authenticator
  readonly caller: Caller
  /** Makes audit records of what was changed. */
  readonly recordChanges: () => Promise<void>
}

/** Bytes of a request about keys: generous for what it may say. */
export const maxKeyRequestBytes = 64 * 1024

const bodies = {
  create: z.strictObject({ scopes: keyScopes, clearance: keyClearance.default(defaultClearance), name: keyName.optional(), addresses: keyAddresses.optional(), expires: time.optional() }),
  rotate: z.strictObject({ overlap: time.default('24h'), expires: time.optional() }),
  expire: z.strictObject({ expires: time }),
  revoke: z.strictObject({}),
}

/** The route of a path about keys, without the id in it; undefined for another path. */
export function keyRoute(path: string): string | undefined {
  const action = /^\/v1\/keys\/[^/]+\/(rotate|expire|revoke)$/.exec(path)?.[1]
  return action === undefined ? undefined : `/v1/keys/:id/${action}`
}

export function registerKeyRoutes(app: Hono, { authenticator, caller, recordChanges }: KeysApiParts): void {
  const file = authenticator.keyFile
  const view = (key: ApiKey): KeyView => keyView(key, authenticator.lastUsedAt(key.id), Date.now())

  async function administrator(c: Context): Promise<Principal> {
    const principal = await caller.authenticate(c, 'admin')
    if (authenticator.open) throw new BlotterError('FORBIDDEN', { violations: [{ field: 'key', description: 'make the first key with: blotter keys create' }] })
    return principal
  }

  /** The change is made, then noticed, then recorded: a record that cannot be written now is written with the next flush. */
  async function changed(c: Context, answer: object, status: 200 | 201 = 200): Promise<Response> {
    await authenticator.upkeep()
    await recordChanges().catch(() => {})
    return c.json(answer, status, { 'Cache-Control': 'no-store' })
  }

  app.get('/v1/keys', async (c) => {
    const principal = await administrator(c)
    const keys = (await readKeys(file)).filter(({ workspace, environment }) => workspace === principal.workspace && environment === principal.environment)
    return c.json({ keys: keys.map(view) })
  })

  app.post('/v1/keys', async (c) => {
    const { workspace, environment, keyId, clearance } = await administrator(c)
    const { expires, ...wanted } = await readJson(c, bodies.create)
    const now = new Date()
    const expiresAt = expires === undefined ? undefined : parseExpiry(expires, now, 'expires')
    const { key, apiKey } = await createKey(file, { ...wanted, workspace, environment, expiresAt }, now, changerOf({ workspace, environment, keyId, clearance }))
    return changed(c, { key, ...view(apiKey) }, 201)
  })

  app.post('/v1/keys/:id/rotate', async (c) => {
    const changer = changerOf(await administrator(c))
    const { overlap, expires } = await readJson(c, bodies.rotate)
    const now = new Date()
    const wanted = { overlapMs: parseOverlapMs(overlap, 'overlap'), expiresAt: expires === undefined ? undefined : parseExpiry(expires, now, 'expires') }
    const { key, apiKey, replaced } = await rotateKey(file, c.req.param('id'), wanted, now, changer)
    return changed(c, { key, ...view(apiKey), replaced: view(replaced) }, 201)
  })

  app.post('/v1/keys/:id/expire', async (c) => {
    const changer = changerOf(await administrator(c))
    const { expires } = await readJson(c, bodies.expire)
    const now = new Date()
    return changed(c, view(await expireKey(file, c.req.param('id'), parseExpiry(expires, now, 'expires'), now, changer)))
  })

  app.post('/v1/keys/:id/revoke', async (c) => {
    const changer = changerOf(await administrator(c))
    await readJson(c, bodies.revoke)
    if (!(await revokeKey(file, c.req.param('id'), new Date(), changer))) throw new BlotterError('NOT_FOUND')
    return changed(c, {})
  })
}

function changerOf({ keyId, workspace, environment, clearance }: Pick<Principal, 'keyId' | 'workspace' | 'environment'> & { readonly clearance?: Principal['clearance'] | undefined }): Changer {
  return { by: `key:${keyId}`, within: { workspace, environment, clearance } }
}

/** No body is an empty one. JSON by its Content-Type alone: a page in a browser cannot send that to another place unasked. */
async function readJson<Schema extends z.ZodType>(c: Context, schema: Schema): Promise<z.infer<Schema>> {
  const body = await readBody(c.req.raw.body, undefined, undefined, { wireBytes: maxKeyRequestBytes, inflatedBytes: maxKeyRequestBytes })
  if (body.length > 0 && c.req.header('Content-Type')?.split(';')[0]!.trim().toLowerCase() !== 'application/json') {
    throw new BlotterError('UNSUPPORTED_MEDIA_TYPE', { violations: [{ field: 'Content-Type', description: 'application/json' }] })
  }
  const checked = schema.safeParse(body.length === 0 ? {} : parse(body))
  if (checked.success) return checked.data
  throw new BlotterError('INVALID_KEY_REQUEST', { violations: checked.error.issues.map(({ path, code, message }) => ({ field: path.join('.') || 'body', description: code === 'unrecognized_keys' ? `takes ${Object.keys((schema as unknown as z.ZodObject).shape).join(', ') || 'nothing'}` : message })) })
}

/** What the parser says of bad JSON quotes it. */
function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    throw new BlotterError('INVALID_KEY_REQUEST', { violations: [{ field: 'body', description: 'valid JSON' }] })
  }
}
