import './vitest.ts'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { createAudit } from '@blotter/sdk'
import { createTestCollector, startTestCollector } from '@blotter/sdk/testing'
import type { TestCollector } from '@blotter/sdk/testing'

const event = { event: 'payment.refund', actor: { id: 'user-17', type: 'user' }, action: 'EXECUTE', target: { id: 'ch_1', type: 'payment' } } as const
const open: AsyncDisposable[] = []
afterEach(async () => { for (const one of open.splice(0)) await one[Symbol.asyncDispose]() })

function auditOf(collector: TestCollector, more: { timeoutMs?: number; includePayload?: boolean } = {}): ReturnType<typeof createAudit> {
  const audit = createAudit({ ...collector.options, integration: 'stripe', ...more })
  open.push(collector, audit)
  return audit
}

describe.each([['in memory', () => Promise.resolve(createTestCollector())], ['as a server', () => startTestCollector()]] as const)('a test collector %s', (_form, start) => {
  test('gives receipts, and reads back what was recorded in the words of the event', async () => {
    const collector = await start()
    const receipt = await auditOf(collector).record({ ...event, outcome: 'denied', reason: 'limit', requestId: 'req-1', durationMs: 3, attributes: { plan: 'pro' }, payload: { amount: 1 } })
    expect(receipt).toMatchObject({ leafIndex: 0 })
    expect(collector.records).toMatchObject([{
      recordId: receipt.recordId, event: 'payment.refund', actor: { id: 'user-17', type: 'user' }, action: 'EXECUTE', outcome: 'denied', target: { id: 'ch_1', type: 'payment' },
      reason: 'limit', requestId: 'req-1', durationMs: 3, integration: 'stripe', attributes: { plan: 'pro' }, payloadBytes: 12, payloadFingerprint: expect.stringMatching(/^hmac-sha256:e1:[0-9a-f]+$/),
    }])
    expect(collector.records[0]).not.toHaveProperty('body')
    expect(collector.records[0]).not.toHaveProperty('sessionId')
    expect(collector.records[0]!.occurredAt.getTime()).toBeGreaterThan(0)
  })

  test('fails as often as it was told, and the record arrives all the same, once', async () => {
    const collector = await start()
    collector.fail(503, 2)
    await auditOf(collector).record(event)
    expect(collector.requests.map(({ status }) => status)).toEqual([503, 503, 200])
    expect(collector.records).toHaveLength(1)
    expect(collector).toBeFullyAcknowledged()
  })

  test('loses answers after it has kept the record, so that the client sends it again', async () => {
    const collector = await start()
    collector.loseAnswers()
    expect(await auditOf(collector).record(event)).toMatchObject({ leafIndex: 0 })
    expect(collector.requests.map(({ status }) => status)).toEqual([undefined, 200])
    expect(collector.records).toHaveLength(1)
  })

  test('hangs until it recovers', async () => {
    const collector = await start()
    collector.hang()
    const recorded = auditOf(collector).record(event)
    await expect(collector.waitFor(1, { timeoutMs: 50 })).rejects.toThrow('waited 50 ms for 1 records; there are 0')
    collector.recover()
    await recorded
    expect(await collector.waitFor(({ event: name }) => name === 'payment.refund')).toHaveLength(1)
  })

  test('refuses what a collector refuses: two records under one id', async () => {
    const collector = await start()
    const audit = auditOf(collector)
    await audit.record({ ...event, recordId: 'r1' })
    await expect(audit.record({ ...event, recordId: 'r1', action: 'DELETE' })).rejects.toMatchObject({ code: 'CONFLICT', reason: 'RECORD_CONFLICT' })
    expect(collector.records).toHaveLength(1)
    expect(() => { expect(collector).toBeFullyAcknowledged() }).not.toThrow()
  })

  test('forgets when it is reset', async () => {
    const collector = await start()
    const audit = auditOf(collector)
    await audit.record(event)
    collector.fail(503, Number.POSITIVE_INFINITY)
    collector.reset()
    expect([collector.records, collector.requests]).toEqual([[], []])
    expect(await audit.record(event)).toMatchObject({ leafIndex: 0 })
  })
})

test('an outage that lasts is the deadline of the record, and says what the collector answered', async () => {
  const collector = createTestCollector()
  collector.fail(500, Number.POSITIVE_INFINITY)
  await expect(auditOf(collector, { timeoutMs: 20 }).record(event)).rejects.toMatchObject({ code: 'DEADLINE' })
  expect(collector.records).toEqual([])
  expect(() => { expect(collector).toBeFullyAcknowledged() }).toThrow(/^1 records were sent and never acknowledged/)
})

test('a collector with a key takes records with that key alone, and keeps no key', async () => {
  const collector = await startTestCollector({ key: 'blt_example' })
  await auditOf(collector).record(event)
  await expect(createAudit({ endpoint: collector.endpoint, key: 'blt_other', integration: 'stripe', spool: false }).record(event)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  expect(JSON.stringify(collector.requests)).not.toContain('blt_')
})

test('what is not a whole record is refused whole, and nothing of it is kept', async () => {
  const collector = createTestCollector()
  const { fetch } = collector.options
  const post = (body: string | Uint8Array<ArrayBuffer>, headers = {}): Promise<Response> => fetch!(`${collector.endpoint}/v1/audit`, { method: 'POST', body, headers })
  const nameless = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ eventName: 'x' }] }] }] })
  expect([(await post('{')).status, (await post(nameless)).status, (await post(gzipSync(nameless), { 'content-encoding': 'gzip' })).status, (await post('x', { 'content-encoding': 'gzip' })).status]).toEqual([400, 400, 400, 400])
  expect(collector.records).toEqual([])
  expect(collector.requests[2]!.body).toBe(nameless)
})

test('an outage that makes no sense is refused where it is asked for', () => {
  const collector = createTestCollector()
  expect(() => { collector.fail(200) }).toThrow(RangeError)
  expect(() => { collector.fail(503, 0) }).toThrow(RangeError)
  expect(() => { collector.hang(1.5) }).toThrow(RangeError)
})

test('a fetch that is aborted while the collector hangs rejects with the reason', async () => {
  const collector = createTestCollector()
  collector.hang()
  const aborter = new AbortController()
  const answered = collector.options.fetch!(`${collector.endpoint}/v1/audit`, { method: 'POST', body: '{}', signal: aborter.signal })
  aborter.abort(new Error('enough'))
  await expect(answered).rejects.toThrow('enough')
})
