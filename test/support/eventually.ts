// Waiting for what another process or a background step does, without guessing how long it takes.

import { setTimeout as sleep } from 'node:timers/promises'

/** The first answer of `ask` that is not undefined or false. Throws with `what` after `timeoutMs`. */
export async function eventually<T>(what: string, ask: () => T | undefined | false | Promise<T | undefined | false>, timeoutMs = 20_000): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (let pauseMs = 2; ; pauseMs = Math.min(pauseMs * 2, 100)) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (performance.now() > deadline) throw new Error(`gave up after ${timeoutMs} ms: ${what}`)
    await sleep(pauseMs)
  }
}
