// Records that arrive while questions are asked: made beforehand, inserted at a steady rate by the store's own insert.

import { setTimeout as delay } from 'node:timers/promises'
import { loadPolicy } from '../../../collector/retain/load.ts'
import { recordOf } from './encode.ts'
import { events } from './events.ts'
import { endMs } from './fill.ts'
import { createSeal } from './seal.ts'
import type { Store, StoredRecord } from '../../../collector/store/store.ts'

export interface Arrivals { /** How many a second there were. */ stop(): Promise<number> }

/** Made before anything is measured, and used again with other leaf indices: what they cost to make is not the store's. */
const different = 20_000

export async function startArrivals(store: Store, perSecond: number, firstLeaf: number): Promise<Arrivals> {
  const { policy } = await loadPolicy([], false, () => undefined)
  const seal = createSeal({ policy, origin: 'arriving' })
  const source = events({ seed: 12, startMs: endMs, gapMs: 1 })
  const made = Array.from({ length: different }, (_, i): StoredRecord => {
    const event = source.next().value
    return seal(recordOf(event), event, i, event.timeUnixNano + 900_000_000n)
  })
  await store.reconcile('arriving', firstLeaf)
  let running = true
  let inserted = 0
  const beganMs = performance.now()
  const done = (async () => {
    while (running) {
      const block = Array.from({ length: perSecond }, (_, i): StoredRecord => ({ ...made[(inserted + i) % different]!, leafIndex: firstLeaf + inserted + i })) // about what the store step takes at a time
      await store.insert(block)
      inserted += perSecond
      await delay(Math.max(0, beganMs + inserted / perSecond * 1000 - performance.now()))
    }
  })()
  return {
    async stop() {
      running = false
      await done
      return inserted / ((performance.now() - beganMs) / 1000)
    },
  }
}
