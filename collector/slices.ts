// Work of this thread in slices: what arrives within one turn of the event loop beyond a slice waits for the turns after
// it. Sixty connections can be ready at once, and what all of them ask for at one go would hold up everything else.

export interface Slices {
  /** Runs `work` now, or in its turn behind what waits already. */
  run<T>(work: () => T): Promise<T>
}

/** `sliceMs`: how long one turn may work; the piece of work that goes beyond it is the turn's last. `nowMs`: a clock that only goes forward. */
export function createSlices(sliceMs: number, nowMs: () => number = () => performance.now()): Slices {
  const waiting: (() => void)[] = []
  let startedMs: number | undefined // of the slice in hand

  function begin(): void {
    startedMs = nowMs()
    setImmediate(turn) // behind everything that is ready now
  }

  function turn(): void {
    startedMs = undefined
    if (waiting.length === 0) return
    begin()
    do waiting.shift()!()
    while (waiting.length > 0 && !isOver())
  }

  const isOver = (): boolean => startedMs !== undefined && nowMs() - startedMs > sliceMs

  return {
    run(work) {
      if (startedMs === undefined) begin()
      if (waiting.length === 0 && !isOver()) return new Promise((resolve) => { resolve(work()) })
      return new Promise((resolve, reject) => {
        waiting.push(() => { try { resolve(work()) } catch (error) { reject(error as Error) } })
      })
    },
  }
}
