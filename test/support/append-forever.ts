// Appends to the journal as fast as it can and says what was acknowledged: one line for each append, `<index> <text>`.
// For a process of its own, which is killed in the middle of it.

import { openJournal } from '../../collector/journal/journal.ts'
import { entry } from './entries.ts'
import { createRandom } from './random.ts'

/** `name`: first part of its texts. Says `open` when the journal is. */
export async function appendForever(directory: string, name: string, seed: number): Promise<never> {
  const random = createRandom(seed)
  const journal = await openJournal({ directory, floorIndex: 0, segmentBytes: 60_000 })
  process.stdout.write('open\n')
  for (let made = 0; ;) {
    const appends = Array.from({ length: random.between(1, 5) }, async () => {
      const text = `${name}-${made++}-${'x'.repeat(random.next() < 0.02 ? random.between(10_000, 200_000) : random.between(0, 300))}`
      const { firstIndex, durable } = journal.append([entry(text)], 1n)
      await durable
      process.stdout.write(`${firstIndex} ${text}\n`) // to a pipe: it is out when this returns
    })
    await Promise.all(appends)
    if (random.next() < 0.05) await journal.release(journal.durableIndex - random.between(50, 300))
  }
}
