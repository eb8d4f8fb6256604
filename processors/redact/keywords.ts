// Finds which of thousands of keywords occur in a text, in one pass that costs a shift and a look into a few kilobytes for
// each character: whether the last four characters are some by which a keyword is known. Only then are letters compared.

import { createKnownBy, nextFour } from './keyword-marks.ts'

export interface Keywords {
  /** A bit for any four characters: whether a keyword is known by them. */
  readonly fours: Int32Array
  /** Adds to `found` the numbers of the keywords that stand where these characters end, each once until `forget`. */
  look(text: string, end: number, four: number, found: number[]): void
  forget(found: number[]): void
  /** By the number of a keyword. */
  readonly owners: readonly (readonly number[])[]
}

/** In `four` before a text begins: kinds that come seldom. */
export const beforeText = [28, 28, 28, 28].reduce(nextFour, 0)

/** `keywords[owner]`: ASCII, lower case, two characters or more; each of less than three makes the pass slower. */
export function createKeywords(keywords: readonly (readonly string[])[]): Keywords {
  const ownersOf = new Map<string, number[]>()
  for (const [owner, words] of keywords.entries()) for (const word of new Set(words)) (ownersOf.get(word) ?? ownersOf.set(word, []).get(word)!).push(owner)
  const known = knownWords([...ownersOf.keys()])
  const { fours, before, first, entries, letters } = layOut(known)
  const seen = new Uint8Array(ownersOf.size)
  return {
    fours,
    owners: [...ownersOf.values()],
    look(text, end, four, found) {
      const group = before[four >>> 5]! + ones(fours[four >>> 5]! & ((1 << (four & 31)) - 1))
      for (let at = first[group]!; at < first[group + 1]!; at += 4) {
        const number = entries[at]!
        if (seen[number] !== 0 || !standsAt(text, end - entries[at + 1]!, letters, entries[at + 2]!, entries[at + 3]!)) continue
        seen[number] = 1
        found.push(number)
      }
    },
    forget(found) {
      for (let i = 0; i < found.length; i += 1) seen[found[i]!] = 0
      found.length = 0
    },
  }
}

interface Known { readonly word: string; readonly number: number; /** Where in the word the four characters end by which it is known. */ readonly end: number }

function knownWords(words: readonly string[]): ReadonlyMap<number, readonly Known[]> {
  const known = new Map<number, Known[]>()
  const knownBy = createKnownBy()
  for (const [number, word] of words.entries()) {
    const { hashes, end } = knownBy(word)
    for (const four of hashes) (known.get(four) ?? known.set(four, []).get(four)!).push({ word, number, end })
  }
  return known
}

interface Layout {
  readonly fours: Int32Array
  /** By 32 of their bits: how many bits are set before. */
  readonly before: Uint16Array
  /** By the number of a bit that is set: where its entries begin. */
  readonly first: Int32Array
  /** Four numbers each: of the keyword, where in it the four characters end, where its letters begin and end. */
  readonly entries: Int32Array
  readonly letters: Uint8Array
}

/** Side by side in memory: objects all over the heap would cost more than the comparison. */
function layOut(known: ReadonlyMap<number, readonly Known[]>): Layout {
  const fours = new Int32Array(1 << 15)
  const first = [0]
  const entries: number[] = []
  let letters = ''
  for (const four of [...known.keys()].sort((a, b) => a - b)) {
    fours[four >>> 5]! |= 1 << (four & 31)
    for (const { word, number, end } of known.get(four)!) {
      entries.push(number, end, letters.length, letters.length + word.length)
      letters += word
    }
    first.push(entries.length)
  }
  const before = new Uint16Array(1 << 15)
  for (let i = 1; i < before.length; i += 1) before[i] = before[i - 1]! + ones(fours[i - 1]!)
  return { fours, before, first: Int32Array.from(first), entries: Int32Array.from(entries), letters: new Uint8Array(Buffer.from(letters, 'latin1')) }
}

/** How many bits are set. */
function ones(bits: number): number {
  let sum = bits - ((bits >>> 1) & 0x55555555)
  sum = (sum & 0x33333333) + ((sum >>> 2) & 0x33333333)
  return Math.imul((sum + (sum >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

function standsAt(text: string, start: number, letters: Uint8Array, from: number, to: number): boolean {
  if (start < 0 || start + to - from > text.length) return false
  for (let i = from, at = start; i < to; i += 1, at += 1) {
    const code = text.charCodeAt(at)
    if ((code > 64 && code < 91 ? code + 32 : code) !== letters[i]) return false
  }
  return true
}
