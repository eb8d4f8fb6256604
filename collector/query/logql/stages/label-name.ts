// Names of labels out of keys of a line: letters, digits and underscores; everything else becomes an underscore.

import { ownedText } from './owned-text.ts'

const maxKnownNames = 10_000
const maxKnownLength = 200

/** A key of the top level: a leading digit gets an underscore before it. */
export function labelName(key: string): string {
  const name = nestedName(key)
  return startsWithDigit(name) ? `_${name}` : name
}

/** A key below another one, whose name stands before it. */
export function nestedName(key: string): string {
  return isPlain(key) ? key : key.trim().replace(/[^a-zA-Z0-9_]/gu, '_')
}

/** Remembers names: lines of a stream repeat their keys. Forgets all of them when lines with random keys come along. */
export function rememberNames(name: (key: string) => string): (key: string) => string {
  const known = new Map<string, string>()
  return (key) => {
    const before = known.get(key)
    if (before !== undefined) return before
    if (key.length > maxKnownLength) return name(key)
    if (known.size >= maxKnownNames) known.clear()
    const own = ownedText(key)
    const found = name(own)
    known.set(own, found)
    return found
  }
}

function startsWithDigit(name: string): boolean {
  const code = name.charCodeAt(0)
  return code >= 48 && code <= 57
}

function isPlain(key: string): boolean {
  return /^[a-zA-Z0-9_]*$/.test(key)
}
