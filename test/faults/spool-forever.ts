// Appends to a spool and settles a part of it as fast as it can, and says what it was told: `+ id` when an append
// resolved, `- id` when an entry was handed out. For processes of their own, which are killed in the middle of it.

import { setTimeout as sleep } from 'node:timers/promises'
import { openSpool } from '../../sdk/spool/open.ts'
import { createRandom } from '../support/random.ts'

/** `name`: first part of its ids, which count up. */
export async function spoolForever(directory: string, name: string, seed: number): Promise<never> {
  const random = createRandom(seed)
  const spool = await openSpool({ directory, resource: '{}', segmentBytes: 20_000, memoryBytes: 10_000, heartbeatMs: 50, staleMs: 10_000 })
  process.stdout.write('open\n')
  let made = 0
  async function append(): Promise<void> {
    for (;;) {
      const entries = Array.from({ length: random.between(1, 8) }, () => ({ recordId: `${name}-${made++}`, text: `${name} ${'x'.repeat(random.between(0, 1_500))}` }))
      await spool.append(entries)
      process.stdout.write(entries.map(({ recordId }) => `+ ${recordId}\n`).join(''))
    }
  }
  async function deliver(): Promise<void> {
    for (;;) {
      const batch = await spool.next({ maxRecords: random.between(1, 20), maxBytes: 50_000 })
      if (batch === undefined) { await sleep(1); continue }
      const count = random.between(1, batch.entries.length)
      process.stdout.write(batch.entries.slice(0, count).map(({ recordId }) => `- ${recordId}\n`).join('')) // to a pipe: it is out when this returns
      await spool.settle(batch, [], count)
      await sleep(random.between(0, 3))
    }
  }
  await Promise.all([append(), append(), deliver()])
  throw new Error('BUG: forever ended')
}
