// Destinations: every kind of forwarder, and what drives them. Records that are not delivered are dead letters or queued.

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Writer } from 'protobufjs/minimal.js'
import { beforeEach, describe, expect, test } from 'vitest'
import { createRedact } from '@blotter/processors'
import { parseFilter } from '../../collector/forward/filter.ts'
import { createOtlpForwarder } from '../../collector/forward/otlp.ts'
import { sampleRecord } from '../support/arbitrary.ts'
import { forwardTo } from '../support/forward.ts'
import { openSink } from '../support/sink.ts'
import { forwarderContract, idsOf, numbered } from './forwarder-contract.ts'
import type { Bench } from '../support/forward.ts'
import type { Sink, SinkAnswer, SinkRequest } from '../support/sink.ts'

const partlyInProtobuf = (rejected: number): SinkAnswer => ({
  status: 200, headers: { 'Content-Type': 'application/x-protobuf' },
  body: Buffer.from(Writer.create().uint32(10).fork().uint32(8).int64(rejected).uint32(18).string('no').ldelim().finish()),
})

forwarderContract({ kind: 'OTLP protobuf', open: (url, timeoutMs) => createOtlpForwarder({ name: 'sink', url, headers: {}, timeoutMs }), partly: partlyInProtobuf })
forwarderContract({
  kind: 'OTLP JSON', open: (url, timeoutMs) => createOtlpForwarder({ name: 'sink', url, headers: {}, timeoutMs, format: 'json', compression: 'none' }),
  partly: (rejected) => ({ status: 200, body: JSON.stringify({ partialSuccess: { rejectedLogRecords: String(rejected), errorMessage: 'no' } }) }),
})

let sink: Sink
beforeEach(async () => {
  sink = await openSink()
  return () => sink.close()
})

const holds = ({ records }: SinkRequest, id: string): boolean => records.some(({ attributes }) => attributes['audit.record.id'] === id)
const refusing = (status: number, ...ids: string[]) => (request: SinkRequest): SinkAnswer => (ids.some((id) => holds(request, id)) ? { status } : { status: 200 })
const failure = (work: Promise<void>): Promise<unknown> => work.then(() => undefined, (error: unknown) => error)

/** Everything is somewhere, and nothing is in two places. */
async function accounted({ count, forward, letters }: Bench, kept: number): Promise<void> {
  const [forwarded, filtered, dead, replayed] = await Promise.all([count('forwarded'), count('filtered'), count('deadLettered'), count('replayed')])
  expect(forwarded + filtered + dead + forward.status(kept).queued).toBe(kept)
  expect((await letters()).length).toBe(dead - replayed)
}

describe('a batch that is refused', () => {
  test('is halved until the record that spoils it stands alone; all others are delivered', async () => {
    sink.answerWith(refusing(400, 'record-5'))
    const bench = await forwardTo(sink.url)
    await bench.work(numbered(16))
    expect((await bench.letters()).map(({ leaf, reason, scope, time }) => ({ leaf, reason, scope, time }))).toEqual([{ leaf: 5, reason: 'status_400', scope: 'operations 2026-11-24', time: '1970-01-01T00:01:01.000Z' }])
    const delivered = sink.requests.filter((request) => !holds(request, 'record-5')).flatMap(({ records }) => records)
    expect(delivered).toHaveLength(15)
    await accounted(bench, 16)
  })

  test('as too large is halved down to what is taken', async () => {
    sink.answerWith(({ records }) => ({ status: records.length > 2 ? 413 : 200 }))
    const bench = await forwardTo(sink.url)
    await bench.work(numbered(8))
    expect(sink.requests.filter(({ records }) => records.length <= 2)).toHaveLength(4)
    expect(await bench.letters()).toEqual([])
    await accounted(bench, 8)
  })

  test('as too large, of a single record, is a dead letter', async () => {
    sink.answerWith(refusing(413, 'record-0'))
    const bench = await forwardTo(sink.url)
    await bench.work(numbered(1))
    expect(await bench.letters()).toMatchObject([{ leaf: 0, reason: 'status_413' }])
    await accounted(bench, 1)
  })

  test('in part is not sent again, as OTLP demands: it is kept as a whole, since nobody says which records are missing', async () => {
    sink.answerWith(() => partlyInProtobuf(1))
    const bench = await forwardTo(sink.url)
    await bench.work(numbered(3))
    expect(sink.requests).toHaveLength(1)
    expect(await bench.letters()).toMatchObject([0, 1, 2].map((leaf) => ({ leaf, reason: 'partial', rejected: 1, of: 3 })))
    await accounted(bench, 3)
  })

  test('while a temporary failure comes between: what was settled is not sent again', async () => {
    let down = true
    sink.answerWith((request) => (holds(request, 'record-0') && request.records.length > 1 ? { status: 400 } : holds(request, 'record-3') && down ? { status: 503 } : refusing(400, 'record-0')(request)))
    const bench = await forwardTo(sink.url)
    expect(await failure(bench.work(numbered(4)))).toMatchObject({ code: 'status_503' })
    expect(bench.forward.next).toBe(2)
    await accounted(bench, 4)
    down = false
    await bench.work(numbered(4))
    expect(idsOf(sink).filter((ids) => ids.includes('record-1')).at(-1)).toEqual(['record-1'])
    await accounted(bench, 4)
  })
})

describe('a destination that is not there', () => {
  test('is asked again later, with growing pauses, and nothing is given up', async () => {
    sink.answerWith(() => ({ status: 503 }))
    const bench = await forwardTo(sink.url)
    const pauses: unknown[] = []
    for (let i = 0; i < 9; i += 1) pauses.push((await failure(bench.work(numbered(2))) as { afterMs: number }).afterMs)
    expect(pauses).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000])
    expect(bench.forward.status(2)).toMatchObject({ queued: 2, delivered: 0, lagSeconds: 60, lastError: { code: 'status_503' }, nextTryAt: '1970-01-01T00:01:16.000Z', problem: null })
    expect(await bench.count('forwardRetries')).toBe(9)
    sink.answerWith(() => ({ status: 200 }))
    await bench.work(numbered(2))
    expect(bench.forward.status(2)).toMatchObject({ queued: 0, delivered: 2, lagSeconds: 0, lastError: null, nextTryAt: null })
    await accounted(bench, 2)
  })

  test('is not asked before it wants to be', async () => {
    sink.answerWith(() => ({ status: 429, headers: { 'Retry-After': '120' } }))
    const bench = await forwardTo(sink.url)
    expect(await failure(bench.work(numbered(1)))).toMatchObject({ code: 'status_429', afterMs: 126_000 })
  })
})

describe('a destination that refuses us', () => {
  test.each([401, 403, 404])('with %i loses nothing: it is asked again slowly, and an operator is told once', async (status) => {
    sink.answerWith(() => ({ status }))
    const bench = await forwardTo(sink.url)
    expect(await failure(bench.work(numbered(3)))).toMatchObject({ blocked: true, afterMs: 3750 })
    expect(await failure(bench.work(numbered(3)))).toMatchObject({ afterMs: 7500 })
    expect(bench.blocked).toEqual([`status_${status}`])
    expect(bench.forward.status(3)).toMatchObject({ queued: 3, deadLetters: 0, problem: expect.any(String) as string })
    sink.answerWith(() => ({ status: 200 }))
    await bench.work(numbered(3))
    expect(bench.forward.status(3).problem).toBeNull()
    await accounted(bench, 3)
  })

  test('with a page for people is no destination', async () => {
    sink.answerWith(() => ({ status: 200, headers: { 'Content-Type': 'text/html; charset=utf-8' }, body: '<html>Log in</html>' }))
    const bench = await forwardTo(sink.url)
    expect(await failure(bench.work(numbered(1)))).toMatchObject({ code: 'not_otlp', blocked: true })
  })
})

describe('what a destination gets', () => {
  const mixed = [sampleRecord({}, { 'audit.record.id': 'a', 'audit.outcome': 'failure' }), sampleRecord({}, { 'audit.record.id': 'b' }), sampleRecord({ eventName: 'user.login' }, { 'audit.record.id': 'c', 'audit.outcome': 'failure' })]

  test('is what its filter lets through; the rest is counted once, also when the batch is tried again', async () => {
    const bench = await forwardTo(sink.url, { filter: parseFilter({ outcome: 'failure', event: ['payment.*', 'invoice.*'] }) })
    sink.answerWith((_, count) => ({ status: count === 1 ? 503 : 200 }))
    await failure(bench.work(mixed))
    await bench.work(mixed)
    expect(idsOf(sink)).toEqual([['a'], ['a']])
    expect(await bench.count('filtered')).toBe(2)
    await accounted(bench, 3)
  })

  test('is nothing, and no request, when its filter wants none of it', async () => {
    const bench = await forwardTo(sink.url, { filter: parseFilter({ outcome: 'unknown' }) })
    await bench.work(mixed)
    expect(sink.requests).toEqual([])
    expect(bench.forward.next).toBe(3)
    await accounted(bench, 3)
  })

  test('is redacted once more by its own profile', async () => {
    const bench = await forwardTo(sink.url, { redact: createRedact({ keys: ['crm_note'], paths: ['attributes["audit.actor.id"]'] }) })
    await bench.work([sampleRecord({}, { crm_note: 'likes tea' })])
    expect(sink.requests[0]!.records[0]!.attributes).toMatchObject({ crm_note: '[redacted:key_name]', 'audit.actor.id': '[redacted:path]' })
    expect(JSON.stringify(sink.requests[0]!.records[0]!.body)).not.toContain('maria')
  })

  test('comes in batches of the size that was set', async () => {
    const bench = await forwardTo(sink.url, { batch: { records: 3, bytes: 1024 * 1024 } })
    await bench.work(numbered(7))
    expect(idsOf(sink).map(({ length }) => length)).toEqual([3, 3, 1])
    const small = await forwardTo(sink.url, { batch: { records: 100, bytes: 1 } })
    await small.work(numbered(2))
    expect(idsOf(sink).slice(3)).toEqual([['record-0'], ['record-1']])
  })
})

describe('dead letters', () => {
  test('leave the file when they were delivered, and only then', async () => {
    sink.answerWith(refusing(400, 'record-1', 'record-2'))
    const bench = await forwardTo(sink.url)
    await bench.work(numbered(4))
    sink.answerWith(refusing(400, 'record-2'))
    expect(await bench.forward.replay({})).toEqual({ delivered: 1, refused: 1, remaining: 1, more: false, last: 2 })
    expect((await bench.letters()).map(({ leaf }) => leaf)).toEqual([2])
    sink.answerWith(() => ({ status: 503 }))
    expect(await bench.forward.replay({})).toEqual({ delivered: 0, refused: 0, remaining: 1, more: false, stopped: 'status_503' })
    sink.answerWith(() => ({ status: 200 }))
    expect(await bench.forward.replay({ leaves: new Set([7]) })).toMatchObject({ delivered: 0, remaining: 1 })
    expect(await bench.forward.replay({ leaves: new Set([2]) })).toMatchObject({ delivered: 1, remaining: 0 })
    await accounted(bench, 4)
  })

  test('of a batch that was taken in part are told apart by a replay', async () => {
    sink.answerWith(() => partlyInProtobuf(1))
    const bench = await forwardTo(sink.url)
    await bench.work(numbered(4))
    sink.answerWith((request) => (holds(request, 'record-2') ? partlyInProtobuf(1) : { status: 200 }))
    expect(await bench.forward.replay({})).toMatchObject({ delivered: 3, refused: 1, remaining: 1 })
    expect((await bench.letters()).map(({ leaf }) => leaf)).toEqual([2])
  })

  test('survive a crash: a torn line is cut off, its record comes again, and none is there twice', async () => {
    sink.answerWith(refusing(400, 'record-0', 'record-1'))
    const bench = await forwardTo(sink.url)
    await bench.work(numbered(2))
    const path = join(bench.directory, 'sink', 'dead-letter.ndjson')
    const whole = await readFile(path)
    await writeFile(path, whole.subarray(0, whole.length - 10))
    const again = await forwardTo(sink.url, { directory: bench.directory })
    expect((await again.letters()).map(({ leaf }) => leaf)).toEqual([0])
    await again.work(numbered(2)) // its place was not noted either: both come again
    expect((await again.letters()).map(({ leaf }) => leaf)).toEqual([0, 1])
  })

  test('that somebody damaged are left where they are, and told', async () => {
    sink.answerWith(() => ({ status: 400 }))
    const bench = await forwardTo(sink.url)
    await bench.work(numbered(2))
    const path = join(bench.directory, 'sink', 'dead-letter.ndjson')
    await writeFile(path, (await readFile(path, 'utf8')).replace('{', '#'))
    const again = await forwardTo(sink.url, { directory: bench.directory })
    expect(again.forward.status(0)).toMatchObject({ deadLetters: 1, unreadableLetters: 1 })
    sink.answerWith(() => ({ status: 200 }))
    await again.forward.replay({})
    expect(await readFile(path, 'utf8')).toMatch(/^#.*\n$/)
  })

  test('that do not fit stop the destination, and nothing is dropped; space lets it go on', async () => {
    sink.answerWith(() => ({ status: 400 }))
    const bench = await forwardTo(sink.url, { deadLetterBytes: 1500 })
    expect(await failure(bench.work(numbered(5)))).toMatchObject({ code: 'dead_letters_full', blocked: true })
    const kept = (await bench.letters()).length
    expect(kept).toBeGreaterThan(0)
    expect(bench.forward.next).toBe(kept)
    expect(bench.forward.status(5).problem).toContain('full')
    await accounted(bench, 5)
    sink.answerWith(() => ({ status: 200 }))
    await bench.forward.replay({})
    await bench.work(numbered(5))
    await accounted(bench, 5)
  })

  test('that cannot be written keep the place where it is', async () => {
    sink.answerWith(() => ({ status: 400 }))
    const bench = await forwardTo(sink.url, { wrap: (letters) => ({ ...letters, append: () => Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' })) }) })
    expect(await failure(bench.work(numbered(1)))).toMatchObject({ code: 'ENOSPC' })
    expect(bench.forward.next).toBe(0)
  })

  test('of a log that began anew are not taken for those of the old one, although the leaf is the same', async () => {
    sink.answerWith(() => ({ status: 400 }))
    const bench = await forwardTo(sink.url)
    await bench.work(numbered(1))
    const anew = await forwardTo(sink.url, { directory: bench.directory })
    await anew.work([sampleRecord({}, { 'audit.record.id': 'another' })])
    expect((await anew.letters()).map(({ leaf }) => leaf)).toEqual([0, 0])
  })

  test('are sent again in batches, one after the other, and a second replay meanwhile is turned away', async () => {
    sink.answerWith(() => ({ status: 400 }))
    const bench = await forwardTo(sink.url, { batch: { records: 2, bytes: 1024 * 1024 } })
    await bench.work(numbered(5))
    sink.answerWith(() => ({ status: 200, afterMs: 20 }))
    const sent = sink.requests.length
    const [first, second] = await Promise.all([bench.forward.replay({}), bench.forward.replay({})])
    expect(first).toEqual({ delivered: 5, refused: 0, remaining: 0, more: false, last: 4 })
    expect(second).toMatchObject({ delivered: 0, stopped: 'replaying' })
    expect(idsOf(sink).slice(sent).map(({ length }) => length)).toEqual([2, 2, 1])
    await accounted(bench, 5)
  })

  test('that take long are sent in pieces, each of which says where to go on', async () => {
    sink.answerWith(() => ({ status: 400 }))
    let nowMs = 0
    const bench = await forwardTo(sink.url, { batch: { records: 1, bytes: 1024 }, nowMs: () => (nowMs += 8000) })
    await bench.work(numbered(6))
    const pieces = []
    for (let after = -1; ;) {
      const piece = await bench.forward.replay({ after })
      pieces.push(piece)
      if (!piece.more) break
      after = piece.last!
    }
    expect(pieces.map(({ refused, more, last }) => ({ refused, more, last }))).toEqual([{ refused: 2, more: true, last: 1 }, { refused: 2, more: true, last: 3 }, { refused: 2, more: false, last: 5 }])
  })

  test('are erased with their class and period', async () => {
    sink.answerWith(() => ({ status: 400 }))
    const bench = await forwardTo(sink.url)
    await bench.work(numbered(2))
    await bench.forward.erase('operations 2026-11-23')
    expect(await bench.letters()).toHaveLength(2)
    await bench.forward.erase('operations 2026-11-24')
    expect(await bench.letters()).toEqual([])
    expect(await readFile(join(bench.directory, 'sink', 'dead-letter.ndjson'), 'utf8')).toBe('')
  })
})
