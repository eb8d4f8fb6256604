// The dashboards over what the demo sends, asked as Grafana asks: each panel finds something.

import { createAudit } from '@blotter/sdk'
import { auditOfDelivery, schemes, signWebhook, verifyWebhook } from '@blotter/sdk/webhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { playIncident } from '../demo/incident.ts'
import { annotationQueries, panelQueries, substituted } from '../support/grafana.ts'
import { runCollector } from '../support/running.ts'
import type { AuditEvent } from '@blotter/sdk'
import type { DashboardQuery } from '../support/grafana.ts'
import type { RunningCollector } from '../support/running.ts'

let collector: RunningCollector
let key: string
beforeAll(async () => {
  collector = await runCollector()
  key = await collector.key('shop', 'sandbox', ['ingest', 'read', 'admin'])
  await playIncident(collector.url, key, () => {})
  await sendTheRest()
})
afterAll(() => collector.remove())

/** What a shop's day has and the incident has not: deliveries that are verified and refused, and what Blotter says of itself. */
async function sendTheRest(): Promise<void> {
  await using audit = createAudit({ endpoint: collector.url, spool: false, key, integration: 'payments', service: { name: 'shop', version: '1.2.3' } })
  const secret = 'whsec_c2VjcmV0LW9mLXRoZS10ZXN0LW9ubHkhISEhISE='
  const { url, method, headers, body } = signWebhook(schemes['standard-webhooks'], { url: 'https://shop.example.com/hooks', body: '{"id":"evt_1"}' }, secret)
  const request = { method, url, headers, body }
  for (const received of [request, { ...request, body: Buffer.from('{"id":"evt_2"}') }]) {
    const verdict = await verifyWebhook(schemes['standard-webhooks'], received, secret)
    await audit.record(auditOfDelivery(verdict, { scheme: 'standard-webhooks', body: received.body, source: { id: '192.0.2.7', type: 'ipv4' } }))
  }
  for (const event of own) await audit.record({ actor: { id: 'blotter', type: 'system' }, action: 'EXECUTE', outcome: 'success', target: { id: 'shop', type: 'workspace' }, ...event })
  await fetch(`${collector.url}/v1/logs`, { method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` }, body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ eventName: 'job.ran', timeUnixNano: `${Date.now()}000000` }] }] }] }) }) // says neither who nor what
}

const own: readonly (Partial<AuditEvent> & Pick<AuditEvent, 'event'>)[] = [
  { event: 'blotter.retention.erased', attributes: { 'blotter.erased.count': 12 } },
  { event: 'blotter.records.exported' },
  { event: 'blotter.sequence.gap', attributes: { 'blotter.sequence.missing': 3 } },
  { event: 'blotter.source.silent' },
  { event: 'blotter.key.created' },
  { event: 'blotter.request.refused', reason: 'UNAUTHENTICATED', attributes: { 'blotter.refused.count': 2 } },
  { event: 'payment.refund', actor: { id: 'maria', type: 'user' }, outcome: 'denied', reason: 'over the limit', durationMs: 17 },
  { event: 'payment.capture', outcome: 'failure', error: new TypeError('the answer has no amount'), durationMs: 40 },
]

async function ask({ expr, kind }: DashboardQuery): Promise<readonly unknown[]> {
  const now = BigInt(Date.now()) * 1_000_000n
  const times = kind === 'instant' ? { time: now } : { start: now - 3n * 3_600_000_000_000n, end: now + 60_000_000_000n, step: '60000ms' }
  const parameters = new URLSearchParams({ query: substituted(expr), limit: '2000' })
  for (const [name, value] of Object.entries(times)) parameters.set(name, String(value))
  const response = await fetch(`${collector.url}/loki/api/v1/${kind === 'instant' ? 'query' : 'query_range'}?${parameters.toString()}`, { headers: { Authorization: `Bearer ${key}`, 'X-Loki-Response-Encoding-Flags': 'categorize-labels' } })
  const text = await response.text()
  expect(response.status, text).toBe(200)
  return (JSON.parse(text) as { data: { result: unknown[] } }).data.result
}

test.each([...panelQueries, ...annotationQueries].map((query) => [query.name, query] as const))('%s', async (_, query) => {
  expect(await ask(query)).not.toEqual([])
})
