// How many cells a text takes on a terminal: not its length, and not its code points. Wide characters of East Asia and
// most emoji take two, marks that combine with the letter before them none.

import { stripVTControlCharacters } from 'node:util'

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** One cell each, and most of all text; among them what we draw with. */
const narrow = /^[\u0020-\u007e\u00a0-\u02ff\u2010-\u2027\u2190-\u2193\u2500-\u257f]*$/

export function widthOf(text: string): number {
  const plain = stripVTControlCharacters(text)
  if (narrow.test(plain)) return plain.length
  let width = 0
  for (const { segment } of segmenter.segment(plain)) width += widthOfGrapheme(segment)
  return width
}

/** At most `most` cells, the last one an ellipsis where something was cut away. For text without escape sequences. */
export function cut(text: string, most: number): string {
  if (widthOf(text) <= most) return text
  let kept = ''
  let width = 0
  for (const { segment } of segmenter.segment(text)) {
    const next = widthOfGrapheme(segment)
    if (width + next > most - 1) break
    kept += segment
    width += next
  }
  return most < 1 ? '' : `${kept}…`
}

export function pad(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(0, cells - widthOf(text)))
}

function widthOfGrapheme(grapheme: string): number {
  if (/^\p{M}/u.test(grapheme)) return 0
  return /\p{Emoji_Presentation}|\ufe0f/u.test(grapheme) || isWide(grapheme.codePointAt(0)!) ? 2 : 1
}

/** Blocks whose characters have the property East Asian Width W or F. */
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f], [0x2e80, 0x303e], [0x3041, 0x33ff], [0x3400, 0x4dbf], [0x4e00, 0x9fff], [0xa000, 0xa4cf], [0xa960, 0xa97f], [0xac00, 0xd7a3], [0xf900, 0xfaff],
  [0xfe10, 0xfe19], [0xfe30, 0xfe6f], [0xff01, 0xff60], [0xffe0, 0xffe6], [0x17000, 0x18aff], [0x1b000, 0x1b2ff], [0x1f200, 0x1f2ff], [0x20000, 0x3fffd],
]

function isWide(codePoint: number): boolean {
  return codePoint >= 0x1100 && wide.some(([from, to]) => codePoint >= from && codePoint <= to)
}
