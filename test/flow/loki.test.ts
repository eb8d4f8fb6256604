// The Loki API as its clients use it: over HTTP, against the real store, on records that came in by OTLP.

import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encodeRequest } from '@blotter/processors'
import { createKey } from '../../collector/authenticate/key-file.ts'
import { sampleRecord } from '../support/arbitrary.ts'
import { eventually } from '../support/eventually.ts'
import { runCollector } from '../support/running.ts'
import type { RunningCollector } from '../support/running.ts'

const second = 1_000_000_000n
const base = BigInt(Math.floor(Date.now() / 60_000) - 10) * 60n * second
const api = '/loki/api/v1'
const shop = '{service_name="shop"}'

let collector: RunningCollector
let keys: { readonly acme: string; readonly bank: string; readonly ingest: string }

/** Twenty records of the shop, a second apart; bodies of JSON but for the last. */
function records(workspace: string): string {
  return encodeRequest(Array.from({ length: 20 }, (_, i) => ({
    ...sampleRecord({ timeUnixNano: base + BigInt(i) * second }, { 'audit.record.id': `${workspace}-${i}`, 'audit.actor.id': `${workspace}-actor`, 'audit.outcome': i % 4 === 0 ? 'failure' : 'success', 'blotter.request.id': `${workspace}-request-${i}` }),
    body: i === 19 ? null : JSON.stringify({ level: i % 4 === 0 ? 'error' : 'info', n: i, took: `${i * 10}ms`, owner: workspace }),
    resource: { 'service.name': 'shop', 'service.namespace': workspace },
  })))
}

async function send(key: string, body: string): Promise<void> {
  const response = await fetch(`${collector.url}/v1/audit`, { method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` }, body })
  if (!response.ok) throw new Error(`refused: ${await response.text()}`)
}

interface Ask { readonly key?: string; readonly headers?: Record<string, string>; readonly method?: 'GET' | 'POST' }

function get(path: string, parameters: Readonly<Record<string, string>> = {}, { key = keys.acme, headers = {}, method = 'GET' }: Ask = {}): Promise<Response> {
  const form = new URLSearchParams(parameters)
  const all = { Authorization: `Bearer ${key}`, ...headers }
  return method === 'POST' ? fetch(`${collector.url}${api}/${path}`, { method, headers: all, body: form }) : fetch(`${collector.url}${api}/${path}?${String(form)}`, { headers: all })
}

async function json(...request: Parameters<typeof get>): Promise<Record<string, any>> {
  const response = await get(...request)
  const text = await response.text()
  expect(response.status, text).toBe(200)
  expect(response.headers.get('Content-Type')).toMatch(/^application\/json/)
  return JSON.parse(text) as Record<string, any>
}

const window = { start: String(base), end: String(base + 60n * second) }

beforeAll(async () => {
  collector = await runCollector()
  keys = { acme: await collector.key('acme', 'production', ['read', 'ingest']), bank: await collector.key('bank', 'production', ['read', 'ingest']), ingest: await collector.key('acme', 'production', ['ingest']) }
  for (const workspace of ['acme', 'bank'] as const) await send(keys[workspace], records(workspace))
  await eventually('the store has them', () => collector.service.catchUp(5_000))
})
afterAll(() => collector.remove())

describe('query_range', () => {
  test('answers lines newest first, each stream with all labels of its entries, times as texts', async () => {
    const { status, data } = await json('query_range', { query: shop, ...window, limit: '2' })
    expect(status).toBe('success')
    expect(Object.keys(data)).toEqual(['resultType', 'result', 'stats'])
    expect(data.resultType).toBe('streams')
    expect(data.result.flatMap(({ values }: { values: string[][] }) => values).map(([time]: string[]) => time).toSorted()).toEqual([String(base + 18n * second), String(base + 19n * second)])
    const stream = data.result.find(({ stream: labels }: { stream: Record<string, string> }) => labels['blotter_request_id'] === 'acme-request-18')
    expect(stream.stream).toMatchObject({ service_name: 'shop', service_namespace: 'acme', deployment_environment_name: 'production', audit_actor_id: 'acme-actor', detected_level: 'info' })
    expect(stream.values).toEqual([[String(base + 18n * second), '{"level":"info","n":18,"took":"180ms","owner":"acme"}']])
    expect(data.stats.summary).toMatchObject({ totalEntriesReturned: 2 })
  })

  test('tells where labels come from when it is asked to, before the result', async () => {
    const response = await get('query_range', { query: `${shop} | json | n = 18`, ...window }, { headers: { 'X-Loki-Response-Encoding-Flags': 'categorize-labels' } })
    const text = await response.text()
    expect(text.indexOf('"encodingFlags":["categorize-labels"]')).toBeLessThan(text.indexOf('"result":'))
    const [{ stream, values }] = JSON.parse(text).data.result
    expect(Object.keys(stream)).toEqual(['deployment_environment_name', 'service_name', 'service_namespace'])
    expect(values).toHaveLength(1)
    const [, , { structuredMetadata, parsed }] = values[0]
    expect(structuredMetadata).toMatchObject({ audit_outcome: 'success', blotter_request_id: 'acme-request-18' })
    expect(parsed).toEqual({ level: 'info', n: '18', owner: 'acme', took: '180ms' })
  })

  test('the end is not in the answer, the start is', async () => {
    const { data } = await json('query_range', { query: shop, start: String(base), end: String(base + 2n * second), direction: 'forward' })
    expect(data.result.flatMap(({ values }: { values: string[][] }) => values).map(([time]: string[]) => time).toSorted()).toEqual([String(base), String(base + second)])
  })

  test('`interval` leaves out entries that are too near the one before', async () => {
    const { data } = await json('query_range', { query: shop, ...window, interval: '5s', direction: 'forward' }, { headers: { 'X-Loki-Response-Encoding-Flags': 'categorize-labels' } })
    expect(data.result[0].values.map(([time]: string[]) => (BigInt(time!) - base) / second)).toEqual([0n, 5n, 10n, 15n])
  })

  test('a metric answers a matrix on multiples of the step', async () => {
    const { data } = await json('query_range', { query: `sum by (audit_outcome) (count_over_time(${shop}[1h]))`, start: String(base + 30n * second), end: String(base + 90n * second), step: '30' })
    expect(data.resultType).toBe('matrix')
    expect(data.result.map(({ metric }: { metric: unknown }) => metric)).toEqual([{ audit_outcome: 'failure' }, { audit_outcome: 'success' }])
    expect(data.result[0].values.every(([time, value]: [number, string]) => time % 30 === 0 && value === '5')).toBe(true)
  })

  test('a posted form asks the same, and wins over the address', async () => {
    const parameters = { query: shop, ...window, limit: '3' }
    const posted = await json('query_range', parameters, { method: 'POST' })
    expect(posted['data'].result).toEqual((await json('query_range', parameters))['data'].result)
  })

  test('a thousand fields and long lines come whole, in chunks', async () => {
    const { data } = await json('query_range', { query: `${shop} | label_format filler=\`${'x'.repeat(20_000)}\``, ...window, limit: '20' }, { method: 'POST' })
    expect(data.result).toHaveLength(20)
    expect(data.result.every(({ stream }: { stream: Record<string, string> }) => stream['filler']!.length === 20_000)).toBe(true)
  })
})

describe('query', () => {
  test('answers the health check of Grafana', async () => {
    const { data } = await json('query', { query: 'vector(1)+vector(1)', time: '4000000000', direction: 'backward' })
    expect(data).toMatchObject({ resultType: 'vector', result: [{ metric: {}, value: [4_000_000_000, '2'] }] })
  })

  test('counts at a moment', async () => {
    const { data } = await json('query', { query: `sum(count_over_time(${shop}[5m]))`, time: String(base + 60n * second) })
    expect(data.result).toEqual([{ metric: {}, value: [Number((base + 60n * second) / 1_000_000n) / 1000, '20'] }])
  })

  test('a scalar is told as one, special values as words', async () => {
    expect((await json('query', { query: '1/3', time: '10' }))['data']).toMatchObject({ resultType: 'scalar', result: [10, '0.3333333333333333'] })
    expect((await json('query', { query: 'vector(0)/vector(0)', time: '10.5' }))['data'].result).toEqual([{ metric: {}, value: [10.5, 'NaN'] }])
  })

  test('refuses lines', async () => {
    const response = await get('query', { query: shop })
    expect([response.status, await response.text()]).toEqual([400, 'log queries are not supported as an instant query type, please change your query to a range query type'])
  })
})

describe('streams and labels', () => {
  test('labels, their values and series are those of streams', async () => {
    expect(await json('labels', window)).toEqual({ status: 'success', data: ['deployment_environment_name', 'service_name', 'service_namespace'] })
    expect((await json('label', window))['data']).toContain('service_name')
    expect(await json('label/service_namespace/values', window)).toEqual({ status: 'success', data: ['acme'] })
    expect(await json('label/__stream_shard__/values', window)).toEqual({ status: 'success', data: [] })
    expect(await json('series', { 'match[]': shop, ...window })).toEqual({ status: 'success', data: [{ deployment_environment_name: 'production', service_name: 'shop', service_namespace: 'acme' }] })
    expect((await json('series', { match: '{service_name="nope"}', ...window }))['data']).toEqual([])
  })

  test('counts of streams, entries and bytes', async () => {
    const stats = await json('index/stats', { query: shop, ...window })
    expect(stats).toMatchObject({ streams: 1, entries: 20 })
    expect(stats['bytes']).toBeGreaterThan(500)
  })

  test('volume by label, as a vector at the end of the window', async () => {
    const { data } = await json('index/volume', { query: '{service_name=~".+"}', ...window })
    expect(data.resultType).toBe('vector')
    expect(data.result).toEqual([{ metric: { service_name: 'shop' }, value: [Number(base / 1_000_000n + 60_000n) / 1000, expect.stringMatching(/^\d+$/)] }])
    expect((await json('index/volume', { query: shop, ...window, targetLabels: 'service_namespace' }))['data'].result[0].metric).toEqual({ service_namespace: 'acme' })
    expect((await json('index/volume', { query: shop, ...window, aggregateBy: 'labels' }))['data'].result.map(({ metric }: { metric: unknown }) => metric)).toContainEqual({ service_name: '' })
  })

  test('volume over time adds up to the volume', async () => {
    const total = (await json('index/volume', { query: shop, ...window }))['data'].result[0].value[1]
    const { data } = await json('index/volume_range', { query: shop, ...window, step: '10' })
    expect(data.resultType).toBe('matrix')
    const values = data.result[0].values as [number, string][]
    expect(values.length).toBeGreaterThan(1)
    expect(values.reduce((sum, [, value]) => sum + Number(value), 0)).toBe(Number(total))
    expect(values.every(([time]) => Math.round(time * 1000) % 10_000 === 9_999)).toBe(true)
  })

  test('detected labels are those that say something to choose by', async () => {
    expect((await json('detected_labels', window))['detectedLabels']).toContainEqual({ label: 'service_name', cardinality: 1 })
    expect((await json('detected_labels', { query: shop, ...window }))['detectedLabels']).toContainEqual({ label: 'service_namespace', cardinality: 1 })
  })
})

describe('detected fields and patterns', () => {
  test('fields are told with their types and where they come from', async () => {
    const { fields, limit } = await json('detected_fields', { query: shop, ...window })
    expect(limit).toBe(1000)
    expect(fields).toContainEqual({ label: 'n', type: 'int', cardinality: 19, parsers: ['json'], jsonPath: ['n'] })
    expect(fields).toContainEqual({ label: 'took', type: 'duration', cardinality: 19, parsers: ['json'], jsonPath: ['took'] })
    expect(fields).toContainEqual({ label: 'audit_outcome', type: 'string', cardinality: 2, parsers: null })
    expect((await json('detected_fields', { query: shop, ...window, field_limit: '2' }))['fields']).toHaveLength(2)
    expect((await json('detected_fields', { query: shop, ...window, line_limit: '3', limit: '500' }))['fields'].find(({ label }: { label: string }) => label === 'blotter_request_id').cardinality).toBe(3)
  })

  test('values of a field', async () => {
    expect((await json('detected_field/level/values', { query: shop, ...window }))['values'].toSorted()).toEqual(['error', 'info'])
    expect(await json('detected_field/nope/values', { query: shop, ...window, limit: '5' })).toEqual({ values: [], limit: 5 })
  })

  test('patterns count what lines look like', async () => {
    const { status, data } = await json('patterns', { query: shop, ...window })
    expect(status).toBe('success')
    expect(data.map(({ level }: { level: string }) => level).toSorted()).toEqual(expect.arrayContaining(['error', 'info']))
    expect(data.flatMap(({ samples }: { samples: [number, number][] }) => samples).reduce((sum: number, [, count]: [number, number]) => sum + count, 0)).toBe(20)
  })
})

describe('what clients ask about the service', () => {
  test('format_query answers a query or what is wrong with it, in JSON both times', async () => {
    expect(await json('format_query', { query: 'sum(rate({a="b"}[1m]))by(x)' })).toMatchObject({ status: 'success', data: expect.stringContaining('sum by') })
    const response = await get('format_query', { query: '{' })
    expect([response.status, await response.json()]).toEqual([400, { status: 'invalid-query', error: expect.stringContaining('parse error') }])
  })

  test('limits, version and rules', async () => {
    expect(await json('drilldown-limits')).toMatchObject({ pattern_ingester_enabled: true, limits: { max_entries_limit_per_query: 5000, volume_enabled: true, query_timeout: '60s' } })
    expect(await json('status/buildinfo')).toHaveProperty('version')
    const rules = await fetch(`${collector.url}/prometheus/api/v1/rules`, { headers: { Authorization: `Bearer ${keys.acme}` } })
    expect(await rules.json()).toEqual({ status: 'success', data: { groups: [] } })
    expect((await get('rules')).status).toBe(404)
    expect((await fetch(`${collector.url}/ready`)).status).toBe(200)
  })
})

describe('whose records', () => {
  const everyEndpoint: [string, Record<string, string>][] = [
    ['query', { query: 'sum by (audit_actor_id) (count_over_time({service_name=~".+"}[1h]))', time: window.end }],
    ['query_range', { query: '{service_name=~".+"}', ...window }],
    ['query_range', { query: 'sum by (service_namespace, audit_actor_id) (count_over_time({service_name=~".+"}[1h]))', ...window, step: '60' }],
    ['labels', window], ['label/service_namespace/values', window], ['series', window],
    ['index/volume', { query: '{service_namespace=~".+"}', ...window }], ['index/volume_range', { query: '{service_namespace=~".+"}', ...window }],
    ['detected_labels', window], ['detected_fields', { query: '{service_name=~".+"}', ...window }],
    ['detected_field/audit_actor_id/values', { query: '{service_name=~".+"}', ...window }], ['patterns', { query: '{service_name=~".+"}', ...window }],
  ]

  test.each(everyEndpoint)('%s shows a workspace its own and nothing of another', async (path, parameters) => {
    for (const [own, other] of [['acme', 'bank'], ['bank', 'acme']] as const) {
      const response = await get(path, parameters, { key: keys[own], headers: { 'X-Scope-OrgID': other } })
      const text = await response.text()
      expect(response.status, text).toBe(200)
      expect(text).not.toContain(other)
      if (!['labels', 'detected_labels', 'detected_fields', 'patterns'].includes(path)) expect(text).toContain(own)
    }
  })

  test('index/stats counts the own workspace alone', async () => {
    expect(await json('index/stats', { query: '{service_namespace="bank"}', ...window })).toMatchObject({ streams: 0, entries: 0 })
  })

  test('the key may be the password of Basic, and needs the scope to read', async () => {
    const basic = (key: string): Ask => ({ headers: { Authorization: `Basic ${Buffer.from(`anyone:${key}`).toString('base64')}` } })
    expect((await get('labels', window, basic(keys.acme))).status).toBe(200)
    expect((await get('labels', window, basic(`${keys.acme}x`))).status).toBe(401)
    expect((await get('labels', window, { headers: { Authorization: `Basic ${Buffer.from(keys.acme).toString('base64')}` } })).status).toBe(401)
    const forbidden = await get('labels', window, { key: keys.ingest })
    expect([forbidden.status, forbidden.headers.get('Content-Type')]).toEqual([403, 'text/plain; charset=utf-8'])
    expect((await fetch(`${collector.url}${api}/query?query=vector(1)`)).status).toBe(401)
  })

  test('a reader without clearance sees masks, and cannot find what is behind them', async () => {
    const { key } = await createKey(join(collector.data, 'keys', 'api-keys.json'), { workspace: 'acme', environment: 'production', scopes: ['read'], clearance: 'public' }, new Date())
    const shown = await (await get('query_range', { query: shop, ...window }, { key })).text()
    expect(shown).toContain('[masked:')
    expect(shown).not.toContain('acme-actor')
    for (const query of [`${shop} |= "owner"`, `${shop} | audit_actor_id="acme-actor"`]) expect((await json('query_range', { query, ...window }, { key }))['data'].result).toEqual([])
    expect(await (await get('detected_fields', { query: shop, ...window }, { key })).text()).not.toContain('"owner"')
    expect(await (await get('detected_field/audit_actor_id/values', { query: shop, ...window }, { key })).json()).toMatchObject({ values: ['[masked:internal]'] })
    expect((await get('index/volume', { query: '{audit_actor_id="acme-actor"}', ...window }, { key })).status).toBe(400)
    expect(await json('query_range', { query: 'sum by (audit_actor_id) (count_over_time({service_name="shop"}[1h]))', ...window, step: '60' }, { key })).toMatchObject({ data: { result: [{ metric: { audit_actor_id: '[masked:internal]' } }] } })
  })

  test('reads that show personal fields are records themselves', async () => {
    await json('query_range', { query: `${shop} |= "n"`, ...window })
    const read = await eventually('the read is recorded', async () => {
      const { data } = await json('query_range', { query: '{service_name="blotter"} | audit_action="READ" | blotter_read_kinds=~".*lineFilter.*"' })
      return data.result[0]?.stream as Record<string, string> | undefined
    })
    expect(read).toMatchObject({ audit_target_id: 'loki', audit_action: 'READ' })
  })
})

describe('what is wrong', () => {
  const wrong: [string, Record<string, string>, RegExp][] = [
    ['query_range', {}, /parse error/], ['query_range', { query: '{' }, /parse error/], ['query_range', { query: '{}' }, /at least one/],
    ['query_range', { query: shop, limit: '0' }, /positive/], ['query_range', { query: shop, limit: 'x' }, /integer/], ['query_range', { query: shop, limit: '5001' }, /max_entries/],
    ['query_range', { query: shop, direction: 'sideways' }, /direction/], ['query_range', { query: shop, start: 'x' }, /start/], ['query_range', { query: shop, end: '2026-02-30T00:00:00Z' }, /end/],
    ['query_range', { query: shop, start: '10', end: '5' }, /end/], ['query_range', { query: shop, step: '0' }, /step/], ['query_range', { query: shop, step: 'x' }, /step/],
    ['query_range', { query: shop, step: '1ms' }, /11,000/], ['query_range', { query: shop, interval: '-1' }, /interval/], ['query_range', { query: shop, since: 'x' }, /since/],
    ['query_range', { query: `rate(${shop} | json | unwrap owner [1m])`, ...window, step: '60' }, /pipeline error/],
    ['query_range', { query: `{service_name="${'x'.repeat(7_000)}"} |= "${'y'.repeat(7_000)}` }, /parse error/],
    ['labels', { query: `${shop} | json` }, /parse error|label matchers/], ['labels', { query: '{}' }, /at least one/], ['index/stats', {}, /parse error/],
    ['index/volume', { query: shop, aggregateBy: 'x' }, /aggregation/], ['detected_fields', { query: 'vector(1)' }, /log selector/], ['patterns', { query: `${shop} |= "a"` }, /parse error|label matchers/],
    ['tail', { query: shop }, /WebSocket/],
  ]

  test.each(wrong)('%s %j is refused in plain text', async (path, parameters, message) => {
    const response = await get(path, parameters)
    const text = await response.text()
    expect([response.status, response.headers.get('Content-Type'), response.headers.get('X-Content-Type-Options')], text).toEqual([400, 'text/plain; charset=utf-8', 'nosniff'])
    expect(text).toMatch(message)
  })

  test('a form that is too large is not read', async () => {
    expect((await get('query_range', { query: 'x'.repeat(300_000) }, { method: 'POST' })).status).toBe(413)
    expect((await get('query_range', { query: 'x'.repeat(70_000) }, { method: 'POST' })).status).toBe(400)
  })

  test('other methods are answered as everywhere', async () => {
    const headers = { Authorization: `Bearer ${keys.acme}` }
    expect((await fetch(`${collector.url}${api}/labels`, { method: 'PUT', headers })).status).toBe(405)
    expect((await fetch(`${collector.url}${api}/labels`, { method: 'OPTIONS', headers })).headers.get('Allow')).toContain('POST')
    expect((await fetch(`${collector.url}${api}/labels`, { method: 'HEAD', headers })).status).toBe(200)
  })

  test('every question is counted by endpoint and end', async () => {
    expect(await collector.metric('blotter_queries_total', 'endpoint="query_range",result="ok"')).toBeGreaterThan(3)
    expect(await collector.metric('blotter_queries_total', 'endpoint="query_range",result="refused"')).toBeGreaterThan(3)
    expect(await collector.metric('blotter_query_rows_total')).toBeGreaterThan(20)
  })
})
