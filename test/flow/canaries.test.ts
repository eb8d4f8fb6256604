// Planted secrets are searched for in every byte that a real collector writes: below its data directory, on stdout and
// stderr, in metrics, in answers, in what it forwards. None of them is there.

import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { encodeRequest } from '@blotter/processors'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { plant, secretOf, survivors } from '../support/canaries.ts'
import { runBlotter, startCollector } from '../support/collector-process.ts'
import { makeDirectory, removeDirectory } from '../support/directory.ts'
import { eventually } from '../support/eventually.ts'
import { encodeProtobuf } from '../support/otlp-protobuf.ts'
import { openSink } from '../support/sink.ts'
import type { CollectorProcess } from '../support/collector-process.ts'
import type { Sink } from '../support/sink.ts'

const planted = plant()
/** On paths that end in an error, where the whole input is what must not come back. */
const loose = { where: 'an error path', secret: secretOf(99_999) }
/** Not secret: must be found wherever the secrets could be, or the search proves nothing. */
const marker = 'canary.test'

let data: string
let configs: string
let sink: Sink
let collector: CollectorProcess & { readonly url: string }
const answers: string[] = []

beforeAll(async () => {
  data = await makeDirectory()
  sink = await openSink()
  configs = await makeDirectory()
  const config = join(configs, 'blotter.yaml')
  await writeFile(config, `forward: [{ name: sink, url: "${sink.url}" }]\n`)
  collector = await startCollector({ data, config })
})
afterAll(async () => {
  await collector.stop()
  await sink.close()
  await removeDirectory(data)
  await removeDirectory(configs)
})

async function send(path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}, method = 'POST'): Promise<number> {
  const response = await fetch(`${collector.url}${path}`, { method, headers: { 'Content-Type': 'application/json', ...headers }, ...(method === 'GET' ? {} : { body }) })
  answers.push(JSON.stringify([...response.headers]), await response.text())
  return response.status
}

const bytes = (buffer: Buffer): Uint8Array<ArrayBuffer> => new Uint8Array(buffer)
const lagging = async (): Promise<string[]> => (await (await fetch(`${collector.url}/metrics`)).text()).split('\n').filter((line) => line.startsWith('blotter_step_lag_records{') && !line.endsWith(' 0'))

test('records with secrets everywhere are kept', async () => {
  const records = planted.map(({ record }) => record)
  const json = encodeRequest(records)
  expect(survivors(planted, json).length, 'the search finds them where they are').toBeGreaterThan(planted.length * 0.9)
  expect(await send('/v1/logs', json)).toBe(200)
  expect(await send('/v1/logs', bytes(gzipSync(json)), { 'Content-Encoding': 'gzip' })).toBe(200)
  expect(await send('/v1/logs', bytes(encodeProtobuf(records)), { 'Content-Type': 'application/x-protobuf' })).toBe(200)
  expect(answers.join('')).not.toContain('rejectedLogRecords')
})

test('what is refused is not repeated, wherever the secret is', async () => {
  const { secret } = loose
  const before = answers.length
  const statuses = await Promise.all([
    send('/v1/audit', encodeRequest([{ ...planted[0]!.record, body: secret }])), send('/v1/logs', `{"resourceLogs": ${secret}`), send('/v1/logs', `{"resourceLogs":[{"${secret}":1}]}`.replace('1', secret)),
    send('/v1/logs', bytes(Buffer.from(secret)), { 'Content-Type': 'application/x-protobuf' }), send('/v1/logs', secret, { 'Content-Encoding': 'gzip' }),
    send('/v1/logs', '{}', { 'Content-Encoding': secret }), send('/v1/logs', secret, { 'Content-Type': `text/${secret}` }), send(`/v1/${secret}`, '{}'), send(`/v1/logs/${secret}?${secret}=${secret}`, '{}'),
    send('/v1/logs', '{}', { Authorization: `Bearer ${secret}` }), send('/v1/logs', '{}', { Authorization: secret }), send('/v1/keys', `{"scopes":["${secret}"]}`), send('/v1/keys', secret),
    send(`/v1/timeline?${secret}=1&limit=${secret}&from=${secret}`, '', {}, 'GET'), send(`/v1/rows?from=${secret}`, '', {}, 'GET'), send(`/v1/forward/${secret}/dead-letters`, '', {}, 'GET'),
    send(`/v1/logs`, '{}', { [`X-${secret}`]: secret }, 'PUT'), send('/v1/fingerprint', `{"a":${secret}`), send('/v1/retention/apply', `{"plan":"${secret}"}`),
  ])
  expect(statuses.filter((status) => status >= 500)).toEqual([])
  expect(survivors([loose], answers.slice(before).join('\n'))).toEqual([])
})

test('a destination that repeats what it was sent, with a secret of its own, brings none into the house', async () => {
  sink.answerWith(({ body }) => ({ status: 400, body: Buffer.concat([Buffer.from(`password=${loose.secret} `), body]) }))
  const { record } = planted[0]!
  expect(await send('/v1/logs', encodeRequest([record, { ...record, body: 'x' }]))).toBe(200)
  await eventually('the destination refused them', async () => (await lagging()).length === 0)
  sink.answerWith(() => ({ status: 200 }))
  await send('/v1/forward/sink/dead-letters', '', {}, 'GET')
  await send('/v1/forward', '', {}, 'GET')
  await send('/v1/forward/sink/replay', '')
})

test('afterwards nothing that the collector wrote holds a planted secret', async () => {
  await eventually('the background steps catch up', async () => (await lagging()).length === 0)
  const metrics = await (await fetch(`${collector.url}/metrics`)).text()
  const rows = await allRows() // the store's columns are compressed: read back through the engine
  const told = await runBlotter(['timeline', '--url', collector.url, '--request-id', 'req-0'])
  const forwarded = sink.requests.map(({ records }) => JSON.stringify(records, (_, value: unknown) => typeof value === 'bigint' ? `${value}` : value)).join('\n')
  expect(await collector.stop()).toEqual({ code: 0, signal: null })
  const all = [...planted, loose]
  const outputs: Record<string, string> = { metrics, rows, forwarded, told: told.stdout + told.stderr, stdout: collector.output(), stderr: JSON.stringify(collector.logs()), answers: answers.join('\n') }
  for (const found of ['rows', 'forwarded']) expect(outputs[found], found).toContain(marker)
  for (const [name, content] of Object.entries(outputs)) expect(survivors(all, content), name).toEqual([])
  const files = (await readdir(data, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  let marked = 0
  for (const { parentPath, name } of files) {
    const content = await readFile(join(parentPath, name))
    if (content.includes(marker)) marked += 1
    expect(survivors(all, content), name).toEqual([])
  }
  expect(marked).toBeGreaterThan(0)
}, 120_000)

async function allRows(): Promise<string> {
  let rows = ''
  for (let from: string | null = '0'; from !== null;) {
    const response: Response = await fetch(`${collector.url}/v1/rows?from=${from}`)
    expect(response.status).toBe(200)
    rows += await response.text()
    from = response.headers.get('X-Next-Index')
  }
  return rows
}
