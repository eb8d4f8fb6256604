// One workspace cannot starve another: it floods with large, slow bodies, and another one's records are acknowledged all
// the while. Whoever has no key can hold nothing at all.

import { connect } from 'node:net'
import { once } from 'node:events'
import { encodeRequest } from '@blotter/processors'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { sampleRecord } from '../support/arbitrary.ts'
import { eventually } from '../support/eventually.ts'
import { runCollector } from '../support/running.ts'
import type { Socket } from 'node:net'
import type { RunningCollector } from '../support/running.ts'

const mebibyte = 1024 * 1024
const budgetBytes = 8 * mebibyte
const requests = 16

let collector: RunningCollector
let flood: string
let shop: string
const sockets: Socket[] = []

beforeAll(async () => {
  collector = await runCollector({ limits: { wireBytes: 4 * mebibyte, inflatedBytes: 8 * mebibyte, inFlightBytes: budgetBytes, workspaceRequests: requests, journalBytes: 1024 * mebibyte } })
  flood = await collector.key('flood', 'production', ['ingest', 'read'])
  shop = await collector.key('shop', 'production', ['ingest', 'read'])
})
afterAll(() => collector.remove())
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await eventually('everything is given back', async () => await inFlight() === 0)
})

const inFlight = (): Promise<number> => collector.metric('blotter_in_flight_bytes')

interface Slow { readonly answer: Promise<string>; finish(body: string): void }

/** A request that says how large its body is, and sends nothing of it until it is told to. */
async function slowRequest(key: string, bytes: number): Promise<Slow> {
  const { hostname, port } = new URL(collector.url)
  const socket = connect(Number(port), hostname)
  sockets.push(socket)
  await once(socket, 'connect')
  let received = ''
  socket.on('data', (chunk: Buffer) => { received += chunk.toString() }).on('error', () => {})
  socket.write(`POST /v1/audit HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\nContent-Length: ${bytes}\r\n\r\n`)
  return {
    answer: eventually('an answer', () => /^HTTP\/1\.1 (\d+)[\s\S]*\r\n\r\n/.exec(received) === null ? undefined : received),
    finish: (body) => { socket.write(body + ' '.repeat(bytes - body.length)) },
  }
}

let made = 0
const bodyOf = (count: number): string => encodeRequest(Array.from({ length: count }, () => sampleRecord({}, { 'audit.record.id': `fair-${made += 1}` })))

async function send(key: string): Promise<{ readonly status: number; readonly retryAfter: string | null }> {
  const response = await fetch(`${collector.url}/v1/audit`, { method: 'POST', body: bodyOf(10), headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` } })
  await response.arrayBuffer()
  return { status: response.status, retryAfter: response.headers.get('Retry-After') }
}

test('while one workspace holds all it can with large, slow bodies, another’s records are acknowledged', async () => {
  const slow = await Promise.all(Array.from({ length: 12 }, () => slowRequest(flood, mebibyte)))
  await eventually('the flood holds half of the budget', async () => await inFlight() === budgetBytes / 2)
  for (let i = 0; i < 20; i += 1) {
    expect(await send(shop)).toEqual({ status: 200, retryAfter: null })
    expect(await inFlight()).toBeLessThanOrEqual(budgetBytes)
  }
  // Eight of the twelve were told to come back, shortly; the other four are served when their bodies come at last.
  for (const request of slow) request.finish(bodyOf(2))
  const answers = (await Promise.all(slow.map(({ answer }) => answer))).map((answer) => [/^HTTP\/1\.1 (\d+)/.exec(answer)![1], /retry-after: (\d+)/i.exec(answer)?.[1]])
  expect(answers.filter(([status]) => status === '200')).toHaveLength(4)
  expect(answers.filter(([status, retryAfter]) => status === '429' && retryAfter === '2')).toHaveLength(8)
})

test('a third and a fourth workspace find room as well', async () => {
  const keys = [flood, ...await Promise.all(['second', 'third', 'fourth'].map((workspace) => collector.key(workspace, 'production', ['ingest'])))]
  for (const key of keys) await Promise.all(Array.from({ length: 12 }, () => slowRequest(key, mebibyte / 4)))
  await eventually('all of them hold what they can', async () => await inFlight() > budgetBytes * 0.9)
  expect(await inFlight()).toBeLessThanOrEqual(budgetBytes)
  expect(await send(shop)).toEqual({ status: 200, retryAfter: null })
})

test('requests of one workspace at the same time are bounded, however small they are', async () => {
  const slow = await Promise.all(Array.from({ length: requests + 4 }, () => slowRequest(flood, 100)))
  await eventually('the flood is at its bound', async () => await inFlight() === requests * 100)
  expect(await send(flood)).toEqual({ status: 429, retryAfter: '2' })
  expect(await send(shop)).toEqual({ status: 200, retryAfter: null })
  for (const request of slow) request.finish('{}')
  const statuses = (await Promise.all(slow.map(({ answer }) => answer))).map((answer) => answer.slice(9, 12))
  expect([statuses.filter((status) => status === '200').length, statuses.filter((status) => status === '429').length]).toEqual([requests, 4])
})

test('a sender that goes away in the middle gives back what it held', async () => {
  await Promise.all(Array.from({ length: 4 }, () => slowRequest(flood, mebibyte)))
  await eventually('they hold it', async () => await inFlight() === 4 * mebibyte)
  for (const socket of sockets) socket.destroy()
  await eventually('it is given back', async () => await inFlight() === 0)
})

test('who has no key is answered before the body, and holds nothing', async () => {
  const slow = await Promise.all(Array.from({ length: 50 }, () => slowRequest(`blt_000000000000_${'a'.repeat(32)}`, 4 * mebibyte)))
  const answers = await Promise.all(slow.map(({ answer }) => answer))
  expect(new Set(answers.map((answer) => answer.slice(9, 12)))).toEqual(new Set(['401']))
  expect(await inFlight()).toBe(0)
  expect(await send(shop)).toEqual({ status: 200, retryAfter: null })
})

test('afterwards every record is accounted for', async () => {
  await eventually('all is accounted for', async () => { // what the collector says about itself meanwhile included
    const text = await collector.metrics()
    const sum = (name: string): number => [...text.matchAll(new RegExp(`^blotter_records_${name}_total\\{.*\\} (\\d+)$`, 'gm'))].reduce((total, [, count]) => total + Number(count), 0)
    return sum('kept') > 0 && sum('received') === sum('kept') + sum('duplicate') + sum('rejected') + sum('failed')
  })
})
