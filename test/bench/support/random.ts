// Numbers that look random and are the same at every run: one seed, one series.

export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number
  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
  hex(digits: number): string
}

/** sfc32 (PractRand's small fast counting generator): four words of state, a period that no run exhausts. */
export function createRandom(seed: number): Random {
  let a = 0x9e3779b9 ^ seed, b = 0x243f6a88, c = 0xb7e15162, counter = 1
  function word(): number {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum | 0
    return sum >>> 0
  }
  for (let i = 0; i < 12; i += 1) word() // neighbouring seeds start alike
  const next = (): number => word() / 0x1_0000_0000
  return {
    next,
    below: (end) => Math.floor(next() * end),
    chance: (probability) => next() < probability,
    pick: (list) => list[Math.floor(next() * list.length)]!,
    hex(digits) {
      let text = ''
      while (text.length < digits) text += word().toString(16).padStart(8, '0')
      return text.slice(0, digits)
    },
  }
}

/** Ranks from 0 below `count`, of which few come often and most seldom: rank r is drawn in proportion to 1 / (r + 1)^skew. */
export function createZipf(random: Random, count: number, skew: number): () => number {
  const ends = new Float64Array(count)
  let sum = 0
  for (let rank = 0; rank < count; rank += 1) ends[rank] = sum += (rank + 1) ** -skew
  return function draw() {
    const wanted = random.next() * sum
    let low = 0
    let high = count - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (ends[middle]! <= wanted) low = middle + 1
      else high = middle
    }
    return low
  }
}
