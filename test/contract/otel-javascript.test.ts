// The stock OpenTelemetry SDK for JavaScript, with either exporter, compressed, against a real collector with keys:
// what it sends is in the timeline, every field of it.

import { execFile } from 'node:child_process'
import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runBlotter, startCollector } from '../support/collector-process.ts'
import { makeDirectory, removeDirectory } from '../support/directory.ts'
import { eventually } from '../support/eventually.ts'
import { derivedId, leaf, moment, payloadFingerprint } from './placeholders.ts'
import type { Report } from './otel-javascript-client.ts'
import type { CollectorProcess } from '../support/collector-process.ts'

const forms = ['json', 'protobuf'] as const
type Form = (typeof forms)[number]

const client = fileURLToPath(new URL('otel-javascript-client.ts', import.meta.url))
const contentTypes = { json: 'application/json', protobuf: 'application/x-protobuf' } as const

let data: string
let collector: CollectorProcess & { readonly url: string }
const keys = {} as Record<Form, string>
const reports = {} as Record<Form, Report>

beforeAll(async () => {
  data = await makeDirectory()
  await copyFile(fileURLToPath(new URL('retention.yaml', import.meta.url)), join(data, 'retention.yaml'))
  keys.json = await createKey('production')
  await writeFile(join(data, 'blotter.yaml'), 'environments: { claims: ignore }\n')
  collector = await startCollector({ data, config: join(data, 'blotter.yaml') })
  keys.protobuf = await createKey('sandbox') // while it runs: it notices by itself
  await Promise.all(forms.map(async (form) => { reports[form] = await runClient(form) }))
})
afterAll(async () => {
  expect(await collector.stop()).toEqual({ code: 0, signal: null })
  await removeDirectory(data)
})

const environments = { json: 'production', protobuf: 'sandbox' } as const

describe.each(forms)('%s', (form) => {
  const common = {
    storedAt: moment, workspace: 'shop', environment: environments[form], leaf,
    resource: { 'service.name': `shop-${form}`, 'telemetry.sdk.language': 'nodejs', 'telemetry.sdk.name': 'opentelemetry', 'telemetry.sdk.version': expect.stringMatching(/^3\.\d+\.\d+$/) },
    via: { link: 'query' }, depth: 0,
  }
  const nothingRedacted = { count: 0, rules: [], policy: expect.any(String) }

  test('one compressed request, answered in its own encoding', () => {
    expect(reports[form].sent).toEqual([{ path: '/v1/logs', contentType: contentTypes[form], contentEncoding: 'gzip', status: 200, answered: contentTypes[form] }])
  })

  test('an audit record arrives with every field', async () => {
    const { traceId, spanId } = reports[form]
    expect(traceId).toMatch(/^[0-9a-f]{32}$/)
    expect(await timeline(form, `request_id=req-whole-${form}`)).toMatchObject({ truncated: false, notFollowed: [], complete: true, gaps: [], skew: [], milestones: [] })
    expect((await timeline(form, `request_id=req-whole-${form}`)).records).toEqual([{
      ...common,
      id: `whole-${form}`, event: 'payment.refund', occurredAt: '2026-11-24T06:10:34.123456789Z', observedAt: '2026-11-24T06:10:34.223456789Z',
      integration: 'stripe', actor: { id: 'maria', type: 'user' }, action: 'CREATE', target: { id: 'pay_41', type: 'payment' }, source: { id: '203.0.113.7', type: 'ipv4' },
      outcome: 'success', decision: 'allow', reason: 'customer returned the goods', errorType: 'none',
      requestId: `req-whole-${form}`, traceId, spanId, traceFlags: 1, sessionId: 'ses-41', deliveryId: `evt-${form}`, idempotencyKey: `idem-${form}`, attempt: 2, durationMs: 87,
      fingerprint: 'hmac-sha256:e1:000102030405060708090a0b0c0d0e0f', fingerprintForm: 'jcs', payloadSize: 2048,
      retentionClass: 'operations', redaction: { count: 2, rules: ['card:1', 'key_name:1'], policy: expect.any(String) },
      severity: { number: 10, text: 'NOTICE' }, scope: { name: 'shop.audit', version: '2.4.0' },
      body: { object: 'refund', amount: 1250, ratio: 0.25, partial: true, note: 'Grüße, 世界 🌍', lines: [{ sku: 'A-1', quantity: 2 }, { sku: 'B-2', quantity: 1 }] },
      attributes: {
        'shop.text': 'Grüße, 世界 🌍', 'shop.empty': '', 'shop.int': -7, 'shop.large': Number.MAX_SAFE_INTEGER, 'shop.double': 0.25,
        'shop.yes': true, 'shop.no': false, 'shop.bytes': 'AP8Q', 'shop.words': ['a', 'b'], 'shop.mixed': ['a', 1, 0.5, true, null],
        'shop.map': { nested: { list: [1, 2], bytes: 'AQI=' }, text: 'x' },
      },
    }])
  })

  test('what a service sends that knows nothing of audit records is kept, filled with unknown, and flagged', async () => {
    const unknown = {
      ...common, id: derivedId, event: 'unknown', integration: `shop-${form}`, actor: { id: 'unknown', type: 'unknown' }, action: 'unknown', target: { id: '', type: '' }, outcome: 'unknown',
      retentionClass: 'operations', redaction: nothingRedacted, incomplete: ['audit.record.id', 'audit.actor.id', 'audit.actor.type', 'audit.action', 'audit.outcome', 'eventName'],
    }
    const stock = {
      ...unknown, occurredAt: '2026-11-24T06:10:34.500000000Z', observedAt: '2026-11-24T06:10:34.500000001Z', requestId: `req-stock-${form}`,
      severity: { number: 13, text: 'WARN' }, scope: { name: 'shop.http', version: '' }, body: 'refund accepted: 12,50 €',
      attributes: { 'http.request.header.x-request-id': [`req-stock-${form}`], 'http.response.status_code': 202 },
    }
    const bare = { ...unknown, occurredAt: '2026-11-24T06:10:34.600000000Z', observedAt: '2026-11-24T06:10:34.600000000Z', scope: { name: 'shop.plain', version: '' }, body: 'nothing else', attributes: {} }
    expect((await timeline(form, `request_id=req-stock-${form}`)).records).toEqual([stock])
    const { records } = await timeline(form, `integration=shop-${form}&related=false`)
    expect(records.slice(0, 2)).toEqual([stock, bare])
  })

  test('claims to the workspace, the environment and what else is the collector’s are worth nothing', async () => {
    expect((await timeline(form, `request_id=req-claims-${form}`)).records).toEqual([{
      ...common, milestones: ['first_failure'],
      id: `claims-${form}`, event: 'payment.refund', occurredAt: '2026-11-24T06:10:34.999999999Z', observedAt: '2026-11-24T06:10:34.999999999Z',
      integration: `shop-${form}`, actor: { id: 'billing', type: 'service' }, action: 'CREATE', target: { id: '', type: '' }, outcome: 'failure', decision: 'deny', requestId: `req-claims-${form}`,
      fingerprint: payloadFingerprint, fingerprintForm: 'jcs', retentionClass: 'security', redaction: { count: 1, rules: ['key_name:1'], policy: expect.any(String) },
      scope: { name: 'shop.audit', version: '2.4.0' }, droppedAttributes: 5, incomplete: ['droppedAttributes'], body: { object: 'refund', amount: 1250 },
      attributes: { 'http.request.header.authorization': '[redacted:key_name]', ...Object.fromEntries(Array.from({ length: 115 }, (_, i) => [`shop.more.${i}`, i])) },
    }])
  })

  test('and nobody else sees any of it', async () => {
    const other = forms.find((name) => name !== form)!
    expect((await timeline(other, `request_id=req-whole-${form}`)).records).toEqual([])
  })
})

test('equal payloads of the two have equal fingerprints', async () => {
  const [json, protobuf] = await Promise.all(forms.map(async (form) => (await timeline(form, `record_id=claims-${form}`)).records[0]!['fingerprint']))
  expect(json).toBe(protobuf)
})

interface Timeline { readonly records: readonly Record<string, unknown>[]; readonly complete: boolean }

/** Once it holds all that was acknowledged. */
function timeline(form: Form, query: string): Promise<Timeline> {
  return eventually('a complete timeline', async () => {
    const response = await fetch(`${collector.url}/v1/timeline?${query}`, { headers: { Authorization: `Bearer ${keys[form]}` } })
    expect(response.status).toBe(200)
    const answer = await response.json() as Timeline
    return answer.complete && answer
  })
}

async function createKey(environment: string): Promise<string> {
  const { code, stdout } = await runBlotter(['keys', 'create', '--workspace', 'shop', '--environment', environment, '--scopes', 'ingest,read', '--data', data])
  expect(code).toBe(0)
  return stdout.trim()
}

async function runClient(form: Form): Promise<Report> {
  const settings = form === 'json'
    ? { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_HEADERS: `Authorization=${encodeURIComponent(`Bearer ${keys.json}`)}`, OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' }
    : { COLLECTOR_URL: collector.url, COLLECTOR_KEY: keys.protobuf }
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [client, form], { env: { PATH: process.env['PATH'], ...settings } })
  expect(stderr.split('\n').filter((line) => line !== '' && !line.includes('Dropping extra attributes'))).toEqual([])
  return JSON.parse(stdout) as Report
}
