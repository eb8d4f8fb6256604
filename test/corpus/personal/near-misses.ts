// Clean texts that look like personal data: what an audit log is full of. None of them may be altered.

import { createRandom } from '../../support/random.ts'
import { fill, pick } from './values.ts'
import type { Random } from '../../support/random.ts'

/** `fill`'s forms: in capitals only what is to be filled. */
const forms = [
  'order 0000000000', 'order #0000-0000', 'invoice INV-2026-000000', 'ticket 000-0000000-0000000 shipped', 'ts=17323600000', 'created_at: 1732360000000', 'ns 1732360000000000000', 'offset 000000000000000000',
  '2026-11-24T06:10:34.000Z', '2026-11-24 06:10:34,000 INFO started in 000 ms', '20261124061034', '20261124-0610', '261124-0610', 'backup-20261124-061034.tar.gz', 'version 1.00.0', 'v2026.11.24-rc.0', 'build 20261124.0',
  'user@0.0.0', 'lodash@4.17.00', '@scope/pkg@1.2.0', 'icon@2x.png', 'git@github.com:org/repo.git', 'root@localhost', 'price 0.000,00 EUR', 'total $0,000.00', '1.234.567 rows', 'lat 00.000000 lng 0.000000',
  'job 00000000 finished', 'pid 00000', 'bytes 0000000000', 'length: 00000000', 'etag: "0000000000000"', 'sequence 0000000000000000', 'session 000000000', 'cache key user:000000:profile', 'GET /v1/items/000000000 200',
  'tracking 0Z0000000000000000', 'ISBN 978-3-16-148410-0', 'SKU 0000-AAAA-00', 'ean 4000000000000', 'part 000-0000-00', 'room 000/0000', 'score 00:00', 'range 00000-00000', 'port 10.0.0.0:00000', 'cidr 10.00.0.0/16',
  'size 0000x0000', 'phase 0 of 00', 'account 00000', 'zip 00000-0000', 'meter 000.000.000', 'counter_id=000000000000', 'shard 000-000', 'commit 0a0b0c0d0e0f', 'lines 000000-000000', 'error code 0x00000000', 'node 000.000',
  'row 00000000 of 00000000', 'phone_id=000000', 'telemetry batch 0000000000', 'card layout 0000 0000', 'message <20261124.000000@mail>', 'spec rfc 0000', 'pin count 00', 'batch 000-00-000', 'epoch 1732360000 to 1732370000',
]
const hex = '0123456789abcdef'

function hexadecimal(length: number, random: Random): string {
  return Array.from({ length }, () => pick(random, hex.split(''))).join('')
}

/** The same each time. */
export function nearMisses(): string[] {
  const random = createRandom(41)
  const filled = forms.flatMap((form) => Array.from({ length: 12 }, () => fill(random, form)))
  const hashes = Array.from({ length: 120 }, () => pick(random, [
    `commit ${hexadecimal(40, random)}`, `sha256:${hexadecimal(64, random)}`, `trace_id=${hexadecimal(32, random)} span_id=${hexadecimal(16, random)}`,
    `${hexadecimal(8, random)}-${hexadecimal(4, random)}-4${hexadecimal(3, random)}-8${hexadecimal(3, random)}-${hexadecimal(12, random)}`, `request ${hexadecimal(24, random)}`,
  ]))
  return [...filled, ...hashes]
}
