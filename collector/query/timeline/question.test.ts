import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BlotterError } from '../../errors.ts'
import { parseTimelineQuery, timelineLimits } from './question.ts'
import { parseTime } from './time.ts'
import type { TimelineQuestion } from './engine.ts'
import type { AskedTimeline } from './question.ts'

const nowMs = Date.parse('2026-11-24T06:10:34.500Z')
const parse = (query: string): TimelineQuestion => parseTimelineQuery(new URLSearchParams(query), nowMs, ['csv', 'customer']).question

function fieldsOf(query: string): string[] {
  try {
    parse(query)
    return []
  } catch (error) {
    expect(error).toMatchObject({ code: 'INVALID_QUERY' })
    return (error as BlotterError).violations.map(({ field }) => field)
  }
}

test('every link that was given must hold', () => {
  expect(parse('request_id=r1&actor=maria&target=re_1')).toEqual({ all: [{ kind: 'request_id', id: 'r1' }, { kind: 'actor', id: 'maria' }, { kind: 'target', id: 're_1' }], limit: timelineLimits.records, depth: timelineLimits.depth })
})

test('a trace id may be written in any case, other ids are what they are', () => {
  expect(parse(`trace_id=${'AB'.repeat(16)}&request_id=Req`).all).toEqual([{ kind: 'request_id', id: 'Req' }, { kind: 'trace_id', id: 'ab'.repeat(16) }])
})

test('a window, an integration and a limit', () => {
  expect(parse('integration=stripe&from=15m&to=now&limit=7&related=false')).toEqual({
    all: [], limit: 7, depth: 0, integration: 'stripe', fromNano: BigInt(nowMs - 900_000) * 1_000_000n, toNano: BigInt(nowMs) * 1_000_000n,
  })
})

test('all problems are told at once', () => {
  expect(fieldsOf('requestid=1&limit=0&from=yesterday&actor=a&actor=b')).toEqual(['parameter', 'actor', 'from', 'limit'])
})

test('a question for everything is refused, and so is one with nothing but options', () => {
  expect(fieldsOf('')).toEqual(['query'])
  expect(fieldsOf('limit=10&related=true')).toEqual(['query'])
  expect(fieldsOf('request_id=')).toEqual(['query'])
})

test.each(['0', '-1', '1.5', '10001', 'ten', '1e3', '99999999'])('%s is no limit', (limit) => { expect(fieldsOf(`actor=a&limit=${limit}`)).toEqual(['limit']) })

test('a value is bounded', () => { expect(fieldsOf(`actor=${'a'.repeat(timelineLimits.valueLength + 1)}`)).toEqual(['actor']) })

test('what was asked is not repeated in the answer', () => {
  try {
    parse('sk_live_secret=sk_live_secret&from=sk_live_secret')
    expect.unreachable()
  } catch (error) {
    expect(JSON.stringify((error as BlotterError).violations)).not.toContain('secret')
  }
})

describe('a time', () => {
  const time = (source: string): bigint | undefined | string => {
    let problem: string | undefined
    const nano = parseTime(source, nowMs, 'from', (field) => { problem = field })
    return problem ?? nano
  }
  test.each([
    ['2026-11-24T06:10:34Z', '2026-11-24T06:10:34Z', 0n], ['2026-11-24T06:10:34.123456789Z', '2026-11-24T06:10:34Z', 123_456_789n], ['2026-11-24T06:10:34.5z', '2026-11-24T06:10:34Z', 500_000_000n],
    ['2026-11-24 06:10:34Z', '2026-11-24T06:10:34Z', 0n], ['2026-11-24T07:10:34+01:00', '2026-11-24T06:10:34Z', 0n], ['2026-11-24T00:40:34.000000001-05:30', '2026-11-24T06:10:34Z', 1n], ['2026-11-24', '2026-11-24T00:00:00Z', 0n],
  ])('%s', (source, second, rest) => { expect(time(source)).toBe(BigInt(Date.parse(second)) * 1_000_000n + rest) })

  test.each([['90s', 90_000], ['15m', 900_000], ['24h', 86_400_000], ['7d', 604_800_000]])('%s ago', (source, ms) => { expect(time(source)).toBe(BigInt(nowMs - ms) * 1_000_000n) })

  test('longer ago than time itself is its beginning', () => { expect(time('999999d')).toBe(0n) })

  test.each(['yesterday', '2026-13-01', '2026-11-24T25:00:00Z', '2026-11-24T06:10:34', '1969-12-31', '0m', '-5m', '5w', '1764000000', '2026-11-24T06:10:34.1234567890Z', ''])('%j is none', (source) => {
    expect(time(source)).toBe('from')
  })

  test('whatever is asked, it is answered or refused', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (name, value) => {
      try { parse(`${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(value.toWellFormed())}&from=${encodeURIComponent(value.toWellFormed())}`) } catch (error) { expect(error).toBeInstanceOf(BlotterError) }
    }))
  })
})

describe('conditions', () => {
  test('how it ended: what was denied is a failure with a decision', () => {
    expect(parse('outcome=denied')).toMatchObject({ outcome: 'failure', decision: 'deny' })
    expect(parse('outcome=failure')).toEqual({ all: [], limit: timelineLimits.records, depth: timelineLimits.depth, outcome: 'failure' })
    expect(fieldsOf('outcome=broken')).toEqual(['outcome'])
  })
  test('what was done, which events, what it says', () => {
    expect(parse('action=REFUND&event=payment.refund,%20webhook.*&text=Order&from=1h')).toMatchObject({ action: 'REFUND', events: ['payment.refund', 'webhook.*'], text: 'Order' })
  })
  test('a text alone would be looked for everywhere', () => {
    expect(fieldsOf('text=a')).toEqual(['query'])
    expect(fieldsOf('text=a&integration=stripe')).toEqual(['text'])
    expect(fieldsOf('text=a&request_id=r')).toEqual([])
  })
  test('how far links are followed', () => {
    expect(parse('actor=a&depth=6')).toMatchObject({ depth: 6 })
    expect(parse('actor=a&depth=0')).toMatchObject({ depth: 0 })
    expect(parse('actor=a&depth=2&related=false')).toMatchObject({ depth: 0 })
    expect(fieldsOf('actor=a&depth=7&related=maybe')).toEqual(['depth', 'related'])
  })
})

describe('beside the question', () => {
  const asked = (query: string): AskedTimeline => parseTimelineQuery(new URLSearchParams(query), nowMs, ['csv', 'customer'])
  test('its kinds are names, never values', () => { expect(asked('actor=maria&from=1h&limit=3&fold=false').kinds).toEqual(['actor', 'from']) })
  test('folding can be switched off', () => { expect([asked('actor=a').fold, asked('actor=a&fold=false').fold]).toEqual([true, false]) })
  test('an export holds more, in a known format', () => {
    expect(asked('actor=a&format=csv')).toMatchObject({ format: 'csv', question: { limit: timelineLimits.mostRecords } })
    expect(asked('actor=a')).not.toHaveProperty('format')
    expect(fieldsOf('actor=a&format=pdf')).toEqual(['format'])
  })
  test('what a customer is told is chosen for customers alone', () => {
    expect(asked('actor=a&format=customer&share=payments,%20mailer&fields=reason').exportOptions).toEqual({ share: ['payments', 'mailer'], fields: ['reason'] })
    expect(fieldsOf('actor=a&format=csv&share=payments&fields=reason')).toEqual(['share', 'fields'])
    expect(fieldsOf('actor=a&format=customer&fields=password')).toEqual(['fields'])
    expect(fieldsOf(`actor=a&format=customer&share=${Array.from({ length: 21 }, () => 'x').join(',')}`)).toEqual(['share'])
  })
})
