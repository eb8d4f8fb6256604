// Fingerprints over HTTP: the workspace's key for its SDKs, the fingerprint of a payload for whoever investigates, and the
// epochs of the keys. A look-up is answered when its record is durable, and as often as its key may ask.

import { randomUUID } from 'node:crypto'
import { fields } from '@blotter/processors'
import { z } from 'zod'
import { parseOverlapMs } from '../authenticate/expiry.ts'
import { BlotterError } from '../errors.ts'
import { readBody } from '../receive/body.ts'
import { rotateEpoch } from '../secrets/epochs.ts'
import { createLimiter } from './limiter.ts'
import { epochView } from './view.ts'
import type { Context, Hono } from 'hono'
import type { Value } from '@blotter/processors'
import type { Principal } from '../authenticate/authenticate.ts'
import type { Caller } from '../keys/caller.ts'
import type { Budget } from '../receive/budget.ts'
import type { Secrets } from '../secrets.ts'
import type { LookUp } from './look-up.ts'
import type { Looker } from './looker.ts'

export interface FingerprintApiParts {
  readonly secrets: Secrets
  /** The directory of the keys. */
  readonly keys: string
  readonly caller: Caller
  readonly looker: Looker
  /** What a workspace may hold in memory. */
  readonly budgetOf: (workspace: string) => Budget
  /** A body as it comes, still compressed. */
  readonly bodyOf: (c: Context) => AsyncIterable<Uint8Array> | null
  /** Notices epochs that began or ended, here and in the threads that prepare records. */
  readonly renew: () => Promise<void>
  /** Makes audit records of what was changed. */
  readonly recordChanges: () => Promise<void>
  readonly emit: (event: string, attributes: { readonly [key: string]: Value }, principal: Principal) => Promise<void>
  readonly counted: (result: LookUpResult) => void
  /** For tests. Default: the process's own clock. */
  readonly nowMs?: () => number
}

/** Label of a metric. */
export type LookUpResult = 'answered' | 'refused' | 'limited'

export const lookUpLimits = {
  /** Of a payload, on the wire and inflated: twice what an SDK fingerprints by default. */
  bytes: 512 * 1024,
  /** Look-ups of one key at once, and how many more each second. */
  burst: 30, perSecond: 0.5,
} as const

/** How often an SDK asks whether there is a new key: soon enough for any overlap worth the name. */
export const keyAgeSeconds = 3600

const defaultOverlap = '30d'

const privateAnswer = { 'Cache-Control': 'no-store' }

export function registerFingerprintRoutes(app: Hono, parts: FingerprintApiParts): void {
  const { secrets, keys, caller, looker, renew, recordChanges, emit, counted, nowMs = () => performance.now() } = parts
  const limiter = createLimiter({ burst: lookUpLimits.burst, perSecond: lookUpLimits.perSecond, nowMs })

  app.get('/v1/fingerprint/key', async (c) => {
    const { workspace } = await caller.authenticate(c, 'ingest')
    await renew()
    const { epoch, secret } = secrets.fingerprintSecret(workspace)
    return c.json({ epoch, key: Buffer.from(secret).toString('base64'), maxAgeSeconds: keyAgeSeconds }, 200, privateAnswer)
  })

  app.post('/v1/fingerprint', async (c) => {
    const principal = await caller.authenticate(c, 'read')
    if (!limiter.take(principal.keyId)) {
      counted('limited')
      throw new BlotterError('RATE_LIMITED')
    }
    await renew()
    const { bytes, found } = await lookedUp(c, principal)
    await emit('blotter.fingerprint.looked_up', lookUpAttributes(found, bytes.length, principal), principal)
    counted('answered')
    return c.json({ ...found, size: bytes.length }, 200, privateAnswer)
  })

  app.get('/v1/fingerprint/epochs', async (c) => {
    await caller.authenticate(c, 'read')
    await renew()
    return c.json({ epochs: secrets.epochs().map((epoch) => epochView(epoch, Date.now())) }, 200, privateAnswer)
  })

  app.post('/v1/fingerprint/rotate', async (c) => {
    const { keyId } = await caller.authenticate(c, 'admin')
    const overlapMs = parseOverlapMs(await readOverlap(c), 'overlap')
    const now = new Date()
    const { current, retired } = await rotateEpoch(keys, { overlapMs, by: `key:${keyId}` }, now)
    await renew()
    await recordChanges().catch(() => {}) // it is in the list of epochs, and due again
    return c.json({ current: epochView(current, now.getTime()), retired: epochView(retired, now.getTime()) }, 201, privateAnswer)
  })

  async function lookedUp(c: Context, { workspace }: Principal): Promise<{ readonly bytes: Buffer; readonly found: LookUp }> {
    const held = parts.budgetOf(workspace).take(lookUpLimits.bytes)
    try {
      const bytes = await readBody(parts.bodyOf(c), declaredBytes(c), c.req.header('Content-Encoding'), { wireBytes: lookUpLimits.bytes, inflatedBytes: lookUpLimits.bytes })
      return { bytes, found: await looker.lookUp(bytes, workspace) }
    } catch (error) {
      counted('refused')
      throw error
    } finally {
      held.release()
    }
  }
}

function declaredBytes(c: Context): number | undefined {
  const header = c.req.header('Content-Length')
  return header !== undefined && /^[0-9]{1,15}$/.test(header) ? Number(header) : undefined
}

/** Who asked, with which keys it was answered, how much they sent. Nothing of the payload, its fingerprint included: that would tie the question to the answer in every timeline. */
function lookUpAttributes({ fingerprints }: LookUp, size: number, { keyId }: Principal): { readonly [key: string]: Value } {
  return {
    [fields.recordId.key]: randomUUID(),
    [fields.actorId.key]: `key:${keyId}`,
    [fields.actorType.key]: 'service',
    [fields.action.key]: 'READ',
    [fields.targetId.key]: 'payload',
    [fields.targetType.key]: 'fingerprint',
    [fields.outcome.key]: 'success',
    [fields.integration.key]: 'blotter',
    [fields.payloadSize.key]: BigInt(size),
    'blotter.fingerprint.epochs': fingerprints.map(({ epoch }) => epoch),
  }
}

const rotateBody = z.strictObject({ overlap: z.string().max(40).default(defaultOverlap) })

/** No body is an empty one. JSON by its Content-Type alone: a page in a browser cannot send that to another place unasked. */
async function readOverlap(c: Context): Promise<string> {
  const body = await readBody(c.req.raw.body, declaredBytes(c), undefined, { wireBytes: 1024, inflatedBytes: 1024 })
  if (body.length === 0) return defaultOverlap
  if (c.req.header('Content-Type')?.split(';')[0]!.trim().toLowerCase() !== 'application/json') throw new BlotterError('UNSUPPORTED_MEDIA_TYPE', { violations: [{ field: 'Content-Type', description: 'application/json' }] })
  const checked = rotateBody.safeParse(parse(body))
  if (!checked.success) throw new BlotterError('INVALID_KEY_REQUEST', { violations: [{ field: 'body', description: 'JSON that says {"overlap": "30d"}, or nothing' }] })
  return checked.data.overlap
}

/** What the parser says of bad JSON quotes it. */
function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}
