// How many records go into one request. Halved when a request is refused, because one of them is to blame or because
// they are too much together; back to the whole when the one to blame was found, and otherwise slowly, since a server
// that takes only so much will not take more a moment later.

/** Requests in a row that were accepted, before twice as many records are tried again. */
const patience = 16

export interface BatchLimit {
  readonly records: number
  accepted(): void
  /** Of `count` records one is refused, or they are too much: how many to try next. */
  halve(count: number): number
  /** A single record was refused: it was the one. */
  found(): void
}

export function createBatchLimit(most: number): BatchLimit {
  let records = most
  let inRow = 0
  return {
    get records() { return records },
    accepted() {
      inRow += 1
      if (records === most || inRow < patience) return
      records = Math.min(most, records * 2)
      inRow = 0
    },
    halve(count) {
      records = Math.max(1, Math.ceil(count / 2))
      inRow = 0
      return records
    },
    found() { records = most },
  }
}
