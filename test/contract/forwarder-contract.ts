// What every kind of forwarder promises, checked against a destination that does as it is told. A kind is in the suite
// when forward.test.ts calls this with it.

import { beforeEach, describe, expect, test } from 'vitest'
import { text } from '@blotter/processors'
import { sampleRecord } from '../support/arbitrary.ts'
import { openSink } from '../support/sink.ts'
import type { AuditRecord } from '@blotter/processors'
import type { Delivery, Forwarder } from '../../collector/forward/forwarder.ts'
import type { Sink, SinkAnswer } from '../support/sink.ts'

export interface Contestant {
  readonly kind: string
  readonly open: (url: string, timeoutMs: number) => Forwarder
  /** How its protocol says that so many records of a batch were refused. */
  readonly partly: (rejected: number) => SinkAnswer
}

export const numbered = (count: number): AuditRecord[] => Array.from({ length: count }, (_, i) => sampleRecord({}, { 'audit.record.id': `record-${i}`, 'blotter.environment': 'production' }))
export const idsOf = (sink: Sink): string[][] => sink.requests.map(({ records }) => records.map(({ attributes }) => text(attributes, 'audit.record.id')))

const never = new AbortController().signal

export function forwarderContract({ kind, open, partly }: Contestant): void {
  describe(`the ${kind} forwarder`, () => {
    let sink: Sink
    beforeEach(async () => {
      sink = await openSink()
      return () => sink.close()
    })

    async function deliver(records = numbered(3), timeoutMs = 10_000, signal = never): Promise<Delivery> {
      const forwarder = open(sink.url, timeoutMs)
      try {
        return await forwarder.deliver(records, signal)
      } finally {
        await forwarder.close()
      }
    }

    test('delivers every record, in order, with its id', async () => {
      expect(await deliver()).toEqual({ kind: 'delivered' })
      expect(idsOf(sink)).toEqual([['record-0', 'record-1', 'record-2']])
    })

    test.each([408, 429, 500, 502, 503, 504])('calls %i temporary', async (status) => {
      sink.answerWith(() => ({ status, body: 'details that are not ours to repeat' }))
      expect(await deliver()).toEqual({ kind: 'retry', reason: `status_${status}` })
    })

    test.each([400, 409, 413, 422])('calls %i permanent for this batch', async (status) => {
      sink.answerWith(() => ({ status, body: 'details that are not ours to repeat' }))
      expect(await deliver()).toEqual({ kind: 'rejected', reason: `status_${status}` })
    })

    test.each([301, 302, 307, 308, 401, 403, 404, 405, 415])('calls %i no fault of the records', async (status) => {
      sink.answerWith(() => ({ status, headers: { Location: 'http://127.0.0.1:9/v1/logs' } }))
      expect(await deliver()).toEqual({ kind: 'blocked', reason: `status_${status}` })
      expect(sink.requests).toHaveLength(1)
    })

    test('tells how many were refused when some were', async () => {
      sink.answerWith(() => partly(2))
      expect(await deliver()).toEqual({ kind: 'partly', rejected: 2 })
    })

    test('takes a warning without refused records as delivered', async () => {
      sink.answerWith(() => partly(0))
      expect(await deliver()).toEqual({ kind: 'delivered' })
    })

    test('waits for a slow destination', async () => {
      sink.answerWith(() => ({ status: 200, afterMs: 200 }))
      expect(await deliver()).toEqual({ kind: 'delivered' })
    })

    test('does not wait for a hung one, nor for an answer that does not end', async () => {
      sink.answerWith(() => 'silence')
      expect(await deliver(undefined, 50)).toEqual({ kind: 'retry', reason: 'timeout' })
      sink.answerWith(() => 'endless')
      expect(await deliver()).toEqual({ kind: 'retry', reason: 'bad_answer' })
    })

    test('cannot know when the answer was lost, and delivers again', async () => {
      sink.answerWith((_, count) => (count === 1 ? 'hang up' : { status: 200 }))
      expect(await deliver()).toEqual({ kind: 'retry', reason: 'unreachable' })
      expect(await deliver()).toEqual({ kind: 'delivered' })
      expect(idsOf(sink)[1]).toEqual(idsOf(sink)[0])
    })

    test('says that nobody listens', async () => {
      const gone = await openSink()
      await gone.close()
      expect(await open(gone.url, 1000).deliver(numbered(1), never)).toEqual({ kind: 'retry', reason: 'unreachable' })
    })

    test('ends at once when the collector stops, before and while it waits', async () => {
      expect(await deliver(undefined, 60_000, AbortSignal.abort())).toEqual({ kind: 'retry', reason: 'stopped' })
      expect(sink.requests).toEqual([])
      const stopping = new AbortController()
      sink.answerWith(() => { setImmediate(() => { stopping.abort() }); return 'silence' })
      expect(await deliver(undefined, 60_000, stopping.signal)).toEqual({ kind: 'retry', reason: 'stopped' })
    })

    test.each([['3', 3000], ['0', 0], ['100000', 300_000]])('asks to wait as long as Retry-After: %s says, within bounds', async (header, afterMs) => {
      sink.answerWith(() => ({ status: 503, headers: { 'Retry-After': header } }))
      expect(await deliver()).toEqual({ kind: 'retry', reason: 'status_503', afterMs })
    })

    test('understands a date in Retry-After', async () => {
      sink.answerWith(() => ({ status: 429, headers: { 'Retry-After': new Date(Date.now() + 3_600_000).toUTCString() } }))
      expect(await deliver()).toEqual({ kind: 'retry', reason: 'status_429', afterMs: 300_000 })
    })

    test.each(['-5', 'soon', 'Fri, 31 Dec 1999 23:59:59 GMT'])('keeps its own pace when Retry-After is %j', async (header) => {
      sink.answerWith(() => ({ status: 503, headers: { 'Retry-After': header } }))
      expect(await deliver()).toEqual({ kind: 'retry', reason: 'status_503' })
    })

    test('is closed twice as well as once, also while it delivers', async () => {
      sink.answerWith(() => 'silence')
      const forwarder = open(sink.url, 500)
      const delivery = forwarder.deliver(numbered(1), never)
      await forwarder.close()
      await forwarder.close()
      expect((await delivery).kind).toBe('retry')
    })
  })
}
