// Patterns of lines: `<ip> - - <_> "<method> <path>"`. What stands in angle brackets takes everything up to the text
// that follows it. The parser `| pattern` and the filters `|>` `!>` read them alike and match them differently.

import { LogQLError } from '../errors.ts'
import type { Labels } from '../entry.ts'

export interface LinePattern {
  /** Of the named captures, in order. */
  readonly names: readonly string[]
  match(line: string): Labels | undefined
  test(line: string): boolean
}

type Part = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'capture'; readonly name: string }

const capture = /<([A-Za-z_][A-Za-z0-9_]*)>/g
const unnamed = '_'

/** Of `| pattern`. */
export function compilePattern(source: string): LinePattern {
  const parts = partsOf(source)
  const names = namesOf(parts)
  if (parts.length === 0) throw new LogQLError('invalid pattern parser: the pattern is empty')
  refuseNeighbours(parts, 'invalid pattern parser: ')
  if (names.length === 0) throw new LogQLError('invalid pattern parser: at least one capture is required')
  if (new Set(names).size < names.length) throw new LogQLError('invalid pattern parser: duplicate capture name: invalid expression')
  return { names, match: (line) => capturesOf(parts, line), test: (line) => capturesOf(parts, line) !== undefined }
}

/** Of `|>` and `!>`: without names. */
export function compilePatternFilter(source: string): LinePattern {
  const parts = partsOf(source)
  if (namesOf(parts).length > 0) throw new LogQLError('named captures are not allowed')
  refuseNeighbours(parts, '')
  const test = (line: string): boolean => fits(parts, line)
  return { names: [], match: (line) => (test(line) ? new Map() : undefined), test }
}

function partsOf(source: string): readonly Part[] {
  const parts: Part[] = []
  let end = 0
  for (const found of source.matchAll(capture)) {
    if (found.index > end) parts.push({ kind: 'text', text: source.slice(end, found.index) })
    parts.push({ kind: 'capture', name: found[1]! })
    end = found.index + found[0].length
  }
  if (end < source.length) parts.push({ kind: 'text', text: source.slice(end) })
  return parts
}

function namesOf(parts: readonly Part[]): string[] {
  return parts.flatMap((part) => (part.kind === 'capture' && part.name !== unnamed ? [part.name] : []))
}

function refuseNeighbours(parts: readonly Part[], stage: string): void {
  const hasNeighbours = parts.some((part, i) => part.kind === 'capture' && parts[i + 1]?.kind === 'capture')
  if (hasNeighbours) throw new LogQLError(`${stage}found consecutive capture: invalid expression`)
}

/** Anchored at the start. A capture whose following text is missing takes the rest, and what comes after takes nothing. */
function capturesOf(parts: readonly Part[], line: string): Labels | undefined {
  const first = parts[0]
  if (line === '' || (first?.kind === 'text' && !line.startsWith(first.text))) return undefined
  const captures = new Map<string, string>()
  let at = first?.kind === 'text' ? first.text.length : 0
  for (const [i, part] of parts.entries()) {
    if (part.kind === 'text') continue
    const next = parts[i + 1]
    const found = next?.kind === 'text' ? line.indexOf(next.text, at) : -1
    const end = found === -1 ? line.length : found
    if (part.name !== unnamed) captures.set(part.name, line.slice(at, end))
    if (found === -1 || next?.kind !== 'text') break
    at = found + next.text.length
  }
  return captures
}

/**
 * Not anchored at the start, but at the end: what is left behind the last text must be taken by a capture. Each text is
 * taken at its first place; no other is tried. A capture takes at least one character.
 */
function fits(parts: readonly Part[], line: string): boolean {
  if (parts.length === 0) return line === ''
  let at = 0
  for (const [i, part] of parts.entries()) {
    if (part.kind === 'capture') continue
    const found = line.indexOf(part.text, at)
    if (found === -1 || (i > 0 && found === at)) return false
    at = found + part.text.length
  }
  return parts.at(-1)?.kind === 'capture' ? at < line.length : at === line.length
}
