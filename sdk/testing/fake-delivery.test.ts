import { expect, describe, test } from 'vitest'
import { createRedact, emptyRecord, toValue, valueMap } from '@blotter/processors'
import { fakeDelivery, fakeEndpoint, fakeEvents } from '@blotter/sdk/testing'
import type { FakeDeliveryOptions } from '@blotter/sdk/testing'
import { schemes, verifyWebhook } from '@blotter/sdk/webhooks'
import type { SchemeName, Verdict } from '@blotter/sdk/webhooks'
import { samples } from './samples/index.ts'

const names = Object.keys(schemes) as SchemeName[]
const withTime = names.filter((name) => schemes[name].time !== 'none')
/** What of the body they prove is less than the whole of it: see the table of docs/webhooks.md. */
const bodyIsProved = names.filter((name) => !['gitlab-token', 'shared-secret', 'mailgun'].includes(name))

async function verdictOf(name: SchemeName, options: FakeDeliveryOptions = {}): Promise<Verdict> {
  const { scheme, secret, parameters } = fakeEndpoint(name)
  const request = fakeDelivery(name, options)
  return verifyWebhook(scheme, { method: request.method, url: request.url, headers: request.headers, body: new Uint8Array(await request.arrayBuffer()) }, secret, { parameters })
}

test('every scheme has samples, and there is a scheme to each', () => {
  expect(Object.keys(samples).sort()).toEqual([...names].sort())
})

describe.each(names)('a fake delivery of %s', (name) => {
  test.each(fakeEvents(name))('verifies: %s', async (event) => {
    expect((await verdictOf(name, { event })).kind).toBe(schemes[name].covered === 'none' ? 'unproven' : 'verified')
  })

  test('verifies with a body of any bytes, or is one that the scheme cannot carry', async () => {
    if (schemes[name].body === 'json' || schemes[name].time === 'in body' || name === 'twilio') return
    expect((await verdictOf(name, { body: new Uint8Array([0, 255, 13, 10]) })).kind).not.toBe('refused')
  })

  test('is refused when it is signed with another secret, or not at all', async () => {
    expect(await verdictOf(name, { tamper: 'wrong secret' })).toMatchObject({ kind: 'refused', reason: 'bad_signature' })
    expect((await verdictOf(name, { tamper: 'unsigned' })).kind).toBe('refused')
  })
})

test.each(bodyIsProved)('a flipped bit is refused: %s', async (name) => {
  expect((await verdictOf(name, { tamper: 'flipped bit' })).kind).toBe('refused')
})

test.each(names.filter((name) => !bodyIsProved.includes(name)))('a flipped bit is not noticed by a scheme that does not prove the body: %s', async (name) => {
  expect((await verdictOf(name, { tamper: 'flipped bit' })).kind).not.toBe('refused')
})

test.each(withTime)('what was sent a day ago, or will be tomorrow, is refused: %s', async (name) => {
  expect(await verdictOf(name, { tamper: 'expired' })).toMatchObject({ kind: 'refused', reason: 'expired' })
  expect(await verdictOf(name, { tamper: 'future' })).toMatchObject({ kind: 'refused', reason: 'future' })
})

test('a scheme that signs no time cannot be late', () => {
  expect(() => fakeDelivery('github', { tamper: 'expired' })).toThrow(RangeError)
})

test('an event that there is no sample of says which there are', () => {
  expect(() => fakeDelivery('stripe', { event: 'nothing' })).toThrow(/want one of payment_intent\.succeeded, charge\.refunded/)
  expect(() => fakeDelivery('acme' as SchemeName)).toThrow(/want one of airtable/)
})

test('a delivery has the id, time, address and headers that it is given', async () => {
  const request = fakeDelivery('standard-webhooks', { id: 'msg_1', sentAtMs: 1_700_000_000_000, url: 'https://hooks.example.com/x', headers: { 'X-Extra': '1' }, body: { a: 1 } })
  expect(request.url).toBe('https://hooks.example.com/x')
  expect(Object.fromEntries(request.headers)).toMatchObject({ 'webhook-id': 'msg_1', 'webhook-timestamp': '1700000000', 'x-extra': '1', 'content-type': 'application/json' })
  expect(await request.text()).toBe('{"a":1}')
})

test('samples name nobody: addresses, numbers and cards are those reserved for examples', () => {
  const text = Object.values(samples).flatMap((set) => set.samples.map((sample) => { const body = sample.body({ id: 'evt_1', sentAtMs: 0 }); return body instanceof URLSearchParams ? body.toString() : JSON.stringify(body) })).join('\n')
  expect([...text.matchAll(/@([a-z.-]+)/gi)].map((match) => match[1]).filter((domain) => domain !== 'example.com')).toEqual([])
  expect([...text.matchAll(/https?:\/\/([^/"]+)/g)].map((match) => match[1]!).filter((host) => !/(?:^|\.)(?:example\.com|amazonaws\.com)$/.test(host))).toEqual([])
  expect([...text.matchAll(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g)].map(([address]) => address).filter((address) => !address.startsWith('192.0.2.'))).toEqual([])
  expect([...text.matchAll(/(?:\+|%2B)1\d{10}/g)].map(([number]) => number).filter((number) => !/55501\d\d$/.test(number))).toEqual([])
})

test('samples hold something to redact, and redaction finds it', () => {
  const counts = createRedact().process({ ...emptyRecord, attributes: valueMap([['stripe', toValue(samples['stripe']!.samples[0].body({ id: 'evt_1', sentAtMs: 0 }))]]) }).attributes['blotter.redaction.count']
  expect(Number(counts)).toBeGreaterThan(0)
})
