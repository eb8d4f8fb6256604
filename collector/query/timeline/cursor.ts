// The cursor of a page: where it ends, of which moment of the store it speaks, when the question was asked first (so that
// `15m` means the same fifteen minutes on each page). It is bound to its question and tenant by a digest, which finds
// mistakes; it needs no signature, since whoever writes one of their own only asks what they may ask anyway.

import { createHash } from 'node:crypto'
import { z } from 'zod'
import { BlotterError } from '../../errors.ts'
import type { RecordPlace, Scope, Snapshot } from '../../store/store.ts'
import type { TimelineQuestion } from './engine.ts'

export interface Cursor {
  /** When the first page was asked for. */
  readonly askedMs: number
  readonly asOf: Snapshot
  /** Whether everything acknowledged before the question was there. */
  readonly complete: boolean
  readonly drainedUpToNano: bigint
  readonly wide: boolean
  readonly before: RecordPlace
}

const whole = z.number().int().nonnegative()
const nano = z.string().regex(/^[0-9]{1,20}$/)
const shape = z.tuple([z.literal(1), whole, z.string(), whole, nano, z.boolean(), nano, z.boolean(), nano, whole, z.string(), z.string()])

export function writeCursor({ askedMs, asOf, complete, drainedUpToNano, wide, before }: Cursor, scope: Scope, question: TimelineQuestion): string {
  const said = [1, askedMs, asOf.origin, asOf.leafIndex, String(asOf.storedAtNano), complete, String(drainedUpToNano), wide, String(before.timeNano), before.leafIndex, before.origin]
  return Buffer.from(JSON.stringify([...said, digest(said, scope, question)])).toString('base64url')
}

/** `questionOf`: the question as it reads at the time at which it was asked first. */
export function readCursor(text: string, scope: Scope, questionOf: (askedMs: number) => TimelineQuestion): Cursor {
  const read = shape.safeParse(parse(text))
  if (!read.success) throw invalid()
  const [, askedMs, origin, leafIndex, storedAt, complete, drained, wide, time, leaf, ofOrigin, told] = read.data
  if (digest(read.data.slice(0, -1), scope, questionOf(askedMs)) !== told) throw invalid()
  return { askedMs, asOf: { origin, leafIndex, storedAtNano: BigInt(storedAt) }, complete, drainedUpToNano: BigInt(drained), wide, before: { timeNano: BigInt(time), leafIndex: leaf, origin: ofOrigin } }
}

function digest(said: readonly unknown[], { workspace, environment }: Scope, question: TimelineQuestion): string {
  const text = JSON.stringify([said, workspace, environment, Object.entries(question).sort(([a], [b]) => (a < b ? -1 : 1))], (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    return undefined
  }
}

function invalid(): BlotterError {
  return new BlotterError('INVALID_QUERY', { violations: [{ field: 'cursor', description: 'the `older` of an answer to the same question, with the same parameters' }] })
}
