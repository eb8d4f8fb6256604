import './vitest.ts'
import { expect, test } from 'vitest'
import { createAudit } from '@blotter/sdk'
import type { AuditOptions } from '@blotter/sdk'
import { createTestCollector } from '@blotter/sdk/testing'
import type { TestCollector } from '@blotter/sdk/testing'

const event = { event: 'payment.refund', actor: { id: 'user-17', type: 'user' }, action: 'EXECUTE', target: { id: 'ch_1', type: 'payment' }, requestId: 'req-1' } as const

async function recorded(given: Partial<AuditOptions> = {}, more = {}): Promise<TestCollector> {
  const collector = createTestCollector()
  await using audit = createAudit({ ...collector.options, integration: 'stripe', ...given })
  await audit.record({ ...event, ...more })
  return collector
}

test('toHaveRecorded finds a record by some of its members, parties by their id, and asymmetric matchers', async () => {
  const collector = await recorded()
  expect(collector).toHaveRecorded({ event: 'payment.refund' })
  expect(collector).toHaveRecorded({ event: 'payment.refund', actor: 'user-17', target: { type: 'payment' }, requestId: expect.stringMatching(/^req-/) }, 1)
  expect(collector).not.toHaveRecorded({ actor: 'user-1' })
  expect(collector).not.toHaveRecorded({ event: 'payment.refund', sessionId: 's' })
})

test('toHaveRecorded says what was recorded instead', async () => {
  const collector = await recorded()
  expect(() => { expect(collector).toHaveRecorded({ event: 'payment.refund', actor: 'user-1' }) }).toThrow(/0 of 1 records match.*"user-17"/s)
  expect(() => { expect(collector).toHaveRecorded({ event: 'payment.capture' }) }).toThrow(/Recorded were: payment\.refund/)
  expect(() => { expect(collector).toHaveRecorded({ event: 'payment.refund' }, 2) }).toThrow(/1 of 1 records match, wanted 2/)
  expect(() => { expect({}).toHaveRecorded({}) }).toThrow(TypeError)
})

test('toHaveNoSecrets is content with what the SDK sends', async () => {
  const collector = await recorded({ includePayload: true }, { payload: { apiKey: 'planted-value-1', card: '4242424242424242', note: 'password=planted-value-2' } })
  expect(collector).toHaveNoSecrets('planted-value-1', 'planted-value-2', '4242424242424242')
})

test.each([
  ['as it is', (secret: string) => secret],
  ['in JSON', (secret: string) => JSON.stringify({ note: secret })],
  ['percent-encoded', (secret: string) => encodeURIComponent(secret)],
  ['in base64', (secret: string) => Buffer.from(`x${secret}y`).toString('base64')],
  ['in base64, one further', (secret: string) => Buffer.from(`xy${secret}z`).toString('base64')],
  ['in hexadecimal', (secret: string) => Buffer.from(secret).toString('hex')],
])('toHaveNoSecrets finds what was planted: %s', async (_how, hide) => {
  const secret = 'plan"ted & value'
  const collector = await recorded({ redact: { rules: [] } }, { attributes: { note: hide(secret) } })
  expect(() => { expect(collector).toHaveNoSecrets(secret) }).toThrow(/holds planted secret 1/)
})

test('toHaveNoSecrets finds what looks like a secret where redaction was off, and does not repeat it', async () => {
  const collector = createTestCollector()
  const card = '4242424242424242'
  const record = { timeUnixNano: '1', eventName: 'x', attributes: [{ key: 'note', value: { stringValue: `card ${card}` } }, { key: 'db.password', value: { stringValue: 'hunter2hunter2' } }] }
  await collector.options.fetch!(`${collector.endpoint}/v1/logs`, { method: 'POST', body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] }) })
  const failure = (() => { try { expect(collector).toHaveNoSecrets() } catch (error) { return String(error) } })()
  expect(failure).toContain('takes for a secret')
  expect(failure).not.toContain(card)
  expect(failure).not.toContain('hunter2')
  expect(() => { expect(collector).toHaveNoSecrets('abc') }).toThrow(RangeError)
})

test('toBeFullyAcknowledged of an audit counts what it made and what was accepted', async () => {
  const collector = createTestCollector()
  const audit = createAudit({ ...collector.options, integration: 'stripe', timeoutMs: 20 })
  await audit.record(event)
  await audit.flush()
  expect(audit).toBeFullyAcknowledged()
  collector.fail(503, Number.POSITIVE_INFINITY)
  await audit.record(event).catch(() => {})
  expect(audit).not.toBeFullyAcknowledged()
  expect(() => { expect(audit).toBeFullyAcknowledged() }).toThrow(/^2 records were made; accepted 1/)
  expect(() => { expect(undefined).toBeFullyAcknowledged() }).toThrow(TypeError)
  await audit.close({ timeoutMs: 1 })
})
