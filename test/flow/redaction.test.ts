// The redaction policy from its file to what is stored, forwarded, counted and asked for: a workspace's section, a
// destination's section, tokens that join, encryption that opens for one holder, and a rule that only watches.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeKeyPair, openSealed, recipientPrefix, ruleSetVersion } from '@blotter/processors'
import { createAudit } from '@blotter/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeDirectory, removeDirectory } from '../support/directory.ts'
import { eventually } from '../support/eventually.ts'
import { runCollector } from '../support/running.ts'
import { openSink } from '../support/sink.ts'
import type { AuditRecord } from '@blotter/processors'
import type { RecordView } from '../../collector/query/view.ts'
import type { RunningCollector } from '../support/running.ts'
import type { Sink } from '../support/sink.ts'

const pair = makeKeyPair()
let directory: string
let sink: Sink
let collector: RunningCollector
let keys: { readonly shop: string; readonly other: string }

beforeAll(async () => {
  directory = await makeDirectory()
  sink = await openSink()
  const path = join(directory, 'redaction.yaml')
  await writeFile(path, `
version: 1
classes: { personal: mask }
fields: { audit.actor.id: tokenise, crm note: remove }
rules: { phone: observe }
recipients: [ '${recipientPrefix}${pair.publicKey.toString('base64url')}' ]
detectors:
  - id: staff_number
    finds: personal
    keywords: [EMP-]
    pattern: '\\bEMP-[0-9]{6}\\b'
    examples: { finds: [by EMP-123456], ignores: [EMP-1] }
allow:
  - { events: [export.*], keep: [count, 'attributes["blotter.reason"]'] }
workspaces:
  shop: { rules: { email: encrypt } }
destinations:
  siem: { classes: { personal: remove }, fields: { audit.actor.id: remove } }
`)
  collector = await runCollector({ redactionPaths: [path], redactionRequired: true, forward: [{ name: 'siem', url: sink.url, headers: {}, format: 'json' }] })
  keys = { shop: await collector.key('shop', 'production', ['ingest', 'read']), other: await collector.key('other', 'production', ['ingest', 'read']) }
})
afterAll(async () => {
  await collector.remove()
  await sink.close()
  await removeDirectory(directory)
})

async function send(key: string, requestId: string, body: object, event = 'payment.refund', count = 1): Promise<readonly RecordView[]> {
  const attribute = (name: string, stringValue: string): object => ({ key: name, value: { stringValue } })
  const valueOf = (value: unknown): object => (typeof value === 'object' && value !== null ? { kvlistValue: { values: Object.entries(value).map(([name, member]) => ({ key: name, value: valueOf(member) })) } } : { stringValue: String(value) })
  const record = (i: number): object => ({ eventName: event, timeUnixNano: String(BigInt(Date.now()) * 1_000_000n), body: valueOf(body), attributes: [attribute('audit.record.id', `${requestId}-${i}`), attribute('audit.actor.id', 'ada@example.com'), attribute('blotter.request.id', requestId), attribute('audit.source.id', '192.0.2.7'), attribute('blotter.reason', 'asked for')] })
  const response = await fetch(`${collector.url}/v1/logs`, { method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` }, body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: Array.from({ length: count }, (_, i) => record(i)) }] }] }) })
  expect(response.status).toBe(200)
  return collector.timeline(`request_id=${requestId}&related=false&limit=500`, key)
}

const forwarded = (requestId: string): Promise<AuditRecord> => eventually('the record is forwarded', () =>
  sink.requests.flatMap(({ records }) => records).find(({ attributes }) => attributes['blotter.request.id'] === requestId))

const body = { text: 'ada@example.com, EMP-123456, +1 415 555 2671', crmNote: 'likes tea' }

test('a record says by which policy it was redacted, and by which rules', async () => {
  const [record] = await send(keys.other, 'req-1', body)
  expect(record!.body).toEqual({ text: '[masked:email:example.com], [redacted:staff_number], +1 415 555 2671', crmNote: '[redacted:field_remove]' })
  expect(record!.redaction).toMatchObject({ count: 4, rules: ['email:1', 'field_remove:1', 'field_tokenise:1', 'staff_number:1'], policy: expect.stringMatching(new RegExp(`^${ruleSetVersion}\\+[0-9a-f]{16}$`)) })
})

test('a workspace’s section is stricter for its own records, and what it encrypts opens for the holder of the key alone', async () => {
  const [record] = await send(keys.shop, 'req-2', body)
  const { text } = record!.body as { text: string }
  expect(text).not.toContain('example.com')
  expect(openSealed(/\[sealed:email:[^\]]*\]/.exec(text)![0], [pair])).toBe('ada@example.com')
  expect(openSealed(/\[sealed:email:[^\]]*\]/.exec(text)![0], [makeKeyPair()])).toBeUndefined()
})

test('an actor who is a token is still one actor: its timeline is found by the token, and another workspace has another one', async () => {
  const [first] = await send(keys.shop, 'req-3', body)
  const [second] = await send(keys.shop, 'req-4', body)
  const [foreign] = await send(keys.other, 'req-5', body)
  expect(first!.actor.id).toMatch(/^\[token:field_tokenise:e1:[0-9a-f]{32}\]$/)
  expect(second!.actor.id).toBe(first!.actor.id)
  expect(foreign!.actor.id).not.toBe(first!.actor.id)
  const timeline = await collector.timeline(`actor=${encodeURIComponent(first!.actor.id)}&related=false`, keys.shop)
  expect(timeline.map(({ requestId }) => requestId)).toEqual(expect.arrayContaining(['req-3', 'req-4']))
})

test('records that are prepared in a thread are redacted by the same policy', async () => {
  const records = await send(keys.other, 'req-6', body, 'payment.refund', 200)
  expect(records).toHaveLength(200)
  const [alone] = await send(keys.other, 'req-7', body)
  for (const record of records) expect([record.body, record.actor, record.redaction]).toEqual([alone!.body, alone!.actor, alone!.redaction])
})

test('an allow-list lets nothing through that it does not list', async () => {
  const [record] = await send(keys.other, 'req-8', { count: '3', rows: { name: 'Ada' }, free: 'text' }, 'export.done')
  expect(record!.body).toEqual({ count: '3', rows: '[redacted:not_allowed]', free: '[redacted:not_allowed]' })
  expect(record!.reason).toBe('asked for')
})

test('what goes to a destination is redacted by its own section on top', async () => {
  const stored = await send(keys.other, 'req-9', body)
  const record = await forwarded('req-9')
  expect(record.attributes).toMatchObject({ 'audit.actor.id': '[redacted:field_remove]', 'audit.source.id': '192.0.2.7' })
  expect(JSON.stringify(record.body)).toContain('[redacted:email], [redacted:staff_number]')
  expect(JSON.stringify(record.body)).not.toContain('masked')
  expect(JSON.stringify(stored[0]!.body)).toContain('masked')
})

test('a rule in observe mode changes nothing and is counted by itself; nothing that a sender wrote becomes a label', async () => {
  const before = await collector.metric('blotter_values_observed_total', 'rule="phone"')
  await fetch(`${collector.url}/v1/logs`, { method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${keys.other}` }, body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ eventName: 'x', body: { stringValue: 'call +1 415 555 2671 or ada@example.com' }, attributes: [{ key: 'blotter.redaction.rules', value: { arrayValue: { values: [{ stringValue: 'made_up:3' }] } } }] }] }] }] }) })
  expect(await collector.metric('blotter_values_observed_total', 'rule="phone"')).toBe(before + 1)
  expect(await collector.metric('blotter_values_redacted_total', 'rule="phone"')).toBe(0)
  expect(await collector.metrics()).not.toContain('made_up')
})

test('a process with a laxer policy leaves no more than the collector’s own would', async () => {
  const audit = createAudit({ endpoint: collector.url, spool: false, key: keys.shop, integration: 'shop', includePayload: true, redact: { policy: { version: 1, rules: { email: 'mask', card: 'mask' } } } })
  await audit.record({ event: 'sdk.sent', actor: { id: 'ada@example.com', type: 'user' }, action: 'READ', requestId: 'req-10', payload: { text: 'ada@example.com 4242 4242 4242 4242' } })
  await audit.close()
  const [record] = await collector.timeline('request_id=req-10&related=false', keys.shop)
  expect(record!.body).toEqual({ text: '[redacted:email] [masked:card:4242]' }) // encrypted would be stricter than masked, and there is nothing left to encrypt
})

test('the policy of a workspace can be read over HTTP', async () => {
  const answer = async (key: string): Promise<unknown> => (await fetch(`${collector.url}/v1/redaction`, { headers: { Authorization: `Bearer ${key}` } })).json()
  expect(await answer(keys.shop)).toMatchObject({ workspace: 'shop', version: expect.stringContaining('+'), classes: { personal: 'mask' }, rules: { phone: 'observe', email: 'encrypt' }, detectors: [{ id: 'staff_number' }], allow: 1 })
  expect(await answer(keys.other)).toMatchObject({ workspace: 'other', rules: { phone: 'observe' } })
  expect((await fetch(`${collector.url}/v1/redaction`)).status).toBe(401)
})

test('a changed policy is a record at the next start, one that stayed is none', async () => {
  const changes = async (): Promise<readonly RecordView[]> => (await collector.timeline('integration=blotter&related=false&limit=1000', system)).filter(({ event }) => event === 'blotter.redaction.changed')
  const system = await collector.key('blotter', 'system', ['read'])
  await collector.restart()
  expect(await changes()).toEqual([])
  await writeFile(join(directory, 'redaction.yaml'), 'version: 1\nrules: { email: mask }\n')
  await collector.restart()
  const [change] = await eventually('the change is recorded', async () => { const found = await changes(); return found.length > 0 && found })
  expect(change).toMatchObject({ action: 'UPDATE', target: { type: 'redaction.policy', id: expect.stringContaining('+') }, outcome: 'success' })
})
