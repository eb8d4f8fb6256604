// Chance that can be repeated: the same seed gives the same sequence. For tests that fast-check cannot drive, such as
// those that kill processes; they print their seed.

export interface Random {
  /** From 0 to 1, 1 excluded. */
  next(): number
  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number
  pick<T>(items: readonly [T, ...T[]]): T
  /** Another sequence that depends on this one's seed and on nothing that happens to it later. */
  fork(): Random
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => { // mulberry32
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1))
  return { next, between, pick: (items) => items[between(0, items.length - 1)]!, fork: () => createRandom(between(0, 2 ** 32 - 1)) }
}
