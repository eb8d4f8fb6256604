// Text inside text: base64, and percent-encoded JSON. Most long tokens are hashes, ids and images: they are told from text by their first bytes.

import { holds } from './prefilter.ts'
import { decodePercent } from './view.ts'
import type { Finding } from './match.ts'
import type { Look } from './prefilter.ts'

/** Shorter ones decode to less than any rule looks for. */
const shortestEncoded = 24

/** Also in lines, as mail has it. */
const runs = /[A-Za-z0-9+/_-]{24,}(?:\r?\n[A-Za-z0-9+/_-]{4,})*={0,2}/g
const pieces = /[A-Za-z0-9+_-]{24,}={0,2}/g

const sixBits = new Uint8Array(128).fill(255)
for (const [value, code] of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/').entries()) sixBits[code] = value
sixBits['-'.charCodeAt(0)] = 62
sixBits['_'.charCodeAt(0)] = 63

/** Whether it is worth a search. A text that is one token is asked at once: most ids end here. */
export function mayBeEncoded(text: string, { run, bits }: Look): boolean {
  if (run < shortestEncoded) return false
  return run < text.length || (bits & (holds.dot | holds.equals)) !== 0 || beginsAsText(text) || text.includes('/')
}

/** `redact` says which rule found something in a decoded text, if one did. */
export function findEncoded(text: string, rank: number, redact: (decoded: string) => string | undefined, findings: Finding[]): void {
  const found = (run: string, start: number): boolean => {
    const ruleId = ruleIn(run, redact)
    if (ruleId !== undefined) findings.push({ start, end: start + run.length, ruleId, rank })
    return ruleId !== undefined
  }
  for (let at = 0; ;) {
    runs.lastIndex = at // set each time: `redact` may come here again
    const match = runs.exec(text)
    if (match === null) return
    const { 0: run, index } = match
    at = runs.lastIndex
    if (found(run, index) || !/[/\n]/.test(run)) continue
    for (const piece of run.matchAll(pieces)) found(piece[0], index + piece.index) // a segment of a path, a line by itself
  }
}

function ruleIn(run: string, redact: (decoded: string) => string | undefined): string | undefined {
  if (!beginsAsText(run)) return undefined
  const decoded = Buffer.from(run, 'base64').toString('utf8')
  return isText(decoded) ? redact(decoded) : undefined
}

/** The same for values of parameters that are percent-encoded JSON: whether a key name in it says more than the patterns see. */
export function findEncodedJson(text: string, rank: number, redact: (decoded: string) => string | undefined, findings: Finding[]): void {
  for (const { 0: run, index } of text.matchAll(/[^\s&=?#"'<>]+/g)) {
    if (!/%7b/i.test(run)) continue
    const ruleId = redact(decodePercent(run, (character) => character)!.text)
    if (ruleId !== undefined) findings.push({ start: index, end: index + run.length, ruleId, rank })
  }
}

/** The first twelve characters, nine bytes of UTF-8 text: of a hundred hashes, hardly one. */
function beginsAsText(run: string): boolean {
  let following = 0
  for (let i = 0; i < 12; i += 4) {
    const bits = sixBits[run.charCodeAt(i)]! << 18 | sixBits[run.charCodeAt(i + 1)]! << 12 | sixBits[run.charCodeAt(i + 2)]! << 6 | sixBits[run.charCodeAt(i + 3)]!
    for (let shift = 16; shift >= 0; shift -= 8) {
      const byte = (bits >>> shift) & 255
      if (following > 0 ? (byte & 0xc0) !== 0x80 : !isTextByte(byte) && !isFirstByte(byte)) return false
      following = following > 0 ? following - 1 : byte < 0x80 ? 0 : byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3
    }
  }
  return true
}

/** Of a character beyond ASCII in UTF-8. */
function isFirstByte(byte: number): boolean {
  return byte > 0xc1 && byte < 0xf5
}

/** ASCII that prints, and the spaces. */
function isTextByte(byte: number): boolean {
  return (byte > 31 && byte < 127) || byte === 9 || byte === 10 || byte === 13
}

/** U+FFFD: not UTF-8. */
function isText(decoded: string): boolean {
  for (let i = 0; i < decoded.length; i += 1) {
    const code = decoded.charCodeAt(i)
    if (code === 0xfffd || (code < 128 && !isTextByte(code))) return false
  }
  return true
}
