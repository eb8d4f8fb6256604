// Regular expressions as Go has them: linear in the text, whatever the expression. RE2JS runs them; those that only
// look for texts never get there.

import { RE2JS } from 're2js'
import { LogQLError } from '../errors.ts'
import { compileExpansion } from './regex-expand.ts'
import { compileSimple, simplifyRegex } from './regex-simple.ts'
import type { SimpleRegex } from './regex-simple.ts'

export interface Regex {
  /** Of the named groups, in order. */
  readonly names: readonly string[]
  /** Present when `test` only looks for texts: then {@link compileRegex} never runs an expression for it. */
  readonly simple: SimpleRegex | undefined
  test(text: string): boolean
  /** Named groups of the first match; '' for those that took no part. */
  groups(text: string): ReadonlyMap<string, string> | undefined
  /** All matches replaced; `$1`, `$name`, `${name}` as Go's Expand. */
  replaceAll(text: string, template: string): string
  replaceAllLiteral(text: string, replacement: string): string
  /** The template filled with the first match (label_replace); undefined: no match. */
  expand(text: string, template: string): string | undefined
  count(text: string): number
}

/** Line filters (`anchored` false) and label filters (true), with their short cuts; everything else of stages. */
export function compileRegex(source: string, anchored: boolean): Regex {
  const engine = compileEngine(source, anchored ? `^(?:${source})$` : source)
  const simple = simplifyRegex(source, anchored)
  return regexOf(engine, simple, simple === undefined ? (text) => engine.test(text) : compileSimple(simple))
}

/** Matchers of stream selectors and of drop and keep: the whole value, and `.` matches a newline. */
export function compileMatcherRegex(source: string): Regex {
  const engine = compileEngine(source, `^(?s:${source})$`)
  return regexOf(engine, undefined, (text) => engine.test(text))
}

/** What Go says of an expression that cannot be read. It repeats the expression: for labels of the line that holds it. */
export function regexProblem(source: string): string {
  try {
    RE2JS.compile(source)
    return ''
  } catch (error) {
    return error instanceof Error ? error.message : 'error parsing regexp'
  }
}

function compileEngine(source: string, wrapped: string): RE2JS {
  try {
    // By itself, too: `a)(b` is an expression only between parentheses.
    const alone = RE2JS.compile(source)
    return wrapped === source ? alone : RE2JS.compile(wrapped)
  } catch {
    throw new LogQLError('error parsing regexp')
  }
}

function regexOf(engine: RE2JS, simple: SimpleRegex | undefined, test: (text: string) => boolean): Regex {
  const indexes = engine.namedGroups()
  const names = Object.keys(indexes).sort((left, right) => indexes[left]! - indexes[right]!)
  return {
    names, simple, test,
    groups: (text) => namedGroups(engine, names, text),
    replaceAll: (text, template) => {
      const expansion = compileExpansion(template, indexes)
      return replaceMatches(engine, text, (matcher) => expansion((index) => groupText(matcher, index)))
    },
    replaceAllLiteral: (text, replacement) => replaceMatches(engine, text, () => replacement),
    expand: (text, template) => {
      const matcher = engine.matcher(text)
      return matcher.find() ? compileExpansion(template, indexes)((index) => groupText(matcher, index)) : undefined
    },
    count: (text) => countMatches(engine, text),
  }
}

type Matching = ReturnType<RE2JS['matcher']>

function namedGroups(engine: RE2JS, names: readonly string[], text: string): ReadonlyMap<string, string> | undefined {
  const matcher = engine.matcher(text)
  if (!matcher.find()) return undefined
  const groups = new Map<string, string>()
  for (const name of names) groups.set(name, matcher.group(name) ?? '')
  return groups
}

function groupText(matcher: Matching, index: number): string {
  return index > matcher.groupCount() ? '' : matcher.group(index) ?? ''
}

/** Characters of a text with its matches replaced; RangeError beyond. */
const maxReplacedLength = 4 * 1024 * 1024

/** An empty match right behind a match is none, as in Go. */
function replaceMatches(engine: RE2JS, text: string, replacement: (matcher: Matching) => string): string {
  let out = ''
  let copied = 0
  eachMatch(engine, text, (matcher, start, end) => {
    out += text.slice(copied, start) + replacement(matcher)
    if (out.length > maxReplacedLength) throw new RangeError('the result is too long')
    copied = end
  })
  return copied === 0 && out === '' ? text : out + text.slice(copied)
}

function countMatches(engine: RE2JS, text: string): number {
  let matches = 0
  eachMatch(engine, text, () => { matches++ })
  return matches
}

function eachMatch(engine: RE2JS, text: string, visit: (matcher: Matching, start: number, end: number) => void): void {
  const matcher = engine.matcher(text)
  let lastEnd = -1
  while (matcher.find()) {
    const start = matcher.start()
    const end = matcher.end()
    if (end > lastEnd || start === 0) visit(matcher, start, end)
    lastEnd = end
  }
}
