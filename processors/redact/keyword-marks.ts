// By which four characters a keyword is known: some that texts seldom hold, so that a pass over a text seldom stops.

/** Five bits for each character: letters without their case, digits as one, some separators, all else. */
export function kindOf(code: number): number {
  const letter = code | 0x20
  if (letter > 96 && letter < 123 && code > 64) return letter - 96
  if (code > 47 && code < 58) return 27
  return code === 95 ? 28 : code === 45 ? 29 : code === 46 ? 30 : code === 47 || code === 58 ? 31 : 0
}

/** `four`: of the characters before. */
export function nextFour(four: number, kind: number): number {
  return ((four << 5) | kind) & 0xfffff
}

/** How often a kind of character comes in texts and ids, in thousandths: all else, a to z, digits, `_`, `-`, `.`, `/:`. */
const frequencies = [150, 80, 15, 33, 43, 120, 22, 20, 50, 72, 4, 11, 45, 28, 70, 75, 25, 3, 62, 68, 85, 30, 12, 18, 4, 18, 4, 90, 15, 25, 20, 15]

/** What records are full of. A keyword is known by something else, where it can. */
const usual = `account action address admin amazon amount answer application audit authentication authorization central change client cloud config connection
  contact content create customer database default delivery device domain email environment error event example execute export external failed file finance google
  group header host http integration internal invoice issue item key list location login management manager message metadata microsoft name network notification
  number object operation order organization page password payment platform policy port production project provider query reason record refund region report request
  resource response result role sandbox secret security send server service session sign slack source staging start state status storage store stream string
  stripe success support system target task team test text ticket time token transaction type unknown update user value version webhook work workspace
  the and that with this from for not was are you have all can will one about which their there other than into been more when would`

/**
 * By which four characters of it a keyword is known: by some that others are known by already, else by those that come
 * most seldom. A shorter one is known by all that end in it.
 */
export function createKnownBy(): (word: string) => { readonly hashes: readonly number[]; readonly end: number } {
  const times = new Map<number, number>()
  const taken = new Set<number>()
  for (const hash of foursOf(kindsOf(usual))) times.set(hash, (times.get(hash) ?? 0) + 1)
  const frequencyOf = (hash: number): number => taken.has(hash) ? 0 : (times.get(hash) ?? 0) +
    frequencies[hash >>> 15]! * frequencies[(hash >>> 10) & 31]! * frequencies[(hash >>> 5) & 31]! * frequencies[hash & 31]! / 200 ** 4
  return function knownBy(word) {
    const kinds = kindsOf(word)
    if (kinds.length < 2) throw new RangeError('a keyword has three characters or more')
    if (kinds.length < 4) return { hashes: allEndingIn(kinds), end: kinds.length - 1 }
    const hashes = foursOf(kinds)
    let best = 0
    for (let i = 1; i < hashes.length; i += 1) if (frequencyOf(hashes[i]!) < frequencyOf(hashes[best]!)) best = i
    if ((times.get(hashes[best]!) ?? 0) === 0) taken.add(hashes[best]!)
    return { hashes: [hashes[best]!], end: best + 3 }
  }
}

function foursOf(kinds: readonly number[]): number[] {
  const hashes: number[] = []
  let four = 0
  for (const [i, kind] of kinds.entries()) {
    four = nextFour(four, kind)
    if (i >= 3) hashes.push(four)
  }
  return hashes
}

function allEndingIn(kinds: readonly number[]): number[] {
  if (kinds.length === 4) return [kinds.reduce(nextFour, 0)]
  return frequencies.flatMap((_, kind) => allEndingIn([kind, ...kinds]))
}

const kindsOf = (text: string): number[] => Array.from(text, (character) => kindOf(character.charCodeAt(0)))
