// How much goes into one request.

export interface BatchLimits {
  /** Default 1000. */
  readonly records: number
  /** Of the canonical records, before encoding and compression. One record may be larger, and is then alone. Default 1 MiB. */
  readonly bytes: number
}

export const batchDefaults: BatchLimits = { records: 1000, bytes: 1024 * 1024 }

export function batchesOf<T extends { readonly text: string }>(items: readonly T[], { records, bytes }: BatchLimits): T[][] {
  const batches: T[][] = []
  let room = 0
  for (const item of items) {
    const size = Buffer.byteLength(item.text)
    const last = batches.at(-1)
    if (last === undefined || last.length >= records || size > room) {
      batches.push([item])
      room = bytes - size
    } else {
      last.push(item)
      room -= size
    }
  }
  return batches
}
