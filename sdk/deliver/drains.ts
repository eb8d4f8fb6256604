// Who waits until everything is through, and when it is.

export interface DrainsOptions {
  /** Nothing waits for redaction, its key, or the disk. */
  readonly isStored: () => boolean
  /** Records that are in a spool, on the disk or in memory. */
  readonly inSpools: () => number
  /** Records before the spools. */
  readonly waiting: () => number
  /** Records that left the spools, so far. */
  readonly settled: () => number
  /** Nothing is in memory alone, or nothing of it can be delivered now. */
  readonly isHopeless: () => boolean
  readonly done: (ticket: number) => void
}

export interface Drains {
  /** `durable`: for the end of a process, when all is on the disk that can be. Otherwise when all of now was delivered or refused. */
  readonly drain: (durable: boolean, ticket: number) => void
  /** To be called whenever one of the numbers may have changed. */
  readonly check: () => void
}

export function createDrains({ isStored, inSpools, waiting, settled, isHopeless, done }: DrainsOptions): Drains {
  let open: { readonly ticket: number; readonly isDone: () => boolean }[] = []

  /** What comes later does not count, or under steady load nobody would ever be done. */
  function drain(durable: boolean, ticket: number): void {
    const target = settled() + waiting() + inSpools()
    const isThrough = (): boolean => settled() >= target || inSpools() === 0
    open.push({ ticket, isDone: () => isStored() && (durable ? isHopeless() : isThrough()) })
    check()
  }

  function check(): void {
    if (open.length === 0) return
    const through = open.filter(({ isDone }) => isDone())
    open = open.filter((each) => !through.includes(each))
    for (const { ticket } of through) done(ticket)
  }

  return { drain, check }
}
