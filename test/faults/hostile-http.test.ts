// Bytes that are no request, or two requests to two readers. Each is answered with an error that repeats none of it, the
// connection ends where its meaning does, and a counter says what it was.

import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { maxHeaders, serverOptions } from '../../collector/listen/limits.ts'
import { startCollector } from '../support/collector-process.ts'
import { makeDirectory, removeDirectory } from '../support/directory.ts'
import { eventually } from '../support/eventually.ts'
import { openRaw, sendRaw } from '../support/raw-socket.ts'
import type { CollectorProcess } from '../support/collector-process.ts'

const canary = 'hunter2-canary'

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

async function metric(name: string): Promise<number> {
  const line = (await (await fetch(`${collector.url}/metrics`)).text()).split('\n').find((candidate) => candidate.startsWith(`${name} `))
  return Number(line?.split(' ')[1] ?? 0)
}

let before: Map<string, number>
const closed = (reason: string): string => `blotter_connections_closed_total{reason="${reason}"}`
const refused = (path: string): string => `blotter_requests_refused_total{path="${path}",reason="MALFORMED_REQUEST"}`
const counters = [closed('malformed'), closed('headers_too_large'), closed('chunk_extensions'), refused('/v1/logs'), refused('/healthz'), refused('other')]
beforeEach(async () => { before = new Map(await Promise.all(counters.map(async (name) => [name, await metric(name)] as const))) })
const counted = (name: string): Promise<true> => eventually(`${name} counts it`, async () => await metric(name) > before.get(name)!)

const lines = (...headers: string[]): string => `${headers.join('\r\n')}\r\n\r\n`
const post = (...headers: string[]): string => lines('POST /v1/logs HTTP/1.1', 'Host: 127.0.0.1', 'Content-Type: application/json', ...headers)
const get = (...headers: string[]): string => lines('GET /healthz HTTP/1.1', ...headers)
const smuggled = `GET /v1/timeline?actor=${canary} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`

describe('two readers could differ', () => {
  test.each([
    ['two Authorization lines', get('Host: 127.0.0.1', `Authorization: Bearer ${canary}`, 'Authorization: Bearer b'), refused('/healthz')],
    ['two Host lines', get('Host: 127.0.0.1', `Host: ${canary}`), refused('/healthz')],
    ['two Content-Type lines', post('content-type: application/x-protobuf', 'Content-Length: 2') + '{}', refused('/v1/logs')],
    ['two Content-Encoding lines', post('Content-Encoding: gzip', 'Content-Encoding: gzip', 'Content-Length: 2') + '{}', refused('/v1/logs')],
    ['an encoding of the transfer beside chunked', post('Transfer-Encoding: gzip, chunked') + '0\r\n\r\n', refused('/v1/logs')],
  ])('%s: 400, counted, and no word of it in the answer', async (_, bytes, counter) => {
    const { heard, statuses } = await sendRaw(collector.url, bytes)
    expect(statuses()).toEqual([400])
    expect(heard()).toContain('MALFORMED_REQUEST')
    expect(heard()).not.toContain(canary)
    await counted(counter)
  })

  test.each([
    ['Content-Length and Transfer-Encoding', post(`Content-Length: ${smuggled.length}`, 'Transfer-Encoding: chunked') + '0\r\n\r\n'],
    ['Transfer-Encoding and Content-Length', post('Transfer-Encoding: chunked', 'Content-Length: 5') + '0\r\n\r\n'],
    ['two lengths that differ', post('Content-Length: 2', `Content-Length: ${smuggled.length + 2}`) + '{}'],
    ['two lengths that do not', post('Content-Length: 2', 'Content-Length: 2') + '{}'],
    ['two lengths in one line', post('Content-Length: 2, 2') + '{}'],
    ['a length with a sign', post('Content-Length: +2') + '{}'],
    ['a negative length', post('Content-Length: -1') + '{}'],
    ['a hexadecimal length', post('Content-Length: 0x2') + '{}'],
    ['two transfer encodings', post('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked') + '0\r\n\r\n'],
    ['an unknown transfer encoding', post('Transfer-Encoding: xchunked') + '0\r\n\r\n'],
    ['a transfer encoding that is not the last', post('Transfer-Encoding: chunked, identity') + '0\r\n\r\n'],
    ['a space before the colon', post('Transfer-Encoding : chunked') + '0\r\n\r\n'],
    ['a folded line', post('X-A: b\r\n Content-Length: 5') + '{}'],
    ['a line that ends without a carriage return', `POST /v1/logs HTTP/1.1\r\nHost: 127.0.0.1\nContent-Length: 0\r\n\r\n`],
    ['a carriage return in the middle', post(`X-A: b\rContent-Length: ${smuggled.length}`)],
    ['a zero byte in a header', post('X-A: \0', 'Content-Length: 2') + '{}'],
    ['a chunk size that is none', post('Transfer-Encoding: chunked') + '0x2\r\n{}\r\n0\r\n\r\n'],
    ['a negative chunk size', post('Transfer-Encoding: chunked') + '-2\r\n{}\r\n0\r\n\r\n'],
    ['a chunk size of many digits', post('Transfer-Encoding: chunked') + 'ffffffffffffffffff\r\n{}\r\n0\r\n\r\n'],
    ['a chunk longer than its size', post('Transfer-Encoding: chunked') + '2\r\n{}x\r\n0\r\n\r\n'],
  ])('%s: what follows is no request of anybody', async (_, bytes) => {
    const { heard, statuses, socket } = await sendRaw(collector.url, bytes + smuggled)
    expect(statuses()).toEqual([400])
    expect(heard()).not.toContain(canary)
    expect(socket.destroyed).toBe(true)
  })
})

describe('no request at all', () => {
  test.each([
    ['TLS to a port without it', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['noise', `${canary}\0\xff\xfe\r\n\r\n`],
    ['an unknown method', `${canary.toUpperCase()} / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`],
    ['HTTP/3.7', `GET /${canary} HTTP/3.7\r\nHost: 127.0.0.1\r\n\r\n`],
  ])('%s: 400 and closed', async (_, bytes) => {
    const { heard, statuses } = await sendRaw(collector.url, bytes)
    expect(statuses()).toEqual([400])
    expect(heard()).not.toContain(canary)
    await counted(closed('malformed'))
  })

  test.each([
    ['one line', get('Host: 127.0.0.1', `X-A: ${canary.repeat(2_000)}`)],
    ['the target', lines(`GET /${'a'.repeat(serverOptions.maxHeaderSize)} HTTP/1.1`, 'Host: 127.0.0.1')],
    ['the number of lines', get('Host: 127.0.0.1', ...Array.from({ length: maxHeaders }, (_, i) => `X-${i}: ${canary}`))],
    ['very many lines', get('Host: 127.0.0.1', ...Array.from({ length: 2_000 }, () => 'a:'))],
    ['all lines together', get('Host: 127.0.0.1', ...Array.from({ length: 90 }, (_, i) => `X-${i}: ${canary.repeat(20)}`))],
  ])('headers that are too large by %s: 431', async (_, bytes) => {
    const { heard, statuses } = await sendRaw(collector.url, bytes)
    expect(statuses()).toEqual([431])
    expect(heard()).toContain('HEADERS_TOO_LARGE')
    expect(heard()).not.toContain(canary)
    await counted(closed('headers_too_large'))
  })

  test('extensions of chunks without end are not read to one', async () => {
    const raw = await openRaw(collector.url)
    raw.socket.write(`${post('Transfer-Encoding: chunked')}2;`)
    const endless = setInterval(() => { raw.socket.write(`${canary}=${'x'.repeat(4_096)};`) }, 1)
    await raw.closed
    clearInterval(endless)
    await counted(closed('chunk_extensions'))
  })
})

describe('requests for nobody', () => {
  test.each([
    ['a host that is none', lines('GET /healthz HTTP/1.1', `Host: ${canary}@a b`)],
    ['a host with a path', lines('GET /healthz HTTP/1.1', `Host: ${canary}/x`)],
    ['a backslash in the path', lines(`GET /log\\..\\${canary} HTTP/1.1`, 'Host: 127.0.0.1')],
    ['a target that is no path', lines(`GET ftp://${canary}/ HTTP/1.1`, 'Host: 127.0.0.1')],
  ])('%s: 400', async (_, bytes) => {
    const { heard, statuses } = await sendRaw(collector.url, bytes)
    expect(statuses()).toEqual([400])
    expect(heard()).not.toContain(canary)
    await counted(refused('other'))
  })

  test('no host in HTTP/1.1: 400', async () => {
    expect((await sendRaw(collector.url, lines('GET /healthz HTTP/1.1', 'X-A: b'))).statuses()).toEqual([400])
  })

  test('CONNECT makes no tunnel, TRACE repeats nothing, an upgrade is not made', async () => {
    expect((await sendRaw(collector.url, `CONNECT 127.0.0.1:1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`)).statuses()).toEqual([])
    expect((await sendRaw(collector.url, lines('TRACE /healthz HTTP/1.1', 'Host: 127.0.0.1', `X-A: ${canary}`))).heard()).not.toContain(canary)
    expect((await sendRaw(collector.url, get('Host: 127.0.0.1', 'Connection: Upgrade', 'Upgrade: h2c'))).statuses()).toEqual([200])
  })

  test.each(['//v1//timeline', '/v1/%74imeline', '/v1%2ftimeline', '/V1/TIMELINE', '/v1/timeline/', '/v1/./timeline', '/x/../v1/timeline', '/v1/timeline;a=b', '/log/../../etc/passwd', '/log/%2e%2e/%2e%2e/etc/passwd', '/log/x/..%2f..%2f..%2fkeys/root.key'])('%s is the protected path, or nothing', async (path) => {
    const { heard, statuses } = await sendRaw(collector.url, lines(`GET ${path} HTTP/1.1`, 'Host: 127.0.0.1'))
    expect(statuses()[0]).toBeOneOf([400, 404])
    expect(heard()).not.toMatch(/root:|records/)
  })
})

test('HTTP/0.9, which has no headers to say anything in: 400', async () => {
  const { heard, statuses } = await sendRaw(collector.url, `GET /${canary}\r\n\r\n`)
  expect(statuses()).toEqual([400])
  expect(heard()).not.toContain(canary)
  await counted(refused('other'))
})

test('requests that do not wait for answers are answered in order, up to a limit', async () => {
  const one = get('Host: 127.0.0.1')
  expect((await sendRaw(collector.url, one.repeat(5))).statuses()).toEqual([200, 200, 200, 200, 200])
  const slow = 'GET /v1/timeline?actor=a HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'
  const { statuses, closed: gone } = await sendRaw(collector.url, slow.repeat(200))
  await gone
  expect(statuses().length).toBeLessThan(200)
  expect(await metric(closed('pipelined'))).toBeGreaterThan(0)
})

test('a page of somebody else in a browser on this machine gets nowhere, by request or by name', async () => {
  const apply = (headers: string[]): string => lines('POST /v1/retention/apply HTTP/1.1', ...headers, 'Content-Length: 0')
  for (const headers of [['Host: 127.0.0.1', 'Origin: https://evil.example'], ['Host: 127.0.0.1', 'Origin: null'], ['Host: 127.0.0.1', 'Sec-Fetch-Site: cross-site'], ['Host: evil.example'], [`Host: 127.0.0.1.evil.example:${new URL(collector.url).port}`]]) {
    expect((await sendRaw(collector.url, apply(headers))).statuses(), headers.join()).toEqual([403])
  }
  for (const host of ['localhost', 'blotter.localhost:4318', '[::1]:4318', 'host.docker.internal']) expect((await sendRaw(collector.url, get(`Host: ${host}`))).statuses(), host).toEqual([200])
})

test('after all of it the service answers, has logged none of it, and has broken nothing', async () => {
  expect(await (await fetch(`${collector.url}/readyz`)).text()).toBe('ready\n')
  expect(JSON.stringify(collector.logs())).not.toContain(canary)
  expect(collector.logs().filter(({ level }) => level === 'error' || level === 'raw')).toEqual([])
})
