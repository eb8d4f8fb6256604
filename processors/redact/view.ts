// Another reading of a text (its placeholders hidden, its percent signs decoded) that remembers where each part came from,
// so that what is found in the reading is replaced in the text.

import { findPlaceholders } from './placeholder.ts'

export interface View {
  readonly text: string
  /** Where in the original the piece begins that this place is in. */
  startOf(place: number): number
  /** Where in the original the piece ends in which a range of the reading ends here. */
  endOf(place: number): number
}

interface Part { readonly at: number; readonly length: number; readonly from: number; readonly fromLength: number }

/** Parts that were changed; between them, the reading is the original. */
function createView(text: string, parts: readonly Part[]): View {
  const partAt = (place: number): Part | undefined => { // the last that begins at or before it
    let low = 0
    for (let high = parts.length; low < high;) {
      const middle = (low + high) >>> 1
      if (parts[middle]!.at <= place) low = middle + 1
      else high = middle
    }
    return parts[low - 1]
  }
  const mapped = (place: number, inside: (part: Part) => number): number => {
    const part = partAt(place)
    if (part === undefined) return place
    return place < part.at + part.length ? inside(part) : part.from + part.fromLength + place - part.at - part.length
  }
  return {
    text,
    startOf: (place) => mapped(place, ({ from }) => from),
    endOf: (place) => mapped(place - 1, ({ from, fromLength }) => from + fromLength - 1) + 1,
  }
}

/** Each placeholder as one character that is in no rule. Undefined when there is none. */
export function hidePlaceholders(text: string, isKnown: (ruleId: string) => boolean): View & { readonly sign: string } | undefined {
  const sign = unusedSign(text)
  const builder = createBuilder(text)
  findPlaceholders(text, isKnown, (start, end) => { builder.replace(start, end, sign) })
  const view = builder.finish()
  return view === undefined ? undefined : { ...view, sign }
}

/** Private characters, of which one is free unless somebody wrote them all. */
function unusedSign(text: string): string {
  for (let code = 0xf000; code < 0xf040; code += 1) if (!text.includes(String.fromCharCode(code))) return String.fromCharCode(code)
  return String.fromCharCode(0xf040)
}

/** With percent signs decoded, one level, and folded as `fold` says. Undefined when there is none; what is not UTF-8 stays. */
export function decodePercent(text: string, fold: (text: string) => string): View | undefined {
  const builder = createBuilder(text)
  for (const { 0: run, index } of text.matchAll(/(?:%[0-9a-f]{2})+/gi)) {
    const bytes = Buffer.from(run.replaceAll('%', ''), 'hex')
    for (let at = 0, length = 1; at < bytes.length; at += length) {
      length = lengthOfCharacter(bytes[at]!)
      const character = bytes.toString('utf8', at, at + length)
      if (character.includes('\ufffd')) length = 1
      else builder.replace(index + at * 3, index + (at + length) * 3, fold(character))
    }
  }
  return builder.finish()
}

/** Bytes of the UTF-8 character that begins so. */
function lengthOfCharacter(first: number): number {
  return first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
}

function createBuilder(text: string): { replace(start: number, end: number, by: string): void; finish(): View | undefined } {
  const parts: Part[] = []
  let out = ''
  let copied = 0
  return {
    replace(start, end, by) {
      out += text.slice(copied, start)
      parts.push({ at: out.length, length: by.length, from: start, fromLength: end - start })
      out += by
      copied = end
    },
    finish: () => parts.length === 0 ? undefined : createView(out + text.slice(copied), parts),
  }
}
