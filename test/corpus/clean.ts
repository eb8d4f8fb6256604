// Texts without a secret and without personal data, that look as if: written by hand (test/corpus/clean/*.txt, `%%` between two) and ids,
// hashes and log lines drawn from a seed.

import { readFileSync, readdirSync } from 'node:fs'
import { createRandom } from '../support/random.ts'
import { drawText, drawUuid } from './draw.ts'
import type { Random } from '../support/random.ts'

export interface CleanText {
  readonly kind: string
  readonly text: string
}

const folder = new URL('clean/', import.meta.url)

export function cleanCorpus(seed = 20_261_124): readonly CleanText[] {
  const random = createRandom(seed)
  const written = readdirSync(folder).filter((file) => file.endsWith('.txt')).sort().flatMap((file) =>
    readFileSync(new URL(file, folder), 'utf8').split(/^%%\n/m).map((text) => ({ kind: file.replace('.txt', ''), text: text.trimEnd() })))
  const drawn = Object.entries(generators).flatMap(([kind, generate]) => Array.from({ length: 6 }, () => ({ kind, text: generate(random) })))
  return [...written, ...drawn]
}

const hex = (random: Random, length: number): string => drawText(random, 'h', length)
const base64 = (random: Random, bytes: number): string => Buffer.from(hex(random, bytes * 2), 'hex').toString('base64')
const ulid = (random: Random): string => `01J${Array.from({ length: 23 }, () => '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[random.between(0, 31)]).join('')}`
const stamp = (random: Random): string => new Date(1_700_000_000_000 + random.between(0, 100_000_000) * 1000).toISOString()

const generators: Readonly<Record<string, (random: Random) => string>> = {
  'access log': (random) => `10.${random.between(0, 255)}.${random.between(0, 255)}.${random.between(1, 254)} - - [24/Nov/2026:06:10:34 +0000] "GET /v1/orders/${drawUuid(random)}?page=${random.between(1, 9)} HTTP/1.1" 200 ${random.between(100, 9999)}`,
  'application log': (random) => `${stamp(random)} INFO order ${random.between(1e7, 1e8)} paid request_id=${drawUuid(random)} duration_ms=${random.between(1, 900)}`,
  'structured log': (random) => JSON.stringify({ ts: stamp(random), trace_id: hex(random, 32), span_id: hex(random, 16), level: 'info', msg: 'token refreshed', user: random.between(1, 9999) }),
  'git hash': (random) => `merge ${hex(random, 40)} into ${hex(random, 40)}`,
  'short hash': (random) => `deploy ${hex(random, 7)} (was ${hex(random, 7)}), build key main-${hex(random, 8)}`,
  'sha256 sum': (random) => `${hex(random, 64)}  blotter-${random.between(1, 9)}.${random.between(0, 20)}.0.tar.gz`,
  integrity: (random) => `"integrity": "sha512-${base64(random, 64)}",`,
  'image digest': (random) => `registry.example.com/shop/web@sha256:${hex(random, 64)}`,
  etag: (random) => `etag: "${hex(random, 32)}"\r\nlast-modified: Tue, 24 Nov 2026 06:10:34 GMT`,
  uuid: (random) => `resource ${drawUuid(random)} was replaced by ${drawUuid(random)}`,
  'uuid field': (random) => JSON.stringify({ id: drawUuid(random), parentId: drawUuid(random), key: drawUuid(random), sessionId: null }),
  ulid: (random) => `{"event_id":"${ulid(random)}","idempotency_key":"${ulid(random)}"}`,
  'cache key': (random) => `cache miss key=product:${random.between(1, 99_999)}:v${random.between(1, 9)} ttl=300 cacheKey=${hex(random, 32)}`,
  'stripe ids': (random) => JSON.stringify({ customer: `cus_${drawText(random, 'a', 14)}`, invoice: `in_1${drawText(random, 'a', 23)}`, charge: `ch_3${drawText(random, 'a', 23)}`, event: `evt_1${drawText(random, 'a', 23)}` }),
  'aws ids': (random) => `i-0${hex(random, 16)} in subnet-0${hex(random, 16)} assumed arn:aws:iam::${drawText(random, 'd', 12)}:role/web`,
  'object path': (random) => `s3://shop-uploads/${random.between(2020, 2026)}/${drawUuid(random)}/${hex(random, 12)}.jpg`,
  'base64 image': (random) => `data:image/jpeg;base64,/9j/4AAQSkZJRgABAQAAAQABAAD/${base64(random, 240)}`,
  'public key': (random) => `ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC${base64(random, 240).replaceAll('=', '')} deploy@web`,
  certificate: (random) => `-----BEGIN CERTIFICATE-----\nMIID${base64(random, 45)}\n${base64(random, 48)}\n-----END CERTIFICATE-----`,
  fingerprint: (random) => `SHA256:${base64(random, 32).replace('=', '')} 2048 (RSA)`,
  'source map': (random) => `//# sourceMappingURL=main.${hex(random, 8)}.chunk.js.map`,
  'sql row': (random) => `INSERT INTO orders (id, customer_id, total, created_at) VALUES (${random.between(1, 1e6)}, ${random.between(1, 1e5)}, ${random.between(1, 9999)}.90, '${stamp(random)}');`,
  'csv row': (random) => `${random.between(1e5, 1e6)},${stamp(random)},${random.between(1, 99)}.${random.between(10, 99)},EUR,open,${hex(random, 10)}`,
  coordinates: (random) => `position ${(random.next() * 180 - 90).toFixed(6)}, ${(random.next() * 360 - 180).toFixed(6)} at ${random.between(0, 120)} km/h`,
  'order number': (random) => `order ${random.between(100, 999)}-${random.between(1e6, 9_999_999)}-${random.between(1e6, 9_999_999)} price ${random.between(1, 999)}.99`,
  'epoch times': (random) => `from=${random.between(1_700_000_000, 1_800_000_000)} to=${random.between(1_700_000_000, 1_800_000_000)}${drawText(random, 'd', 3)} took=${random.next().toFixed(6)}s`,
  version: (random) => `upgraded pkg-${random.between(1, 20)} from ${random.between(0, 9)}.${random.between(0, 99)}.${random.between(0, 9)} to ${random.between(10, 19)}.${random.between(0, 99)}.${random.between(0, 9)}-rc.${random.between(1, 9)}+${hex(random, 7)}`,
  kubernetes: (random) => `pod/web-${hex(random, 10)}-${drawText(random, 'l', 5)} scheduled on node ip-10-0-${random.between(0, 255)}-${random.between(0, 255)}.eu-west-1.compute.internal`,
  traceparent: (random) => `traceparent: 00-${hex(random, 32)}-${hex(random, 16)}-01`,
  mac: (random) => `eth0 link/ether ${Array.from({ length: 6 }, () => hex(random, 2)).join(':')} mtu 1500`,
  'hex dump': (random) => `0000${random.between(0, 9)}0  ${Array.from({ length: 16 }, () => hex(random, 2)).join(' ')}`,
  'base64 text': (random) => base64(random, 1500).replace(/.{76}/g, '$&\n'),
  base64url: (random) => Buffer.from(hex(random, 3000), 'hex').toString('base64url'),
  'hexadecimal text': (random) => hex(random, 4000),
  'list of hashes': (random) => Array.from({ length: 40 }, () => hex(random, 40)).join(' '),
  'list of uuids': (random) => Array.from({ length: 40 }, () => drawUuid(random)).join('\n'),
  'list of objects': (random) => JSON.stringify(Array.from({ length: 12 }, (_, id) => ({ id, key: drawUuid(random), hash: hex(random, 32), etag: hex(random, 40), at: 1_795_528_900_563 + id }))),
  'list of short tokens': (random) => Array.from({ length: 12 }, () => drawText(random, 'b', 20)).join(' '),
  'trace ids': (random) => Array.from({ length: 4 }, () => `dd.trace_id=${BigInt(`0x${hex(random, 16)}`)}`).join(' '),
  measurements: (random) => Array.from({ length: 40 }, () => (random.next() * 1000).toString()).join(', '),
  'pagination token': (random) => JSON.stringify({ items: [], nextPageToken: base64(random, 24), pageKey: random.between(1, 99) }),
}
