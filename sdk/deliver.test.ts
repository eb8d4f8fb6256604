import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { decodeRequest, emptyRecord, fields, text, valueMap } from '@blotter/processors'
import type { AuditRecord } from '@blotter/processors'
import { createDeliver } from './deliver.ts'
import type { Deliver, DeliverOptions } from './deliver.ts'
import { AuditError } from './errors.ts'
import type { Receipt } from './receipt.ts'
import { createRequest } from './request.ts'
import type { Answer } from './request.ts'
import { startFakeCollector, status } from './testing/fake-collector.ts'
import type { FakeCollector } from './testing/fake-collector.ts'
import { createManualTime, settle } from './testing/manual-time.ts'
import type { ManualTime } from './testing/manual-time.ts'
import { realTiming } from './time.ts'

function recordOf(recordId: string): AuditRecord {
  const attributes = { 'audit.record.id': recordId, 'audit.actor.id': 'a', 'audit.actor.type': 'user', 'audit.action': 'READ', 'audit.outcome': 'success' }
  return { ...emptyRecord, eventName: 'e', timeUnixNano: 1n, observedTimeUnixNano: 1n, attributes: valueMap(Object.entries(attributes)) }
}

function send(deliver: Deliver, recordId: string): Promise<Receipt> {
  const ticket = deliver.admit(recordId)
  ticket.send(recordOf(recordId))
  return ticket.receipt
}

const idsOf = (records: readonly AuditRecord[]): string[] => records.map(({ attributes }) => text(attributes, fields.recordId.key))

/** Each one's receipt id, or the code of its error. */
async function outcomes(promises: readonly Promise<Receipt>[]): Promise<string[]> {
  const settled = await Promise.allSettled(promises)
  return settled.map((result) => (result.status === 'fulfilled' ? result.value.recordId : (result.reason as AuditError).code))
}

describe('against a collector', () => {
  let collector: FakeCollector
  let deliver: Deliver

  beforeEach(async () => {
    collector = await startFakeCollector()
    deliver = createDeliver({ request: createRequest({ endpoint: collector.endpoint }, realTiming), timeoutMs: 30_000, maxBatch: 4, maxQueue: 100, timing: { ...realTiming, random: () => 0 } })
  })
  afterEach(async () => {
    await collector.close()
    expect(collector.broken).toEqual([])
  })

  test('a receipt is what the collector gave for this record', async () => {
    const receipt = await send(deliver, 'r1')
    expect(receipt).toEqual({ recordId: 'r1', integrityHash: expect.stringMatching(/^.{44}$/), leafIndex: 0, sinkTimestamp: '1800000000000000000' })
    expect(Object.isFrozen(receipt)).toBe(true)
  })

  test('records of one tick share a request, up to the largest batch, in order', async () => {
    expect(await outcomes(['r1', 'r2', 'r3', 'r4', 'r5'].map((id) => send(deliver, id)))).toEqual(['r1', 'r2', 'r3', 'r4', 'r5'])
    expect(collector.seen.map(({ records }) => idsOf(records))).toEqual([['r1', 'r2', 'r3', 'r4'], ['r5']])
  })

  test('records that come while a request is in flight share the next one', async () => {
    let more: Promise<Receipt>[] = []
    collector.reply = () => {
      if (more.length === 0) more = ['r2', 'r3'].map((id) => send(deliver, id))
      return undefined
    }
    await send(deliver, 'r1')
    await Promise.all(more)
    expect(collector.seen.map(({ records }) => idsOf(records))).toEqual([['r1'], ['r2', 'r3']])
  })

  test('a 503 is tried again with the same record ids and the same bytes', async () => {
    let refusals = 2
    collector.reply = () => (refusals-- > 0 ? status(503, 'JOURNAL_FULL', 'later') : undefined)
    expect(await outcomes(['r1', 'r2'].map((id) => send(deliver, id)))).toEqual(['r1', 'r2'])
    expect(collector.seen).toHaveLength(3)
    expect(new Set(collector.seen.map(({ body }) => body)).size).toBe(1)
    expect([...collector.stored.keys()]).toEqual(['r1', 'r2'])
  })

  test('an answer that is lost after the collector stored the records changes nothing', async () => {
    let losses = 1
    collector.reply = async (seen) => {
      if (losses-- === 0) return undefined
      for (const record of seen.records) collector.stored.set(text(record.attributes, fields.recordId.key), record)
      return { status: 502 }
    }
    expect(await outcomes(['r1', 'r2'].map((id) => send(deliver, id)))).toEqual(['r1', 'r2'])
    expect(collector.stored.size).toBe(2)
  })

  test.each([[400, 'REFUSED'], [409, 'CONFLICT'], [413, 'TOO_LARGE'], [422, 'REFUSED']])('a batch refused with %i is split until the bad record is alone', async (code, errorCode) => {
    collector.reply = ({ records }) => (idsOf(records).includes('bad') ? status(code, 'MISSING_ATTRIBUTE', 'no') : undefined)
    expect(await outcomes(['r1', 'r2', 'bad', 'r4'].map((id) => send(deliver, id)))).toEqual(['r1', 'r2', errorCode, 'r4'])
    expect(collector.seen.map(({ records }) => idsOf(records))).toEqual([['r1', 'r2', 'bad', 'r4'], ['r1', 'r2'], ['bad', 'r4'], ['bad'], ['r4']])
  })

  test('a batch that is too large as a whole arrives in parts', async () => {
    collector.reply = ({ records }) => (records.length > 1 ? { status: 413 } : undefined)
    expect(await outcomes(['r1', 'r2', 'r3'].map((id) => send(deliver, id)))).toEqual(['r1', 'r2', 'r3'])
  })

  test.each([[401, 'UNAUTHENTICATED'], [403, 'FORBIDDEN'], [404, 'NOT_A_COLLECTOR']])('a %i refuses the whole batch at once', async (code, errorCode) => {
    collector.reply = () => ({ status: code })
    expect(await outcomes(['r1', 'r2'].map((id) => send(deliver, id)))).toEqual([errorCode, errorCode])
    expect(collector.seen).toHaveLength(1)
  })

  test('an error carries the collector’s status, reason and the record’s id', async () => {
    collector.reply = () => status(400, 'MISSING_ATTRIBUTE', 'audit.actor.id is missing')
    await expect(send(deliver, 'r1')).rejects.toMatchObject({ code: 'REFUSED', status: 400, reason: 'MISSING_ATTRIBUTE', recordId: 'r1', retryable: false, message: 'The collector refuses the record: status 400, audit.actor.id is missing' })
  })

  const receipt = { recordId: 'r1', integrityHash: 'h', leafIndex: 0, sinkTimestamp: '1' }
  test.each<[string, unknown]>([
    ['nothing', {}], ['partial success', { partialSuccess: {} }], ['null', null], ['no list', { receipts: {} }], ['too few', { receipts: [] }], ['too many', { receipts: [receipt, receipt] }],
    ['another record', { receipts: [{ ...receipt, recordId: 'r2' }] }], ['no hash', { receipts: [{ ...receipt, integrityHash: '' }] }],
    ['no index', { receipts: [{ ...receipt, leafIndex: '0' }] }], ['a number as time', { receipts: [{ ...receipt, sinkTimestamp: 1 }] }],
  ])('a 200 with %s for receipts is not a collector', async (_what, body) => {
    collector.reply = () => ({ status: 200, body: JSON.stringify(body) })
    await expect(send(deliver, 'r1')).rejects.toMatchObject({ code: 'NOT_A_COLLECTOR', status: 200, recordId: 'r1' })
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

  /** Answers with what the test lined up, then with receipts. A request that hangs ends when its time is over. */
  function create(options: Partial<DeliverOptions> = {}): Deliver {
    return createDeliver({
      async request(_method, _path, body, timeoutMs) {
        bodies.push(body ?? '')
        const answer = answers.shift() ?? { kind: 'ok', json: { receipts: idsOf(decodeRequest(JSON.parse(body ?? ''))).map((recordId, leafIndex) => ({ recordId, integrityHash: 'h', leafIndex, sinkTimestamp: '1' })) } }
        if (answer !== 'hang') return answer
        return new Promise((resolve) => { time.after(timeoutMs, () => resolve({ kind: 'retry', why: 'no answer', afterMs: 0 }), false) })
      },
      timeoutMs: 30_000, maxBatch: 100, maxQueue: 3, timing: time, ...options,
    })
  }

  const busy = (afterMs = 0): Answer => ({ kind: 'retry', why: 'status 503', afterMs })

  test('pauses grow from failure to failure', async () => {
    answers = [busy(), busy(), busy()]
    const receipt = send(create(), 'r1')
    const sentAfter: number[] = []
    for (let ms = 0; ms <= 800; ms += 50) {
      await time.advance(ms === 0 ? 0 : 50)
      sentAfter[bodies.length] ??= ms
    }
    expect(sentAfter.filter((ms) => ms !== undefined)).toEqual([0, 100, 300, 700])
    expect((await receipt).recordId).toBe('r1')
  })

  test('nothing is sent before Retry-After is over, not even a record that came later', async () => {
    answers = [busy(5_000)]
    const deliver = create()
    const first = send(deliver, 'r1')
    await time.advance(1_000)
    const second = send(deliver, 'r2')
    await time.advance(3_999)
    expect(bodies).toHaveLength(1)
    await time.advance(1)
    expect(bodies).toHaveLength(3)
    expect(bodies[1]).toBe(bodies[0])
    expect(await outcomes([first, second])).toEqual(['r1', 'r2'])
  })

  test('a record is rejected at its own deadline, with what failed last, and can be tried again', async () => {
    answers = Array.from({ length: 100 }, () => busy())
    const deliver = create()
    const first = outcomes([send(deliver, 'r1')])
    await time.advance(10_000)
    const second = send(deliver, 'r2')
    await time.advance(20_000)
    expect(await first).toEqual(['DEADLINE'])
    answers = []
    await time.advance(5_000)
    expect((await second).recordId).toBe('r2')
  })

  test('the error at the deadline says what failed last', async () => {
    answers = Array.from({ length: 100 }, () => busy())
    const failure = expect(send(create({ timeoutMs: 1_000 }), 'r1')).rejects.toMatchObject({ code: 'DEADLINE', retryable: true, recordId: 'r1', message: 'No receipt came in time: 1000 ms are over, at last status 503' })
    await time.advance(1_000)
    await failure
  })

  test('a record behind a request that hangs keeps its own deadline, and the next attempt leaves the late ones out', async () => {
    answers = ['hang']
    const deliver = create({ timeoutMs: 12_000 })
    const first = send(deliver, 'r1')
    await time.advance(9_000)
    const second = send(deliver, 'r2')
    answers = ['hang']
    await time.advance(1_500) // the first attempt is given up after 10 s
    expect(bodies).toHaveLength(2)
    const rejected = outcomes([first])
    await time.advance(1_500)
    expect(await rejected).toEqual(['DEADLINE'])
    await time.advance(1_000)
    expect((await second).recordId).toBe('r2')
    expect(bodies.map((body) => idsOf(decodeRequest(JSON.parse(body))))).toEqual([['r1'], ['r1'], ['r2']])
  })

  test('a record that was never made ready has a deadline too', async () => {
    const deliver = create({ timeoutMs: 500 })
    const rejected = outcomes([deliver.admit('r1').receipt])
    await time.advance(500)
    expect(await rejected).toEqual(['DEADLINE'])
    expect(bodies).toEqual([])
  })

  test('above the queue’s limit a record is refused at once, and taken again when there is room', async () => {
    answers = [busy(1_000)]
    const deliver = create()
    const taken = ['r1', 'r2', 'r3'].map((id) => send(deliver, id))
    expect(() => deliver.admit('r4')).toThrow(expect.objectContaining({ code: 'QUEUE_FULL', retryable: true, recordId: 'r4' }))
    await time.advance(1_000)
    expect(await outcomes(taken)).toEqual(['r1', 'r2', 'r3'])
    const next = send(deliver, 'r4')
    await settle()
    expect((await next).recordId).toBe('r4')
  })

  test('the process is kept alive exactly as long as something waits', async () => {
    answers = [busy()]
    const deliver = create()
    const receipt = send(deliver, 'r1')
    await settle()
    expect(time.timers.filter(({ keepAlive }) => keepAlive)).toHaveLength(1)
    await time.advance(1_000)
    await receipt
    expect(time.timers).toEqual([])
  })

  test('flush waits for what was there and does not reject; close takes no more and can be called again', async () => {
    answers = [{ kind: 'refused', code: 'REFUSED', detail: '', status: 400, perRecord: true }]
    const deliver = create()
    const rejected = outcomes([send(deliver, 'r1')])
    await deliver.flush()
    expect(await rejected).toEqual(['REFUSED'])
    const last = send(deliver, 'r2')
    const closed = deliver.close()
    expect(() => deliver.admit('r3')).toThrow(expect.objectContaining({ code: 'CLOSED' }))
    await Promise.all([closed, deliver.close()])
    expect((await last).recordId).toBe('r2')
  })

  test('close ends at the last deadline, whatever the collector does', async () => {
    answers = Array.from({ length: 100 }, () => busy())
    const deliver = create({ timeoutMs: 1_000 })
    const rejected = outcomes([send(deliver, 'r1')])
    let closed = false
    const closing = deliver.close().then(() => { closed = true })
    await time.advance(999)
    expect(closed).toBe(false)
    await time.advance(1)
    await closing
    expect(await rejected).toEqual(['DEADLINE'])
  })

  test('a fault of our own rejects its records and does not stop the others', async () => {
    let calls = 0
    const deliver = create({ request: async () => { if ((calls += 1) === 1) throw new TypeError('CANARY'); return { kind: 'ok', json: { receipts: [{ recordId: 'r2', integrityHash: 'h', leafIndex: 0, sinkTimestamp: '1' }] } } } })
    const failure = await send(deliver, 'r1').catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'INTERNAL', recordId: 'r1' })
    expect((failure as AuditError).message).not.toContain('CANARY')
    expect((await send(deliver, 'r2')).recordId).toBe('r2')
  })
})
