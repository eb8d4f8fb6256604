// Bodies made to cost more than they weigh, or to mean what they should not. Each is refused with its code within
// bounded memory; what is odd and harmless is kept as it is.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startCollector } from '../support/collector-process.ts'
import { makeDirectory, removeDirectory } from '../support/directory.ts'
import { eventually } from '../support/eventually.ts'
import type { CollectorProcess } from '../support/collector-process.ts'

const canary = 'hunter2-canary'
const mebibyte = 1024 * 1024

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

interface Answer { readonly status: number; readonly reason: string | undefined; readonly text: string }

async function send(body: string | Uint8Array, headers: Record<string, string> = {}, path = '/v1/audit'): Promise<Answer> {
  const response = await fetch(`${collector.url}${path}`, { method: 'POST', body: body as string, headers: { 'Content-Type': 'application/json', ...headers }, signal: AbortSignal.timeout(30_000) })
  const text = await response.text()
  return { status: response.status, text, reason: /"reason":"([A-Z_]+)"/.exec(text)?.[1] }
}

async function residentBytes(): Promise<number> {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${collector.pid}/status`, 'utf8'))![1]) * 1024
}

const attribute = (key: string, value: object): string => JSON.stringify({ key, value })
const good = ['audit.actor.id', 'audit.action', 'audit.outcome', 'audit.target.id', 'audit.target.type', 'audit.actor.type'].map((key) => attribute(key, { stringValue: key === 'audit.outcome' ? 'success' : 'x' })).join()
let made = 0
/** One record around `attributes`, written out so that they may hold what JSON.stringify would not write. */
const around = (attributes: string, id = `record-${made++}`): string =>
  `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"eventName":"a.b","timeUnixNano":"1764000000000000000","attributes":[${good},${attribute('audit.record.id', { stringValue: id })},${attributes}]}]}]}]}`

describe('bombs', () => {
  test.each([
    ['gzip', (zeros: Buffer) => gzipSync(zeros, { level: 1 })],
    ['deflate', (zeros: Buffer) => deflateSync(zeros, { level: 1 })],
    ['zstd', (zeros: Buffer) => zstdCompressSync(zeros)],
  ])('128 MiB of zeros as %s, ten at a time: refused, and memory stays within what bodies may take', async (encoding, compress) => {
    const bomb = compress(Buffer.alloc(128 * mebibyte))
    expect(bomb.length).toBeLessThan(mebibyte)
    const before = await residentBytes()
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(bomb, { 'Content-Encoding': encoding })))
    const heard = new Set(answers.map(({ status, reason }) => `${status} ${reason}`))
    expect([...heard].filter((answer) => answer !== '413 TOO_LARGE' && answer !== '429 BUSY')).toEqual([]) // the second: not now, too many at a time
    expect(heard).toContain('413 TOO_LARGE')
    expect(await residentBytes() - before).toBeLessThan(600 * mebibyte) // 256 that bodies may take together, as many that are not collected yet; 1280 without a bound
  }, 120_000)

  test('gzip inside of gzip is not opened twice', async () => {
    const twice = gzipSync(gzipSync(Buffer.alloc(mebibyte)))
    expect(await send(twice, { 'Content-Encoding': 'gzip, gzip' })).toMatchObject({ status: 415, reason: 'UNSUPPORTED_MEDIA_TYPE' })
    expect(await send(twice, { 'Content-Encoding': 'gzip' })).toMatchObject({ status: 400, reason: 'MALFORMED_BODY' })
  })

  test.each(['br', 'compress', 'x-gzip', 'constructor', '__proto__'])('the encoding %s is not known', async (encoding) => {
    expect(await send('{}', { 'Content-Encoding': encoding })).toMatchObject({ status: 415, reason: 'UNSUPPORTED_MEDIA_TYPE' })
  })

  test('a stream of zeros without end is read as far as the limit', async () => {
    let written = 0
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        written += 256 * 1024
        controller.enqueue(new Uint8Array(256 * 1024))
      },
    })
    const answer = await fetch(`${collector.url}/v1/audit`, { method: 'POST', body, headers: { 'Content-Type': 'application/json' }, duplex: 'half', signal: AbortSignal.timeout(30_000) } as RequestInit).then(({ status }) => status, () => 'closed')
    expect(answer).toBeOneOf([413, 'closed'])
    expect(written).toBeLessThan(200 * mebibyte)
  })
})

describe('shapes', () => {
  const nested = (levels: number): string => '{"arrayValue":{"values":['.repeat(levels) + '{"intValue":1}' + ']}}'.repeat(levels)

  test.each([
    ['a million brackets in one another', '['.repeat(1_000_000), 400, 'MALFORMED_BODY'],
    ['a million brackets beside one another', `[${'[],'.repeat(1_000_000)}[]]`, 413, 'TOO_LARGE'],
    ['100,000 levels of values', around(`{"key":"a","value":${nested(100_000)}}`), 400, 'MALFORMED_BODY'],
    ['seventeen levels of values', around(`{"key":"a","value":${nested(17)}}`), 400, 'OVER_LIMIT'],
    ['brackets that never end', '{"resourceLogs":['.repeat(50), 400, 'MALFORMED_BODY'],
    ['brackets that were never opened', ']'.repeat(1_000), 400, 'MALFORMED_BODY'],
  ])('%s', async (_, body, status, reason) => { expect(await send(body)).toMatchObject({ status, reason }) })

  test('a million attributes of a record', async () => {
    const many = Array.from({ length: 1_000_000 }, (_, i) => `{"key":"k${i}"}`).join() // "value" left out: brackets are counted
    expect(await send(around(many))).toMatchObject({ status: 413, reason: 'TOO_LARGE' })
  })

  test('as many attributes as are allowed in brackets, and more than in a record', async () => {
    const many = Array.from({ length: 100_000 }, (_, i) => attribute(`k${i}`, { intValue: '1' })).join()
    expect(await send(around(many))).toMatchObject({ status: 400, reason: 'OVER_LIMIT' })
  })

  test('a million names in one object that nobody asked for', async () => {
    const body = `{${Array.from({ length: 1_000_000 }, (_, i) => `"k${i}":0`).join()}}`
    expect(await send(body)).toMatchObject({ status: 413 })
  })

  test('a key, an event name and an identifier of a megabyte', async () => {
    const long = 'k'.repeat(mebibyte)
    expect(await send(around(attribute(long, { intValue: '1' })))).toMatchObject({ status: 400, reason: 'OVER_LIMIT' })
    expect(await send(around(attribute('blotter.request.id', { stringValue: long })))).toMatchObject({ status: 400, reason: 'OVER_LIMIT' })
    expect(await send(around(attribute('a', { intValue: '1' })).replace('a.b', long))).toMatchObject({ status: 400, reason: 'OVER_LIMIT' })
  })

  test('a number of a million digits is no number', async () => {
    expect(await send(around(`{"key":"n","value":{"intValue":"${'9'.repeat(1_000_000)}"}}`))).toMatchObject({ status: 400, reason: 'MALFORMED_BODY' })
    expect(await send(around('{"key":"n","value":{"intValue":1e400}}'))).toMatchObject({ status: 400, reason: 'MALFORMED_BODY' })
  })
})

describe('names that mean something to the language', () => {
  const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__']

  test('as names of attributes and in maps they are names', async () => {
    const inMap = `{"key":"map","value":{"kvlistValue":{"values":[${names.map((name) => attribute(name, { stringValue: 'in-map' })).join()}]}}}`
    const attributes = [...names.map((name) => attribute(name, { stringValue: 'kept' })), attribute('blotter.request.id', { stringValue: 'req-proto' }), inMap]
    expect(await send(around(attributes.join()))).toMatchObject({ status: 200 })
    const found = await eventually('the record is stored', async () => {
      const { records } = await (await fetch(`${collector.url}/v1/timeline?request_id=req-proto`)).json() as { records: { attributes: Record<string, unknown> }[] }
      return records[0]
    })
    for (const name of names) expect(Object.getOwnPropertyDescriptor(found.attributes, name)?.value, name).toBe('kept')
  })

  test.each([
    ['an own __proto__ in the request', '{"__proto__":{"resourceLogs":[{"scopeLogs":[{"logRecords":[{}]}]}]}}'],
    ['a constructor in the request', '{"constructor":{"prototype":{"polluted":true}},"resourceLogs":[]}'],
    ['an own __proto__ where lists are expected', '{"resourceLogs":{"__proto__":[]}}'],
  ])('%s is nothing that OTLP knows', async (_, body) => { expect(await send(body)).toMatchObject({ status: 400 }) })

  test('as parameters and paths they find nothing', async () => {
    for (const path of ['/v1/timeline?__proto__=a', '/v1/timeline?constructor=a&actor=b', '/__proto__', '/log/__proto__/checkpoint', '/v1/constructor']) {
      expect((await fetch(`${collector.url}${path}`)).status, path).toBeOneOf([400, 404])
    }
  })
})

describe('text', () => {
  const bytes = (...parts: (string | number[])[]): Buffer => Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))))
  const [before, after] = around(`{"key":"t","value":{"stringValue":"§"}},${attribute('u', { stringValue: canary })}`).split('§') as [string, string]

  test.each([
    ['a byte that is not UTF-8', [0xff]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate in UTF-8', [0xed, 0xa0, 0x80]],
    ['a character cut in half', [0xe2, 0x82]],
    ['a bare zero byte', [0]],
    ['a bare line break', [0x0a]],
  ])('%s: 400, and nothing of the body in the answer', async (_, odd) => {
    const answer = await send(bytes(before, odd, after))
    expect(answer).toMatchObject({ status: 400, reason: 'MALFORMED_BODY' })
    expect(answer.text).not.toContain(canary)
  })

  test('UTF-16 is not JSON', async () => { expect(await send(Buffer.from(`\ufeff${around(attribute('t', {}))}`, 'utf16le'))).toMatchObject({ status: 400, reason: 'MALFORMED_BODY' }) })

  test('a byte order mark before JSON is passed over or refused, as RFC 8259 leaves open', async () => {
    expect((await send(bytes([0xef, 0xbb, 0xbf], around(attribute('t', { stringValue: 'bom' }))))).status).toBeOneOf([200, 400])
  })

  test.each([['a zero', '\\u0000'], ['a lone surrogate', '\\ud800'], ['a surrogate pair the wrong way round', '\\udc00\\ud800'], ['a direction mark', '\\u202e'], ['a non-character', '\\uffff']])('%s as an escape is kept, once, and the record can be found', async (name, escape) => {
    const request = `req-${Buffer.from(escape).toString('hex')}`
    const body = around(`{"key":"t","value":{"stringValue":"a${escape}b"}},${attribute('blotter.request.id', { stringValue: request })}`, request)
    expect((await send(body)).status, name).toBe(200)
    expect((await send(body)).status, name).toBe(200) // the same again is the same record
    const stored = async (): Promise<number | undefined> => {
      const { records, complete } = await (await fetch(`${collector.url}/v1/timeline?request_id=${request}&related=false`)).json() as { records: unknown[]; complete: boolean }
      return complete && records.length > 0 ? records.length : undefined
    }
    expect(await eventually('it is stored', stored)).toBe(1)
  })

  test('a name twice in one object is refused, or its last one counts: never both', async () => {
    const answer = await send(`{"resourceLogs":[],"resourceLogs":[{"scopeLogs":[{"logRecords":[{"eventName":"a.b","timeUnixNano":"1","attributes":[${good}]}]}]}]}`)
    expect(answer.status).toBeOneOf([200, 400])
  })
})

test('after all of it the service answers, says what it refused, and has logged none of it', async () => {
  expect(await (await fetch(`${collector.url}/readyz`)).text()).toBe('ready\n')
  const metrics = await (await fetch(`${collector.url}/metrics`)).text()
  for (const reason of ['TOO_LARGE', 'MALFORMED_BODY', 'OVER_LIMIT', 'UNSUPPORTED_MEDIA_TYPE']) expect(metrics).toMatch(new RegExp(`blotter_requests_refused_total\\{path="/v1/audit",reason="${reason}"\\} [1-9]`))
  expect(metrics).not.toContain(canary)
  expect(JSON.stringify(collector.logs())).not.toContain(canary)
  expect(collector.logs().filter(({ level }) => level === 'error' || level === 'raw')).toEqual([])
})
