import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { decodeRequest, emptyRecord, fields, text, valueMap } from '@blotter/processors'
import type { AuditRecord } from '@blotter/processors'
import { logRecordText, resourceJson } from '../log-record.ts'
import type { Answer, Request } from '../request.ts'
import { createRequest } from '../request.ts'
import type { Spool, SpoolEntry } from '../spool/spool.ts'
import { startFakeCollector, status } from '../testing/fake-collector.ts'
import type { FakeCollector } from '../testing/fake-collector.ts'
import { createManualTime } from '../testing/manual-time.ts'
import type { ManualTime } from '../testing/manual-time.ts'
import { realTiming } from '../time.ts'
import type { Timing } from '../time.ts'
import { createMemorySpool } from './memory-spool.ts'
import { createOutbox } from './outbox.ts'
import type { Outbox } from './outbox.ts'

function entryOf(recordId: string): SpoolEntry {
  const attributes = { 'audit.record.id': recordId, 'audit.actor.id': 'a', 'audit.actor.type': 'user', 'audit.action': 'READ', 'audit.outcome': 'success' }
  return { recordId, text: logRecordText({ ...emptyRecord, eventName: 'e', timeUnixNano: 1n, observedTimeUnixNano: 1n, attributes: valueMap(Object.entries(attributes)) }) }
}

const idsOf = (records: readonly AuditRecord[]): string[] => records.map(({ attributes }) => text(attributes, fields.recordId.key))
const receiptsFor = (body: string): Answer => ({ kind: 'ok', json: { receipts: idsOf(decodeRequest(JSON.parse(body))).map((recordId, leafIndex) => ({ recordId, integrityHash: 'h', leafIndex, sinkTimestamp: '1' })) } })

interface Set { readonly outbox: Outbox; readonly spool: Spool; readonly told: string[]; readonly unwanted: globalThis.Set<string>; readonly put: (...ids: string[]) => void; readonly done: () => Promise<void> }

function setUp(request: Request, timing: Timing, { durable = false, maxBatch = 4 } = {}): Set {
  const spool = createMemorySpool(resourceJson(emptyRecord.resource))
  const told: string[] = []
  const unwanted = new Set<string>()
  let idle = (): void => {}
  const outbox = createOutbox({
    lanes: () => [{ spool, durable }], request, prepare: async (entries) => entries.map((entry) => entry.text), isWanted: ({ recordId }) => !unwanted.has(recordId), maxBatch, attemptTimeoutMs: 10_000, timing,
    events: {
      accepted: ({ recordId }) => { told.push(recordId) },
      refused: ({ recordId }, { code }) => { told.push(`${recordId} ${code}`) },
      blocked: (entries, { code }) => { told.push(`${entries.map(({ recordId }) => recordId).join('+')} blocked ${code}`) },
      failing() {}, exported() {}, settled() {}, idle: () => { idle() },
    },
  })
  return {
    outbox, spool, told, unwanted,
    put(...ids) { spool.appendSync(ids.map(entryOf)); outbox.kick() },
    done: () => new Promise((resolve) => { idle = resolve }),
  }
}

describe('against a collector', () => {
  let collector: FakeCollector
  beforeEach(async () => { collector = await startFakeCollector() })
  afterEach(async () => {
    await collector.close()
    expect(collector.broken).toEqual([])
  })

  async function deliver(ids: readonly string[], options: { durable?: boolean; maxBatch?: number } = {}): Promise<Set> {
    const set = setUp(createRequest({ endpoint: collector.endpoint }, realTiming), { ...realTiming, random: () => 0 }, options)
    set.put(...ids)
    await set.done()
    return set
  }
  const sent = (): string[][] => collector.seen.map(({ records }) => idsOf(records))

  test('records go out in order, in batches', async () => {
    const { told, spool } = await deliver(['r1', 'r2', 'r3', 'r4', 'r5'])
    expect(told).toEqual(['r1', 'r2', 'r3', 'r4', 'r5'])
    expect(sent()).toEqual([['r1', 'r2', 'r3', 'r4'], ['r5']])
    expect(spool.status.records).toBe(0)
  })

  test('a 503 is tried again with the same record ids and the same bytes', async () => {
    let refusals = 2
    collector.reply = () => (refusals-- > 0 ? status(503, 'JOURNAL_FULL', 'later') : undefined)
    expect((await deliver(['r1', 'r2'])).told).toEqual(['r1', 'r2'])
    expect(collector.seen).toHaveLength(3)
    expect(new Set(collector.seen.map(({ body }) => body)).size).toBe(1)
  })

  test('an answer that is lost after the collector stored the records changes nothing', async () => {
    let losses = 1
    collector.reply = async (seen) => {
      if (losses-- === 0) return undefined
      for (const record of seen.records) collector.stored.set(text(record.attributes, fields.recordId.key), record)
      return { status: 502 }
    }
    expect((await deliver(['r1', 'r2'])).told).toEqual(['r1', 'r2'])
    expect(collector.stored.size).toBe(2)
  })

  test.each([[400, 'REFUSED'], [409, 'CONFLICT'], [413, 'TOO_LARGE'], [422, 'REFUSED']])('a batch refused with %i is split until the bad record is alone, on the disk as in memory', async (code, errorCode) => {
    for (const durable of [true, false]) {
      collector.seen.length = 0
      collector.reply = ({ records }) => (idsOf(records).includes('bad') ? status(code, 'MISSING_ATTRIBUTE', 'no') : undefined)
      const { told, spool } = await deliver(['r1', 'r2', 'bad', 'r4'], { durable })
      expect(told).toEqual(['r1', 'r2', `bad ${errorCode}`, 'r4'])
      expect(sent()).toEqual([['r1', 'r2', 'bad', 'r4'], ['r1', 'r2'], ['bad', 'r4'], ['bad'], ['r4']])
      expect(spool.status).toMatchObject({ records: 0, refusedRecords: 1 })
    }
  })

  test('a batch that is too large as a whole arrives in parts', async () => {
    collector.reply = ({ records }) => (records.length > 1 ? { status: 413 } : undefined)
    expect((await deliver(['r1', 'r2', 'r3'])).told).toEqual(['r1', 'r2', 'r3'])
  })

  test.each([[401, 'UNAUTHENTICATED'], [403, 'FORBIDDEN'], [404, 'NOT_A_COLLECTOR']])('a %i refuses at once what is in memory only', async (code, errorCode) => {
    collector.reply = () => ({ status: code })
    expect((await deliver(['r1', 'r2'])).told).toEqual([`r1 ${errorCode}`, `r2 ${errorCode}`])
    expect(collector.seen).toHaveLength(1)
  })

  const receipt = { recordId: 'r1', integrityHash: 'h', leafIndex: 0, sinkTimestamp: '1' }
  test.each<[string, unknown]>([
    ['nothing', {}], ['partial success', { partialSuccess: {} }], ['null', null], ['no list', { receipts: {} }], ['too few', { receipts: [] }], ['too many', { receipts: [receipt, receipt] }],
    ['another record', { receipts: [{ ...receipt, recordId: 'r2' }] }], ['no hash', { receipts: [{ ...receipt, integrityHash: '' }] }],
    ['no index', { receipts: [{ ...receipt, leafIndex: '0' }] }], ['a number as time', { receipts: [{ ...receipt, sinkTimestamp: 1 }] }],
  ])('a 200 with %s for receipts is not a collector', async (_what, body) => {
    collector.reply = () => ({ status: 200, body: JSON.stringify(body) })
    expect((await deliver(['r1'])).told).toEqual(['r1 NOT_A_COLLECTOR'])
  })
})

describe('in its own time', () => {
  let time: ManualTime
  let bodies: string[]
  let answers: (Answer | 'hang')[]
  beforeEach(() => {
    time = createManualTime()
    bodies = []
    answers = []
  })

  const busy = (afterMs = 0): Answer => ({ kind: 'retry', why: 'status 503', afterMs })
  const unauthenticated: Answer = { kind: 'refused', code: 'UNAUTHENTICATED', detail: 'status 401', status: 401, perRecord: false }

  /** Answers with what the test lined up, then with receipts. A request that hangs ends when its time is over. */
  const create = (options: { durable?: boolean; maxBatch?: number } = {}): Set => setUp(async (_method, _path, body, timeoutMs) => {
    bodies.push(body ?? '')
    const answer = answers.shift() ?? receiptsFor(body!)
    if (answer !== 'hang') return answer
    return new Promise((resolve) => { time.after(timeoutMs, () => resolve({ kind: 'retry', why: 'no answer', afterMs: 0 }), false) })
  }, time, options)

  test('pauses grow from failure to failure', async () => {
    answers = [busy(), busy(), busy()]
    const { put, told } = create()
    put('r1')
    const sentAfter: number[] = []
    for (let ms = 0; ms <= 800; ms += 50) {
      await time.advance(ms === 0 ? 0 : 50)
      sentAfter[bodies.length] ??= ms
    }
    expect(sentAfter.filter((ms) => ms !== undefined)).toEqual([0, 100, 300, 700])
    expect(told).toEqual(['r1'])
  })

  test('nothing is sent before Retry-After is over, not even a record that came later', async () => {
    answers = [busy(5_000)]
    const { put, told } = create()
    put('r1')
    await time.advance(1_000)
    put('r2')
    await time.advance(3_999)
    expect(bodies).toHaveLength(1)
    await time.advance(1)
    expect(bodies).toHaveLength(3)
    expect(bodies[1]).toBe(bodies[0])
    expect(told).toEqual(['r1', 'r2'])
  })

  test('a request that hangs is given up, and what nobody wants any more is left out of the next', async () => {
    answers = ['hang']
    const { put, told, unwanted } = create()
    put('r1', 'r2')
    await time.advance(9_000)
    unwanted.add('r1')
    await time.advance(2_000)
    expect(told).toEqual(['r2'])
    expect(bodies.map((body) => idsOf(decodeRequest(JSON.parse(body))))).toEqual([['r1', 'r2'], ['r2']])
  })

  test('on the disk, a refused API key keeps everything, asks again in growing pauses, and tells each time', async () => {
    answers = [unauthenticated, unauthenticated, unauthenticated]
    const { put, told, spool } = create({ durable: true })
    put('r1', 'r2')
    const sentAfter: number[] = []
    for (let ms = 0; ms <= 4_000; ms += 500) {
      await time.advance(ms === 0 ? 0 : 500)
      sentAfter[bodies.length] ??= ms
    }
    expect(sentAfter.filter((ms) => ms !== undefined)).toEqual([0, 500, 1_500, 3_500])
    expect(told).toEqual(['r1+r2 blocked UNAUTHENTICATED', 'r1+r2 blocked UNAUTHENTICATED', 'r1+r2 blocked UNAUTHENTICATED', 'r1', 'r2'])
    expect(spool.status.records).toBe(0)
  })

  test('stopped in a pause, it sends nothing more and leaves what it has', async () => {
    answers = [busy(60_000)]
    const { put, outbox, spool } = create({ durable: true })
    put('r1')
    await time.advance(1_000)
    outbox.stop()
    await time.advance(100_000)
    expect(bodies).toHaveLength(1)
    expect(spool.status.records).toBe(1)
  })

  test('a fault of our own costs one record, and does not stop the others', async () => {
    const { put, told } = setUp(async (_method, _path, body) => {
      if (body!.includes('bad')) throw new TypeError('CANARY')
      return receiptsFor(body!)
    }, time)
    put('r1', 'bad', 'r3')
    await time.advance(0)
    expect(told).toEqual(['r1', 'bad INTERNAL', 'r3'])
  })
})
