// A planted secret is found nowhere: in no file below the data directory, no log line, no metric, no answer, and in
// nothing that is forwarded.

import { createServer } from 'node:http'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { createAudit } from '@blotter/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCollector } from '../support/running.ts'
import type { AddressInfo } from 'node:net'
import type { RunningCollector } from '../support/running.ts'

const canary = 'CANARY9f31'
const card = '4000056655665556'

let collector: RunningCollector
let key: string
const answers: string[] = []
const forwarded: string[] = []
const sink = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
    forwarded.push(gunzipSync(Buffer.concat(chunks)).toString())
    response.end('{}')
  })
})

beforeAll(async () => {
  await new Promise<void>((resolve) => { sink.listen(0, '127.0.0.1', resolve) })
  collector = await runCollector({ forward: [{ name: 'sink', url: `http://127.0.0.1:${(sink.address() as AddressInfo).port}`, headers: {} }], redact: { paths: ['attributes["crm.note"]', 'body.customer.note'], keys: ['tax id'] } })
  key = await collector.key('shop', 'sandbox', ['ingest', 'read', 'admin'])
})
afterAll(async () => {
  await collector.remove()
  sink.close()
})

const text = (value: string): object => ({ stringValue: value })
const map = (entries: Record<string, object>): object => ({ kvlistValue: { values: Object.entries(entries).map(([name, value]) => ({ key: name, value })) } })

const planted: Record<string, object> = {
  'http.request.header.authorization': { arrayValue: { values: [text(`Bearer ${canary}abcdef0123`)] } },
  'http.request.header.x-api-key': text(canary),
  'http.request.header.cookie': text(`session=${canary}`),
  'url.full': text(`https://user:${canary}@example.com/cb?access_token=${canary}&x=1`),
  'exception.message': text(`connect failed: password=${canary} host=db.example.com`),
  'exception.stacktrace': text(`Error: bad key "apiKey":"${canary}"\n  at x`),
  'db.statement': text(`postgres://app:${canary}@db.example.com/shop`),
  'crm.note': text(`only a path rule knows ${canary}`),
  'Tax-ID': text(canary),
  'nested': { arrayValue: { values: [map({ items: { arrayValue: { values: [map({ clientSecret: text(canary), card: map({ number: { intValue: card } }) })] } } })] } },
  'error.type': text(`secret=${canary}`),
  'blotter.reason': text(`retry with token ${'sk_live_'}${canary}abcdefgh`),
  [`password=${canary}`]: text('in a key'),
}
const request = JSON.stringify({ resourceLogs: [{ resource: { attributes: [{ key: 'process.command_args', value: { arrayValue: { values: [text(`--token=${canary}`)] } } }] }, scopeLogs: [{ logRecords: [{
  eventName: 'secrets.test', timeUnixNano: '1700000000000000000',
  body: map({ customer: map({ note: text(canary), card: text(card.replace(/(.{4})/g, '$1 ').trim()) }), list: { arrayValue: { values: [text(`{"refresh_token":"${canary}"}`)] } } }),
  attributes: [{ key: 'blotter.request.id', value: text('req-secret') }, ...Object.entries(planted).map(([name, value]) => ({ key: name, value }))],
}] }] }] })

async function post(path: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<number> {
  const response = await fetch(`${collector.url}${path}`, { method: 'POST', body, headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${key}`, ...headers } })
  answers.push(JSON.stringify([...response.headers]), await response.text())
  return response.status
}

test('records with secrets in every place are kept, without the secrets', async () => {
  expect(await post('/v1/logs', request)).toBe(200)
  expect(await post('/v1/logs', gzipSync(request.replaceAll('req-secret', 'req-gzip')), { 'Content-Encoding': 'gzip' })).toBe(200)
  const [record] = await collector.timeline('request_id=req-secret', key)
  answers.push(JSON.stringify(record))
  expect(record!.redaction.count).toBeGreaterThanOrEqual(Object.keys(planted).length)
})

test('bad input with secrets in it is refused, without an echo', async () => {
  const wrong = [
    post('/v1/audit', request), post('/v1/logs', `{"resourceLogs": ${canary}`), post('/v1/logs', `{"resourceLogs":"password=${canary}"}`),
    post('/v1/logs', Buffer.from(canary), { 'Content-Type': 'application/x-protobuf' }), post('/v1/logs', canary, { 'Content-Encoding': 'gzip' }),
    post('/v1/logs', canary, { 'Content-Type': canary }), post('/v1/logs', '{}', { 'Content-Encoding': canary }), post(`/v1/${canary}`, '{}'),
    post('/v1/logs', '{}', { Authorization: `Bearer ${canary}` }), post('/v1/logs', '{}', { Authorization: canary }),
  ]
  expect((await Promise.all(wrong)).every((status) => status >= 400 && status < 500)).toBe(true)
  const badQuery = await fetch(`${collector.url}/v1/timeline?${canary}=1&limit=${canary}&from=${canary}`, { headers: { Authorization: `Bearer ${key}` } })
  expect(badQuery.status).toBe(400)
  answers.push(await badQuery.text())
})

test('the SDK sends the fingerprint of a payload and none of its secrets', async () => {
  const sent: string[] = []
  const audit = createAudit({ endpoint: collector.url, spool: false, key, integration: 'shop', includePayload: true, fetch: (url, init) => { if (typeof init?.body === 'string') sent.push(init.body); return fetch(url, init) } })
  await audit.record({
    event: 'secrets.sdk', actor: 'maria', action: 'READ', requestId: 'req-sdk', payload: { deep: [[{ password: canary, card }]], text: `api_key=${canary}` },
    error: new Error(`login with password=${canary} failed`), attributes: { headers: { Authorization: canary } },
  })
  await audit.close()
  expect(sent.length).toBeGreaterThan(0)
  expect(sent.join('')).not.toContain(canary)
  expect(sent.join('')).not.toContain(card)
})

test('afterwards no file, log line, metric, answer or forwarded request holds a secret', async () => {
  await collector.service.refusals.flush()
  expect(await Promise.all(collector.service.drain.steps.map((step) => step.reach(collector.service.journal.durableIndex, 20_000)))).toEqual([true, true, true, true])
  const files = (await readdir(collector.data, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  const contents = await Promise.all(files.map(async (file) => [file.name, await readFile(join(file.parentPath, file.name))] as const))
  expect(contents.length).toBeGreaterThan(20)
  expect(contents.filter(([, content]) => content.includes(canary) || content.includes(card)).map(([name]) => name)).toEqual([])
  // The store's columns are compressed: what cannot be searched as a file is read back through the engine.
  const rows = await (await fetch(`${collector.url}/v1/rows`, { headers: { Authorization: `Bearer ${key}` } })).text()
  expect(rows).toContain('[redacted:')
  expect(forwarded.join('')).toContain('[redacted:')
  for (const output of [rows, collector.logged(), await collector.metrics(), answers.join('\n'), forwarded.join('\n')]) {
    expect(output).not.toContain(canary)
    expect(output).not.toContain(card)
  }
})
