// Destinations over HTTP, for administrators: how they are, what they refused, and sending that again. Who sees a dead
// letter's record is whoever may read it; of the records of other workspaces an administrator sees that they are there.

import { randomUUID } from 'node:crypto'
import { fields, parseRecord, text } from '@blotter/processors'
import { BlotterError } from '../errors.ts'
import type { Context, Hono } from 'hono'
import type { Value } from '@blotter/processors'
import type { DeadLetter } from './dead-letters.ts'
import type { Forward } from './forward.ts'
import type { Selection } from './replay.ts'

interface Administrator { readonly workspace: string; readonly environment: string; readonly keyId: string }

export interface ForwardApiParts<P extends Administrator> {
  readonly forwards: readonly Forward[]
  /** One past the last durable entry of the journal. */
  readonly durableIndex: () => number
  /** Throws unless the caller is one. */
  readonly administrator: (c: Context) => Promise<P>
  /** Keeps a record of what was done. */
  readonly emit: (event: string, attributes: { readonly [key: string]: Value }, principal: P) => Promise<void>
}

/** A dead letter as it is shown. */
export interface LetterView extends Omit<DeadLetter, 'text'> {
  /** Of the caller's own workspace and environment only. */
  readonly recordId?: string
  readonly event?: string
  readonly record?: unknown
}

/** `shownBytes`: of the records on one page. `replayed`: leaves that a request may name. */
export const letterLimits = { shown: 100, mostShown: 1000, shownBytes: 8 * 1024 * 1024, replayed: 1000 } as const

export function registerForwardRoutes<P extends Administrator>(app: Hono, { forwards, durableIndex, administrator, emit }: ForwardApiParts<P>): void {
  const noted = (event: string, action: string, name: string, more: { readonly [key: string]: Value }, principal: P): Promise<void> =>
    emit(event, { ...about(action, name, principal), ...more }, principal)

  app.get('/v1/forward', async (c) => {
    await administrator(c)
    return c.json({ destinations: forwards.map((forward) => forward.status(durableIndex())) })
  })

  app.get('/v1/forward/:name/dead-letters', async (c) => {
    const principal = await administrator(c)
    const forward = named(c)
    const limit = Math.min(wholeNumber(c, 'limit') ?? letterLimits.shown, letterLimits.mostShown)
    const { letters, more } = await page(forward, wholeNumber(c, 'after') ?? -1, limit)
    await noted('blotter.forward.inspected', 'READ', forward.name, { 'blotter.forward.letters': BigInt(letters.length) }, principal)
    return c.json({ letters: letters.map((letter) => viewOf(letter, principal)), more }, 200, { 'Cache-Control': 'no-store' })
  })

  app.post('/v1/forward/:name/replay', async (c) => {
    const principal = await administrator(c)
    const forward = named(c)
    const replayed = await forward.replay(selectionOf(c))
    await noted('blotter.forward.replayed', 'EXECUTE', forward.name, { 'blotter.forward.delivered': BigInt(replayed.delivered), 'blotter.forward.refused': BigInt(replayed.refused) }, principal)
    return c.json(replayed)
  })

  function named(c: Context): Forward {
    const forward = forwards.find(({ name }) => name === c.req.param('name'))
    if (forward === undefined) throw new BlotterError('NOT_FOUND', { violations: [{ field: 'destination', description: `one of: ${forwards.map(({ name }) => name).join(', ') || 'none is configured'}` }] })
    return forward
  }
}

/** The route of a path about destinations, without the name in it; undefined for another path. */
export function forwardRoute(path: string): string | undefined {
  const action = /^\/v1\/forward\/[^/]+\/(dead-letters|replay)$/.exec(path)?.[1]
  return action === undefined ? undefined : `/v1/forward/:name/${action}`
}

async function page(forward: Forward, after: number, limit: number): Promise<{ letters: DeadLetter[]; more: boolean }> {
  const letters: DeadLetter[] = []
  let bytes = 0
  for await (const letter of forward.deadLetters()) {
    if (letter.leaf <= after) continue
    if (letters.length === limit || bytes > letterLimits.shownBytes) return { letters, more: true }
    letters.push(letter)
    bytes += letter.text.length
  }
  return { letters, more: false }
}

function viewOf({ text: canonical, ...letter }: DeadLetter, { workspace, environment }: Administrator): LetterView {
  const { attributes, eventName } = parseRecord(canonical)
  if (text(attributes, fields.workspace.key) !== workspace || text(attributes, fields.environment.key) !== environment) return letter
  return { ...letter, recordId: text(attributes, fields.recordId.key), event: eventName, record: JSON.parse(canonical) as unknown }
}

function selectionOf(c: Context): Selection {
  const leaves = new URL(c.req.url).searchParams.getAll('leaf')
  if (leaves.length > letterLimits.replayed) throw new BlotterError('INVALID_QUERY', { violations: [{ field: 'leaf', description: `at most ${letterLimits.replayed} of them; without any, all letters` }] })
  const after = wholeNumber(c, 'after')
  return { ...(leaves.length === 0 ? {} : { leaves: new Set(leaves.map((leaf) => parseWhole('leaf', leaf))) }), ...(after === undefined ? {} : { after }) }
}

function wholeNumber(c: Context, name: string): number | undefined {
  const given = c.req.query(name)
  return given === undefined ? undefined : parseWhole(name, given)
}

function parseWhole(field: string, given: string): number {
  if (!/^\d{1,15}$/.test(given)) throw new BlotterError('INVALID_QUERY', { violations: [{ field, description: 'a whole number' }] })
  return Number(given)
}

function about(action: string, destination: string, { keyId }: Administrator): { readonly [key: string]: Value } {
  return {
    [fields.recordId.key]: randomUUID(),
    [fields.actorId.key]: keyId === 'none' ? 'unknown' : `key:${keyId}`,
    [fields.actorType.key]: 'service',
    [fields.action.key]: action,
    [fields.targetId.key]: destination,
    [fields.targetType.key]: 'forward.destination',
    [fields.outcome.key]: 'success',
    [fields.integration.key]: 'blotter',
  }
}
