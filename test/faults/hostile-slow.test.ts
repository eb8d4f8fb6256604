// Clients that hold on: connections that say nothing, headers and bodies that never end, ten thousand at a time. None of
// them holds for longer than its limit, and whoever has something to say gets in meanwhile.

import { readFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectionLimits, serverOptions } from '../../collector/listen/limits.ts'
import { startCollector } from '../support/collector-process.ts'
import { makeDirectory, removeDirectory } from '../support/directory.ts'
import { eventually } from '../support/eventually.ts'
import { openRaw } from '../support/raw-socket.ts'
import type { CollectorProcess } from '../support/collector-process.ts'
import type { RawSocket } from '../support/raw-socket.ts'

let directory: string
let collector: CollectorProcess & { readonly url: string }
beforeAll(async () => {
  directory = await makeDirectory()
  collector = await startCollector({ data: join(directory, 'data') })
})
afterAll(async () => {
  await collector.kill()
  await removeDirectory(directory)
})

interface Heard { readonly status: number; readonly text: string; readonly tookMs: number }

/** An ordinary client in the worst case: a new connection for each request. */
function ask(path: string, body?: string): Promise<Heard> {
  const startedMs = performance.now()
  return new Promise((resolve, reject) => {
    const asked = request(`${collector.url}${path}`, { agent: new Agent({ keepAlive: false }), timeout: 20_000, ...(body === undefined ? {} : { method: 'POST', headers: { 'Content-Type': 'application/json' } }) }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => { text += chunk.toString() })
      response.on('end', () => { resolve({ status: response.statusCode!, text, tookMs: performance.now() - startedMs }) })
    })
    asked.on('error', reject).on('timeout', () => { asked.destroy(new Error('no answer in time')) })
    asked.end(body)
  })
}

async function metric(name: string): Promise<number> {
  const line = (await ask('/metrics')).text.split('\n').find((candidate) => candidate.startsWith(`${name} `))
  return Number(line?.split(' ')[1] ?? 0)
}
const closed = (reason: string): Promise<number> => metric(`blotter_connections_closed_total{reason="${reason}"}`)

let sent = 0
const record = (): string => JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ eventName: 'a.b', timeUnixNano: '1764000000000000000', attributes: [
  ...Object.entries({ 'audit.actor.id': 'a', 'audit.actor.type': 'user', 'audit.action': 'READ', 'audit.target.id': 't', 'audit.target.type': 'test', 'audit.outcome': 'success', 'audit.record.id': `slow-${sent++}`, 'blotter.request.id': 'req-slow' }).map(([key, stringValue]) => ({ key, value: { stringValue } })),
] }] }] }] })

/** Sends one record after the other until it is told to stop; the answers are those to all of them. */
function keepSending(pauseMs: number): { stop(): Promise<Heard[]> } {
  const heard: Heard[] = []
  let stopped = false
  const sending = (async () => {
    while (!stopped) {
      heard.push(await ask('/v1/audit', record()).catch((error: Error) => ({ status: 0, text: error.message, tookMs: 0 })))
      await sleep(pauseMs)
    }
  })()
  return { async stop() { stopped = true; await sending; return heard } }
}

async function residentBytes(): Promise<number> {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${collector.pid}/status`, 'utf8'))![1]) * 1024
}

/** File handles that a process may have; each connection takes one on either side. */
async function mostHandles(): Promise<number> {
  return Number(/^Max open files\s+(\d+)/m.exec(await readFile('/proc/self/limits', 'utf8'))![1])
}

describe('ten thousand connections that say nothing more', () => {
  /** From twenty addresses, so that no limit of one address is in the way; every other made a request before. */
  async function idle(i: number): Promise<RawSocket> {
    const raw = await openRaw(collector.url, `127.0.1.${1 + i % 20}`)
    if (i % 2 === 0) raw.socket.write('GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
    return raw
  }

  test('an ordinary client is answered all the while, and memory and connections stay within their limits', async () => {
    const count = Math.min(10_000, await mostHandles() - 1_000)
    const residentBefore = await residentBytes()
    const held: RawSocket[] = []
    const client = keepSending(5)
    for (let i = 0; i < count; i += 100) held.push(...await Promise.all(Array.from({ length: 100 }, (_, j) => idle(i + j))))
    if (count > connectionLimits.most + 1_000) await eventually('room was made', async () => await closed('made_room') > 0)
    const answers = await client.stop()
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(await metric('blotter_connections_open')).toBeLessThanOrEqual(connectionLimits.most)
    expect(await residentBytes() - residentBefore).toBeLessThan(300 * 1024 * 1024)
    const took = answers.map(({ tookMs }) => tookMs).sort((a, b) => a - b)
    console.info(`${count} idle connections; ${took.length} requests meanwhile, p50 ${Math.round(took[took.length >> 1]!)} ms, p99 ${Math.round(took[Math.floor(took.length * 0.99)]!)} ms`)
    for (const { socket } of held) socket.destroy()
    await eventually('they are gone', async () => await metric('blotter_connections_open') < 50)
  }, 180_000)
})

test('one address does not take the place of the others, and its own newest request is answered', async () => {
  const before = await closed('made_room')
  const held = await Promise.all(Array.from({ length: connectionLimits.mostPerAddress + 200 }, () => openRaw(collector.url, '127.0.2.1')))
  expect(await closed('made_room') - before).toBeGreaterThanOrEqual(200)
  const last = await openRaw(collector.url, '127.0.2.1')
  last.socket.write('GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
  await eventually('it is answered', () => last.statuses()[0] === 200)
  for (const { socket } of [...held, last]) socket.destroy()
})

describe('slow', () => {
  /** Writes a byte now and then, for as long as it may. */
  async function drip(head: string, byte: string): Promise<{ readonly statuses: readonly number[]; readonly text: string }> {
    const raw = await openRaw(collector.url)
    raw.socket.write(head)
    const dripping = setInterval(() => { raw.socket.write(byte) }, 500)
    await raw.closed
    clearInterval(dripping)
    return { statuses: raw.statuses(), text: raw.heard() }
  }

  test('headers and bodies that do not end are cut off within their time, and counted; the others do not wait for them', async () => {
    const before = await closed('late')
    const startedMs = performance.now()
    const attacks = [
      ...Array.from({ length: 100 }, () => drip('GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: ', 'a')),
      ...Array.from({ length: 50 }, () => drip('POST /v1/audit HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{', ' ')),
      ...Array.from({ length: 50 }, () => drip('POST /v1/logs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n', '1\r\n \r\n')),
    ]
    const client = keepSending(50)
    const answers = await Promise.all(attacks)
    expect(new Set((await client.stop()).map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(answers.flatMap(({ statuses }) => statuses))).toEqual(new Set([503])) // which clients take as: not kept, send again
    expect(answers.every(({ text }) => text.includes('INCOMPLETE_REQUEST'))).toBe(true)
    expect(await closed('late') - before).toBe(attacks.length)
    expect(performance.now() - startedMs).toBeLessThan(2 * serverOptions.requestTimeout) // not a clock's precision, but not minutes
  }, 120_000)

  test('a connection that never says anything is closed without a word', async () => {
    const raw = await openRaw(collector.url)
    await raw.closed
    expect(raw.heard()).toBe('')
  })

  test('a client that hangs up in the middle of its body is no error of ours', async () => {
    const raw = await openRaw(collector.url)
    raw.socket.write('POST /v1/audit HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{')
    await sleep(50)
    raw.socket.destroy()
    await eventually('it is counted', async () => await metric('blotter_requests_refused_total{path="/v1/audit",reason="INCOMPLETE_REQUEST"}') > 0)
  })
})

test('after all of it every acknowledged record is there, and nothing in the log says otherwise', async () => {
  expect((await ask('/readyz')).text).toBe('ready\n')
  const found = await eventually('all are stored', async () => {
    const { records, complete } = JSON.parse((await ask('/v1/timeline?request_id=req-slow&related=false&limit=10000')).text) as { records: unknown[]; complete: boolean }
    return complete ? records.length : undefined
  })
  expect(found).toBe(Math.min(sent, 10_000))
  expect(collector.logs().filter(({ level }) => level === 'error' || level === 'raw')).toEqual([])
})
