// Tails by a real WebSocket client against a real collector.

import { once } from 'node:events'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { encodeRequest } from '@blotter/processors'
import { revokeKey } from '../../collector/authenticate/key-file.ts'
import { sampleRecord } from '../support/arbitrary.ts'
import { eventually } from '../support/eventually.ts'
import { runCollector } from '../support/running.ts'
import type { IncomingMessage } from 'node:http'
import type { RunningCollector } from '../support/running.ts'

let collector: RunningCollector
let acme: string
let bank: string
let sent = 0

beforeAll(async () => {
  collector = await runCollector({ query: { maxRows: 1_000_000, maxBytes: 2 ** 30, timeoutMs: 60_000, maxEntries: 5_000, maxSeries: 500, concurrent: 8, mostWaiting: 128, mostTails: 3 } })
  acme = await collector.key('acme', 'production', ['read', 'ingest'])
  bank = await collector.key('bank', 'production', ['read', 'ingest'])
})
afterAll(() => collector.remove())

/** Sends a record whose line is `line`, `ageSeconds` old. */
async function send(line: string, key = acme, ageSeconds = 0): Promise<void> {
  const record = { ...sampleRecord({ timeUnixNano: BigInt(Date.now() - ageSeconds * 1000) * 1_000_000n }, { 'audit.record.id': `r${sent++}` }), body: line, resource: { 'service.name': 'shop' } }
  const response = await fetch(`${collector.url}/v1/audit`, { method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` }, body: encodeRequest([record]) })
  if (!response.ok) throw new Error(await response.text())
}

interface Message { readonly streams: readonly { readonly stream: Record<string, string>; readonly values: readonly (readonly [string, string])[] }[] }

interface Client { readonly socket: WebSocket; readonly messages: Message[]; lines(): string[] }

async function tail(parameters: Readonly<Record<string, string>>, key = acme, headers: Record<string, string> = {}): Promise<Client> {
  const socket = new WebSocket(`${collector.url.replace('http', 'ws')}/loki/api/v1/tail?${String(new URLSearchParams(parameters))}`, { headers: { Authorization: `Bearer ${key}`, ...headers } })
  onTestFinished(() => { socket.terminate() })
  const messages: Message[] = []
  socket.on('message', (data: Buffer) => { messages.push(JSON.parse(data.toString()) as Message) })
  await once(socket, 'open')
  return { socket, messages, lines: () => messages.flatMap(({ streams }) => streams.flatMap(({ values }) => values.map(([, line]) => line))) }
}

/** Status and text of a handshake that is refused. */
async function refusal(parameters: Readonly<Record<string, string>>, key = acme): Promise<[number | undefined, string]> {
  const socket = new WebSocket(`${collector.url.replace('http', 'ws')}/loki/api/v1/tail?${String(new URLSearchParams(parameters))}`, { headers: { Authorization: `Bearer ${key}` } })
  socket.on('error', () => {})
  const [, response] = await once(socket, 'unexpected-response') as [unknown, IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return [response.statusCode, Buffer.concat(chunks).toString()]
}

const query = '{service_name="shop"}'

test('what was there comes first, then what is acknowledged, each once and as it is, late ones too', async () => {
  await send('before one')
  await send('before two')
  const client = await tail({ query: `${query} |~ "before|after"` })
  await eventually('the lines before', () => client.lines().length >= 2)
  await send('after one')
  await send('nothing to see')
  await send('after two, which happened before', acme, 1800)
  await eventually('the lines after', () => client.lines().length >= 4)
  expect(client.lines()).toEqual(['before one', 'before two', 'after one', 'after two, which happened before'])
  expect(client.messages[0]!.streams[0]!.stream).toMatchObject({ service_name: 'shop', audit_actor_id: 'maria' })
})

test('another workspace is not seen', async () => {
  const client = await tail({ query: `${query} |= "whose"` })
  await send('whose: bank', bank)
  await send('whose: acme')
  await eventually('its own', () => client.lines().length > 0)
  expect(client.lines()).toEqual(['whose: acme'])
})

test('a limit bounds what was there, the start says from when, and categories are told when asked for', async () => {
  for (const line of ['limited 1', 'limited 2', 'limited 3']) await send(line)
  const newest = await tail({ query: `${query} |= "limited" | logfmt`, limit: '2' }, acme, { 'X-Loki-Response-Encoding-Flags': 'categorize-labels' })
  await eventually('the newest', () => newest.lines().length >= 2)
  expect(newest.lines()).toEqual(['limited 2', 'limited 3'])
  expect(newest.messages[0]).toMatchObject({ encodingFlags: ['categorize-labels'], streams: [{ stream: { service_name: 'shop' } }] })
  expect(newest.messages[0]!.streams[0]!.values[0]![2 as 0]).toHaveProperty('structuredMetadata')
})

test('it may be asked to wait for slow senders', async () => {
  const client = await tail({ query: `${query} |= "delayed"`, delay_for: '1' })
  await send('delayed')
  const sentMs = performance.now()
  await eventually('it comes', () => client.lines().length > 0)
  expect(performance.now() - sentMs).toBeGreaterThan(900)
})

test('what is wrong is told instead of the handshake', async () => {
  expect(await refusal({ query: '{' })).toEqual([400, expect.stringContaining('parse error')])
  expect(await refusal({ query: 'rate({a="b"}[1m])' })).toEqual([400, 'only log selector is supported'])
  expect(await refusal({ query, delay_for: '6' })).toEqual([400, "delay_for can't be greater than 5"])
  expect(await refusal({ query, limit: '0' })).toEqual([400, 'limit must be a positive value'])
  expect((await refusal({ query }, 'nobody'))[0]).toBe(401)
})

test('a workspace has so many tails and no more, and another has its own', async () => {
  const clients = [await tail({ query }, bank), await tail({ query }, bank), await tail({ query }, bank)]
  expect((await refusal({ query }, bank))[0]).toBe(429)
  clients[0]!.socket.close()
  await eventually('its place is free', async () => (await refusal({ query, limit: '0' }, bank))[0] === 400 && (await tail({ query }, bank).catch(() => undefined)) !== undefined)
})

test('a key that is revoked sees nothing more', { timeout: 40_000 }, async () => {
  const key = await collector.key('acme', 'production', ['read'])
  const client = await tail({ query }, key)
  await revokeKey(`${collector.data}/keys/api-keys.json`, key.split('_')[1]!, new Date())
  const [code] = await once(client.socket, 'close') as [number]
  expect(code).toBe(1008)
})

test('the service says goodbye when it stops', async () => {
  const client = await tail({ query })
  const closed = once(client.socket, 'close') as Promise<[number]>
  await collector.restart()
  expect((await closed)[0]).toBe(1001)
})
