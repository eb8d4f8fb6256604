// What a secret looks like: characters and length, written once for every rule. Each shape makes its own example values,
// which come from a generator and never were anybody's key.

/** A piece of a pattern. `source` is of RE2's syntax, without groups that are counted and with every repetition bounded or last. */
export interface Shaped {
  readonly source: string
  /** What must follow, so that a longer run is not taken for this one. Consumed, not replaced. */
  readonly end: string
  /** A made-up value of this shape. */
  readonly sample: string
  /** Letters and digits are mixed in it: a value without a digit is a word. */
  readonly mixed: boolean
}

/** `hex(32)` exactly 32, `hex(32, 40)` from 32 to 40 (at most 1,000: RE2's limit), `hex.from(20)` 20 or more. */
export interface Alphabet {
  (least: number, most?: number): Shaped
  from(least: number): Shaped
}

/** An alphabet of your own, in the syntax of a character class without its brackets: `alphabet('A-Z2-7')`. */
export function alphabet(characters: string, padding = ''): Alphabet {
  const listed = expand(characters)
  const mixed = /[0-9]/.test(listed) && /[a-z]/i.test(listed)
  const wordsOnly = padding === '' && !/\W/.test(listed)
  const shaped = (least: number, quantifier: string, end: string): Shaped =>
    ({ source: `[${characters}]${quantifier}${padding}`, end, sample: sampleOf(listed, least) + (/^=+$/.test(padding) ? padding : ''), mixed })
  const bounded = (least: number, most = least): Shaped =>
    shaped(least, least === most ? `{${least}}` : `{${least},${most}}`, wordsOnly ? '\\b' : `(?:[^${characters}]|$)`)
  return Object.assign(bounded, { from: (least: number): Shaped => shaped(least, `{${least},}`, '') })
}

export const digits = alphabet('0-9')
export const hex = alphabet('a-fA-F0-9')
export const lowerHex = alphabet('a-f0-9')
/** Lower case letters and digits. */
export const lower = alphabet('a-z0-9')
/** Upper case letters and digits. */
export const upper = alphabet('A-Z0-9')
/** Letters and digits. */
export const alnum = alphabet('A-Za-z0-9')
/** Letters, digits, underscore. */
export const word = alphabet('A-Za-z0-9_')
/** RFC 4648 section 5, without padding: letters, digits, `_` and `-`. */
export const base64url = alphabet('A-Za-z0-9_-')
/** RFC 4648 section 4; padding is taken too. */
export const base64 = alphabet('A-Za-z0-9+/', '={0,2}')
/** As base64url with dots: tokens of several parts. */
export const dotted = alphabet('A-Za-z0-9_.-')

/** RFC 9562. Identifiers have the same shape: `named` wants a secret word next to it. */
export const uuid: Shaped = {
  source: '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}', end: '\\b',
  sample: '5c1e7a90-4b3d-4f26-9a8e-0d7c2b61f3e5', mixed: true,
}

/** Pieces in a row; a string stands for itself: `parts(hex(32), '-us', digits(1, 2))`. */
export function parts(...pieces: readonly (string | Shaped)[]): Shaped {
  const shaped = pieces.map((piece) => (typeof piece === 'string' ? { source: escaped(piece), end: '', sample: piece, mixed: false } : piece))
  return {
    source: shaped.map(({ source }) => source).join(''), end: shaped.at(-1)?.end ?? '',
    sample: shaped.map(({ sample }) => sample).join(''), mixed: shaped.some(({ mixed }) => mixed),
  }
}

/** A pattern of its own with an example of it: `raw('(?:-[0-9])?', '-2')`. */
export function raw(source: string, sample: string, end = ''): Shaped {
  return { source, end, sample, mixed: false }
}

/** One of several fixed words: `oneOf('us1', 'eu1')`. */
export function oneOf(...words: readonly string[]): Shaped {
  return { source: `(?:${words.map(escaped).join('|')})`, end: '', sample: words[0] ?? '', mixed: false }
}

/** A text as a pattern that finds just that text. */
export function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}

function expand(characters: string): string {
  const listed = characters.match(/\\?[\s\S]/g) ?? []
  let all = ''
  for (let i = 0; i < listed.length; i += 1) {
    const from = unescaped(listed[i]!)
    if (listed[i + 1] !== '-' || i + 2 >= listed.length) { all += from; continue }
    all += range(from, unescaped(listed[i + 2]!))
    i += 2
  }
  return all
}

function unescaped(character: string): string {
  return character.length === 2 ? character.slice(1) : character
}

function range(from: string, to: string): string {
  let all = ''
  for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code += 1) all += String.fromCharCode(code)
  return all
}

/** The same characters every time (a linear congruential generator), letters and digits first to last. */
function sampleOf(listed: string, length: number): string {
  const usable = listed.replace(/\W/g, '') // a shape's example must not end in a separator
  let state = 20_261_124
  let sample = ''
  for (let i = 0; i < length; i += 1) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    sample += usable[Math.floor(state / 65_536) % usable.length]
  }
  return sample
}
