// The demo's incident, asked about in every way there is: whatever thread somebody pulls, the cause is at the end of it.
// By HTTP, and by the command as a process of its own.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { playIncident } from '../demo/incident.ts'
import { runBlotter } from '../support/collector-process.ts'
import { runCollector } from '../support/running.ts'
import type { TimelineAnswer, TimelineRecordView } from '../../collector/query/timeline/answer.ts'
import type { Incident } from '../demo/incident.ts'
import type { RunningCollector } from '../support/running.ts'

let collector: RunningCollector
let key: string
let incident: Incident
let story: readonly TimelineRecordView[]
beforeAll(async () => {
  collector = await runCollector()
  key = await collector.key('shop', 'sandbox', ['ingest', 'read'])
  const audit = { resourceLogs: [{ scopeLogs: [{ logRecords: Array.from({ length: 20 }, (_, i) => ({ eventName: 'contact.update', timeUnixNano: String(BigInt(Date.now() - i) * 1_000_000n), attributes: [['audit.actor.id', 'importer'], ['audit.action', 'UPDATE'], ['audit.outcome', 'success'], ['audit.target.id', `cus_${i}`], ['blotter.integration', 'hubspot'], ['blotter.request.id', `req_other_${i}`]].map(([name, value]) => ({ key: name, value: { stringValue: value } })) })) }] }] }
  const sent = await fetch(`${collector.url}/v1/logs`, { method: 'POST', body: JSON.stringify(audit), headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` } })
  expect(sent.status).toBe(200)
  incident = await playIncident(collector.url, key)
  expect(await collector.service.catchUp(10_000)).toBe(true)
  story = (await ask({ request_id: incident.requestId, fold: 'false' })).records
})
afterAll(() => collector.remove())

async function ask(question: Record<string, string>): Promise<TimelineAnswer> {
  const response = await fetch(`${collector.url}/v1/timeline?${new URLSearchParams(question).toString()}`, { headers: { Authorization: `Bearer ${key}` } })
  expect(response.status).toBe(200)
  return await response.json() as TimelineAnswer
}

const blotter = (...words: string[]): ReturnType<typeof runBlotter> => runBlotter([...words, '--url', collector.url], { BLOTTER_KEY: key, NO_COLOR: '1' })

/** Each thread that somebody may have in hand, as a parameter and its value. */
const threads: readonly (readonly [string, () => Record<string, string>])[] = [
  ['a request id', () => ({ request_id: incident.requestId })],
  ['the trace of the automation', () => ({ trace_id: incident.traceId })],
  ['the session of whoever was on call', () => ({ session_id: incident.sessionId })],
  ['a delivery', () => ({ delivery_id: incident.webhook.id })],
  ['an idempotency key', () => ({ idempotency_key: incident.idempotencyKey })],
  ['an actor', () => ({ actor: 'retry-automation' })],
  ['a target', () => ({ target: incident.webhook.payment.id })],
  ['the fingerprint of the payload', () => ({ fingerprint: story.find(({ event }) => event === 'webhook.receive')!.fingerprint! })],
  ['a window and an outcome', () => ({ from: '10m', outcome: 'denied' })],
  ['words of an error', () => ({ from: '10m', text: 'No Answer within' })],
  ['the id of one record', () => ({ record_id: story.find(({ event }) => event === 'payment.capture.retry')!.id })],
]

test('the incident is as it was: twelve records, of which five are one automation’s attempts', () => {
  expect(story.map(({ event }) => event)).toEqual([
    'webhook.receive', 'payment.capture', ...Array.from({ length: 5 }, () => 'payment.capture.retry'), 'payment.capture', 'credential.rotate', 'payment.capture', 'contact.update', 'receipt.send',
  ])
})

test.each(threads)('from %s, the timeline tells the whole story with its cause, by HTTP', async (_, question) => {
  const answer = await ask(question())
  const { records, milestones } = answer
  expect(records.map(({ event, decision, reason }) => ({ event, decision, reason }))).toContainEqual({ event: 'payment.capture', decision: 'deny', reason: 'the provider refuses our key' })
  expect(records.find(({ event }) => event === 'credential.rotate')).toMatchObject({ actor: { id: 'oncall@example.com' }, outcome: 'success' })
  expect(records.reduce((sum, { folded }) => sum + 1 + (folded?.count ?? 0), 0)).toBe(12)
  expect(records.every(({ actor }) => actor.id !== 'importer')).toBe(true)
  expect(milestones.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['first_failure', 'last_failure', 'first_success_after']))
})

test.each(threads)('from %s, the command shows the cause, and what changed', async (_, question) => {
  const words = Object.entries(question()).flatMap(([name, value]) => [`--${name.replaceAll('_', '-')}`, value])
  const [shown, compared] = await Promise.all([blotter('timeline', ...words), blotter('timeline', ...words, '--compare')])
  expect(shown).toMatchObject({ code: 0, stderr: '' })
  expect(shown.stdout).toMatch(/denied +the provider refuses our key/)
  expect(shown.stdout).toMatch(/oncall@example\.com +UPDATE +credential:payments-api-key +success/)
  expect(compared).toMatchObject({ code: 0, stderr: '' })
  expect(compared.stdout).toMatch(/oncall@example\.com +UPDATE +credential:payments-api-key +success/)
  expect(compared.stdout).toMatch(/^decision +deny +–$/m)
  expect(compared.stdout).toContain('The payload was the same, by its fingerprint.')
})
