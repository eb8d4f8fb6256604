import type { Timing } from '../time.ts'

/** Whether it came in time. Keeps the process alive while it waits. */
export async function within(ms: number, work: Promise<unknown>, timing: Timing): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>()
  const cancel = timing.after(ms, () => { resolve(false) }, true)
  try {
    return await Promise.race([work.then(() => true), late])
  } finally {
    cancel()
  }
}
