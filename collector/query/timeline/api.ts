// GET /v1/timeline. It waits a little for what was acknowledged before it was asked, tells the story, and records that
// somebody looked when what they saw was personal, or left the house.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { Readable } from 'node:stream'
import { classifierOf } from '../access-classes.ts'
import { createMask, isAbove, refuseHidden, showsPersonal } from '../access.ts'
import { readCursor, writeCursor } from './cursor.ts'
import { exportFileName, exporters } from './export/index.ts'
import { fieldsAsked, parseTimelineQuery } from './question.ts'
import { tell } from './tell.ts'
import type { Hono } from 'hono'
import type { RedactionPolicy } from '@blotter/processors'
import type { Caller } from '../../keys/caller.ts'
import type { Scope, Store } from '../../store/store.ts'
import type { RecordRead } from '../access-record.ts'
import type { Mask } from '../access.ts'
import type { Cursor } from './cursor.ts'
import type { Progress } from './progress.ts'
import type { AskedTimeline } from './question.ts'
import type { Told } from './tell.ts'

type Asker = Awaited<ReturnType<Caller['authenticate']>>

export interface TimelineRoutesParts {
  readonly caller: Caller
  readonly store: Store
  readonly policy: RedactionPolicy
  readonly progress: Progress
  /** Waits until the store holds what is durable now; false when that takes longer. */
  readonly catchUp: () => Promise<boolean>
  /** Runs a question to the store, and says so when it does not answer. */
  readonly reading: <T>(question: () => Promise<T>) => Promise<T>
  readonly isSilent: (source: Scope & { readonly integration: string }) => boolean
  readonly recordRead: RecordRead
  /** Takes memory and a turn for an answer of so many bytes; throws BUSY when the workspace has too many. */
  readonly hold: (workspace: string, bytes: number) => { release(): void }
}

/** What a record of an answer may take at once, in every form that it has on its way: a guess that is right for most. */
const recordBytes = 2 * 1024

/** A question on a page, or anew. */
interface Asked extends AskedTimeline { readonly page: Cursor | undefined; readonly askedMs: number; readonly mask: Mask | undefined }

export function registerTimelineRoutes(app: Hono, parts: TimelineRoutesParts): void {
  const { caller, recordRead } = parts

  app.get('/v1/timeline', async (c) => {
    const asker = await caller.authenticate(c, 'read')
    const asked = askedOf(new URL(c.req.url).searchParams, asker, parts.policy)
    const held = parts.hold(asker.workspace, asked.question.limit * recordBytes)
    const told = await answerTo(asked, asker, parts).finally(() => { held.release() })
    const details = { through: 'timeline', kinds: asked.kinds, records: told.records.length }
    if (asked.format !== undefined) {
      await recordRead('blotter.records.exported', asker, { ...details, format: asked.format })
      return exportResponse(asked, asked.format, told)
    }
    if (looksPersonal(told, asked.mask, asker, parts.policy)) await recordRead('blotter.records.read', asker, details)
    return c.json(told.answer)
  })
}

/** What a page's question means is what it meant when its first page was asked for. */
function askedOf(parameters: URLSearchParams, asker: Asker, policy: RedactionPolicy): Asked {
  const questionAt = (askedMs: number): AskedTimeline => parseTimelineQuery(parameters, askedMs, Object.keys(exporters))
  const now = Date.now()
  const { cursor } = questionAt(now)
  const page = cursor === undefined ? undefined : readCursor(cursor, asker, (askedMs) => questionAt(askedMs).question)
  const askedMs = page?.askedMs ?? now
  const asked = questionAt(askedMs)
  const mask = createMask(asker, policy)
  refuseHidden(mask, asked.kinds.flatMap((parameter) => (parameter in fieldsAsked ? [{ parameter, field: fieldsAsked[parameter as keyof typeof fieldsAsked] }] : [])))
  return { ...asked, page, askedMs, mask }
}

async function answerTo({ question, fold, page, askedMs, mask }: Asked, asker: Asker, { store, progress, catchUp, reading, isSilent }: TimelineRoutesParts): Promise<Told> {
  const { workspace, environment } = asker
  progress.mark()
  const complete = page === undefined ? await catchUp() : page.complete
  const drainedUpToNano = page === undefined ? progress.drainedUpToNano() : page.drainedUpToNano
  const asOf = page?.asOf ?? progress.snapshot()
  return reading(() => tell({
    store, scope: asker, question, position: page ?? { asOf }, fold, mask, complete, drainedUpToNano,
    isSilent: (integration) => isSilent({ workspace, environment, integration }),
    cursorOf: (before, wide) => writeCursor({ askedMs, asOf, complete, drainedUpToNano, wide, before }, asker, question),
  }))
}

function looksPersonal({ records }: Told, mask: Mask | undefined, { workspace }: Asker, policy: RedactionPolicy): boolean {
  if (mask !== undefined && isAbove('personal', mask.clearance)) return false
  const classifier = classifierOf(policy, workspace)
  return records.some(({ record }) => showsPersonal(record, classifier))
}

function exportResponse({ kinds, askedMs, exportOptions }: Asked, format: string, { answer }: Told): Response {
  const exporter = exporters[format]!
  const pieces = exporter.write(answer, { parameters: kinds, ...exportOptions })
  const body = Readable.toWeb(Readable.from(encoded(pieces))) as ReadableStream<Uint8Array>
  return new Response(body, { headers: { 'Content-Type': exporter.contentType, 'Content-Disposition': `attachment; filename="${exportFileName(format, askedMs)}"`, 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' } })
}

/** Pieces made in one turn of the event loop: a large export leaves others their turns. */
const turnPieces = 100

async function* encoded(pieces: Iterable<string>): AsyncGenerator<Uint8Array> {
  let made = 0
  for (const piece of pieces) {
    yield Buffer.from(piece)
    made += 1
    if (made % turnPieces === 0) await nextTurn()
  }
}
