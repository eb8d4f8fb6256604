// Quoted values of logfmt follow the rules of JSON, but a half surrogate becomes U+FFFD instead of making the value invalid.

import { unescapeJson } from './json-string.ts'

const halfSurrogates = /\\u[dD](?:[89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})|[c-fC-F][0-9a-fA-F]{2})/
const escapes = /\\(?:u[0-9a-fA-F]{4}|.)/gs

export function unescapeLogfmt(line: string, start: number, end: number): string | undefined {
  const text = line.slice(start, end)
  return halfSurrogates.test(text) ? unescapeOneByOne(text) : unescapeJson(text, 0, text.length)
}

/** Slower, for the rare value with a surrogate that may have no partner. */
function unescapeOneByOne(text: string): string | undefined {
  let invalid = false
  const units = text.replace(escapes, (escape) => {
    const unit = escape.length === 6 ? String.fromCharCode(Number.parseInt(escape.slice(2), 16)) : unescapeJson(escape, 0, escape.length)
    invalid ||= unit === undefined
    return unit ?? ''
  })
  return invalid ? undefined : units.toWellFormed()
}
