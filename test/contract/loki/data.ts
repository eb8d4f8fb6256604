// What both sides are asked about: about 400 entries of our own that hold what people's lines hold, the broken ones too.
// The same entries every time, so that recorded answers stay true.

import type { Entry } from '../../../collector/query/logql/entry.ts'
import { labelsOf } from '../../support/memory-entries.ts'
import { createRandom, type Random } from '../../support/random.ts'
import { oddLines } from './odd-lines.ts'

/** On the hour; everything lies in the ten minutes after it. */
export const START_NANO = 1_732_359_600_000_000_000n
export const END_NANO = START_NANO + 600_000_000_000n

interface Stream { readonly labels: Readonly<Record<string, string>>; readonly count: number; readonly everyMs: number; readonly line: (random: Random, i: number) => string }

const streams: readonly Stream[] = [
  { labels: { service_name: 'checkout', env: 'prod', format: 'json' }, count: 90, everyMs: 6_500, line: jsonLine },
  { labels: { service_name: 'checkout', env: 'staging', format: 'json' }, count: 40, everyMs: 14_000, line: jsonLine },
  { labels: { service_name: 'gateway', env: 'prod', format: 'logfmt', team: 'edge' }, count: 90, everyMs: 6_300, line: logfmtLine },
  { labels: { service_name: 'proxy', env: 'prod', format: 'plain' }, count: 80, everyMs: 7_100, line: accessLine },
  { labels: { service_name: 'packed', env: 'dev', format: 'packed' }, count: 30, everyMs: 19_000, line: packedLine },
  { labels: { service_name: 'odd', env: 'dev', format: 'odd' }, count: oddLines.length, everyMs: 8_000, line: (_, i) => oddLines[i] ?? '' },
]

export function createEntries(): readonly Entry[] {
  return streams.flatMap((stream, index) => entriesOf(stream, createRandom(1000 + index), BigInt(index)))
}

function entriesOf({ labels, count, everyMs, line }: Stream, random: Random, index: bigint): readonly Entry[] {
  const stream = labelsOf(labels)
  return Array.from({ length: count }, (_, i) => {
    // Pairs at the same millisecond now and then, never at the same nanosecond within a stream.
    const atMs = BigInt(i % 9 === 8 ? (i - 1) * everyMs : i * everyMs)
    const timeNano = START_NANO + atMs * 1_000_000n + 1_000_000n + BigInt(i) + index * 1000n
    return { timeNano, line: line(random, i), stream, metadata: labelsOf(stream.get('format') === 'odd' ? {} : metadataOf(random, i)) }
  })
}

function metadataOf(random: Random, i: number): Record<string, string> {
  // The actor stands everywhere, and no name is a label of one stream and in the lines of another: what becomes of a
  // name that is both, Loki decides once per query, at the first line it happens to read.
  return {
    actor: random.pick(['alice', 'bob', 'svc-billing']),
    ...(i % 3 === 0 ? { request_id: `req-${100 + (i % 20)}` } : {}),
    ...(i % 4 === 0 ? { attempt: String(random.between(1, 4)), wait: `${random.between(1, 900)}ms` } : {}),
  }
}

function jsonLine(random: Random, i: number): string {
  return JSON.stringify({
    level: random.pick(['info', 'warn', 'error', 'debug']),
    method: random.pick(['GET', 'POST', 'DELETE']),
    path: random.pick(['/v1/orders', '/v1/orders/42', '/v1/refunds', '/health']),
    status: random.pick([200, 201, 404, 500, 503]),
    latency: `${random.between(1, 2500)}ms`,
    seconds: random.between(1, 5000) / 1000,
    size: random.pick(['512B', '4KB', '1.5MB', '2KiB', '900B']),
    ip: `10.0.${random.between(0, 3)}.${random.between(1, 254)}`,
    user: { id: `u${random.between(1, 6)}`, 'display name': 'Ada L.', tags: ['a', 'b'] },
    items: [{ sku: 'x1', price: random.between(100, 999) }, { sku: 'y2' }],
    ok: random.between(0, 1) === 1, nothing: null,
    ...(i % 6 === 0 ? { env: 'inner', message: 'timeout while calling "bank"' } : { message: `order ${i} done` }),
  })
}

function logfmtLine(random: Random, i: number): string {
  const words = [
    `ts=2024-11-23T10:${String(i % 60).padStart(2, '0')}:00Z`, `level=${random.pick(['info', 'warn', 'error'])}`, `method=${random.pick(['GET', 'PUT'])}`, `team=${random.pick(['core', 'edge'])}`,
    `path=${random.pick(['/a', '/b/c', '/login'])}`, `status=${random.pick(['200', '302', '500', 'none'])}`, `duration=${random.pick(['15ms', '1.2s', '2m3s', '800us', 'slow'])}`,
    `bytes=${random.between(10, 90_000)}`, `remote=192.168.${random.between(0, 2)}.${random.between(1, 9)}`, `msg="${random.pick(['request done', 'slow \\"query\\"', 'retry later'])}"`,
  ]
  if (i % 10 === 3) words.push('empty=', 'flag')
  if (i % 10 === 7) words.push('broken="never closed')
  return words.join(' ')
}

function accessLine(random: Random, i: number): string {
  const ip = random.pick(['192.0.2.1', '192.0.2.77', '198.51.100.4', '2001:db8::1', '10.1.2.3'])
  const size = random.between(0, 50_000)
  return `${ip} - - [23/Nov/2024:10:00:${String(i % 60).padStart(2, '0')} +0000] "${random.pick(['GET', 'POST'])} ${random.pick(['/', '/img/logo.png', '/api?x=1&y=2'])} HTTP/1.1" ${random.pick([200, 304, 404, 502])} ${size} ${(size / 1000).toFixed(3)}`
}

function packedLine(random: Random, i: number): string {
  if (i % 8 === 5) return `not packed ${i}`
  if (i % 8 === 6) return JSON.stringify({ pod: 'p1', count: i, _entry: `number ${i}` })
  return JSON.stringify({ pod: random.pick(['p1', 'p2', 'p3']), container: 'main', env: 'packed', _entry: random.pick(['level=warn n=1', 'level=error n=2', '{"inner":"json","n":3}']) })
}
