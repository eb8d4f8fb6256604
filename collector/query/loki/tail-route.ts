// `tail`: the handshake, the key that must stay good, and what becomes of a tail that breaks.

import { parseLogQL } from '../logql/parse.ts'
import { asLokiError, LokiError, plainText } from './errors.ts'
import { integerOf, limitOf, queryText, timeOf } from './parameters.ts'
import { kindsOf } from './query.ts'
import { runTail } from './tail.ts'
import type { AuditRecord } from '@blotter/processors'
import type { Context } from 'hono'
import type { Entry } from '../logql/entry.ts'
import type { FollowOptions } from './follow.ts'
import type { Principal, QuestionParts } from './question.ts'
import type { TailQuestion } from './tail.ts'
import type { Tail, Tails, Upgrade } from './tails.ts'

export interface TailRouteParts extends Omit<QuestionParts, 'admission'> {
  readonly tails: Tails
  readonly journal: FollowOptions['journal']
  /** Below this index everything is in the store. */
  readonly storedUpTo: () => number
  readonly entryOf: (principal: Principal) => (record: AuditRecord) => Entry
}

const hourNano = 3_600_000_000_000n
const longestDelaySeconds = 5
/** How often the key is looked at again: one that was revoked sees nothing more. */
const keyCheckMs = 10_000
/** A policy was violated, as RFC 6455 numbers it. */
const policyViolation = 1008

export function createTailRoute(parts: TailRouteParts): (c: Context) => Promise<Response> {
  return async (c) => {
    const principal = await parts.caller.authenticate(c, 'read')
    try {
      const question = questionOf(c)
      const upgrade = (c.env as { readonly upgrade?: Upgrade } | undefined)?.upgrade
      if (upgrade === undefined) throw new LokiError(400, 'a tail is a WebSocket: ask with Upgrade: websocket')
      const place = parts.tails.admit(principal.workspace, parts.limits.mostTails)
      place.accept(upgrade, (tail) => follow(c, parts, principal, question, tail))
      parts.metrics.queries.inc({ endpoint: 'tail', result: 'ok' })
      return new Response(null) // the handshake was answered by who took it
    } catch (error) {
      const known = asLokiError(error)
      if (known === undefined) throw error
      parts.metrics.queries.inc({ endpoint: 'tail', result: known.status === 429 ? 'limited' : 'refused' })
      return plainText(known.status, known.message)
    }
  }
}

function questionOf(c: Context): TailQuestion {
  const parameters = new URL(c.req.url).searchParams
  const query = parseLogQL(queryText(parameters))
  if (query.kind !== 'log') throw new LokiError(400, 'only log selector is supported')
  const delaySeconds = integerOf(parameters, 0, ['delay_for'])
  if (delaySeconds > longestDelaySeconds) throw new LokiError(400, `delay_for can't be greater than ${longestDelaySeconds}`)
  const startNano = timeOf(parameters, 'start') ?? BigInt(Date.now()) * 1_000_000n - hourNano
  const categorized = (c.req.header('X-Loki-Response-Encoding-Flags') ?? '').includes('categorize-labels')
  return { query, startNano, limit: limitOf(parameters, 100), delayMs: Math.max(0, delaySeconds) * 1000, categorized }
}

async function follow(c: Context, parts: TailRouteParts, principal: Principal, question: TailQuestion, tail: Tail): Promise<void> {
  const { limits, recordRead } = parts
  const kinds = kindsOf(question.query)
  const checking = setInterval(() => { parts.caller.authenticate(c, 'read').catch(() => { tail.close(policyViolation, 'the key is not good any more') }) }, keyCheckMs).unref()
  try {
    await runTail({ ...question, limit: Math.min(question.limit, limits.maxEntries) }, {
      journal: parts.journal, scope: principal, signal: tail.signal, source: parts.open(principal).source,
      catchUp: async () => { await parts.catchUp(); return parts.storedUpTo() },
      entryOf: parts.entryOf(principal),
      unread: () => tail.unread,
      send: (message) => { tail.send(message) },
      shown: (records) => recordRead('blotter.records.read', principal, { through: 'loki', kinds, records }),
    })
  } finally {
    clearInterval(checking)
  }
}
