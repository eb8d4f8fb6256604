// Reads backwards from a value over its operator to the name it is given. By hand, since a pattern that looks back has to try
// from every character; the steps are bounded, so that a hostile text costs no more than another one.

export interface NameBefore {
  readonly name: string
  /** From the end of the name to the value: quotes, brackets and the operator. */
  readonly between: string
  /** Where the name begins. */
  readonly start: number
}

/** Characters between name and value, and of a name: more belong to no assignment that anybody writes. */
const maxBetween = 32
const maxName = 64

export function nameBefore(text: string, valueStart: number): NameBefore | undefined {
  let end = skipBack(text, valueStart, valueStart - maxBetween)
  if (end < 0 || end === valueStart) return undefined
  let start = startOfName(text, end)
  if (isStringPrefix(text, start, end)) { // b"…", f'…'
    end = skipBack(text, start, valueStart - maxBetween)
    if (end < 0) return undefined
    start = startOfName(text, end)
  }
  if (end - start <= 2 && /^\d+$/.test(text.slice(start, end)) && /[ #]/.test(text[start - 1] ?? '')) { // `unseal key 2: …`
    const before = skipBack(text, start, start - 2)
    if (before > 0) { end = before; start = startOfName(text, end) }
  }
  while (start < end && !isNameStart(text.charCodeAt(start))) start += 1
  return start === end ? undefined : { name: text.slice(start, end), between: text.slice(end, valueStart), start }
}

/** Back over what cannot be part of a name; negative when nothing else comes before `least`. */
function skipBack(text: string, from: number, least: number): number {
  let at = from
  while (at > 0 && !isWord(text.charCodeAt(at - 1))) {
    at -= 1
    if (at < least) return -1
  }
  return at === 0 ? -1 : at
}

function startOfName(text: string, end: number): number {
  let at = end
  while (at > 0 && end - at < maxName && isName(text.charCodeAt(at - 1))) at -= 1
  return at
}

function isStringPrefix(text: string, start: number, end: number): boolean {
  return end - start <= 2 && end - start > 0 && /^["'`]/.test(text[end] ?? '') && /^(?:[bfruBFRUL]{1,2})$/.test(text.slice(start, end)) && /[=:,( ]/.test(text[start - 1] ?? '')
}

function isWord(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95 || code === 36
}

function isName(code: number): boolean {
  return isWord(code) || code === 46 || code === 45
}

function isNameStart(code: number): boolean {
  return isWord(code) && !(code >= 48 && code <= 57)
}
