// What one rule finds in a text: the places of its secrets. Linear in the text as long as the rule's pattern is.

import type { Rule, Search } from './rule.ts'

export interface Finding {
  readonly start: number
  readonly end: number
  readonly ruleId: string
  /** The smaller, the more specific. */
  readonly rank: number
}

/** Adds what the rule finds in `text` to `findings`. */
export type Match = (text: string, findings: Finding[]) => void

export function createMatch(rule: Rule, rank: number): Match {
  return rule.search === undefined ? createPatternMatch(rule, rank) : createSearchMatch(rule, rule.search, rank)
}

function createSearchMatch({ id: ruleId, valid }: Rule, search: Search, rank: number): Match {
  return function match(text, findings) {
    for (let found = search(text, 0); found !== undefined; found = search(text, found.next)) {
      const { start, end } = found
      if (end > start && (valid === undefined || valid(text.slice(start, end), { text, start, end }))) findings.push({ start, end, ruleId, rank })
    }
  }
}

function createPatternMatch({ id: ruleId, finds, keywords, pattern, valid }: Rule, rank: number): Match {
  const looksAgain = finds === 'personal' || keywords === undefined
  let own: RegExp | undefined // its lastIndex is nobody else's; made when it is needed, since most of thousands never are
  const placeOf = createPlaceOf(pattern)
  return function match(text, findings) {
    let budget = text.length * 4 + 1024
    own ??= new RegExp(pattern.source, pattern.flags)
    own.lastIndex = 0
    for (let found = own.exec(text); found !== null; found = own.exec(text)) {
      const { start, end } = placeOf(found, text)
      const matchEnd = own.lastIndex
      if (end > start && (valid === undefined || valid(text.slice(start, end), { text, start, end }))) {
        findings.push({ start, end, ruleId, rank })
        own.lastIndex = Math.max(end, found.index + 1)
      } else if (looksAgain && (budget -= matchEnd - found.index) > 0) {
        own.lastIndex = Math.max(start, found.index + 1) // a run of digits that is no number may hold one
      } else if (matchEnd === found.index) {
        own.lastIndex += 1
      }
    }
  }
}

type PlaceOf = (found: RegExpExecArray, text: string) => { readonly start: number; readonly end: number }

/** Where the group `s` is, else the whole match. Asking the engine for the places of groups costs, so it is asked only when in doubt. */
function createPlaceOf(pattern: RegExp): PlaceOf {
  let exact: RegExp | undefined
  return function placeOf(found, text) {
    const [whole] = found
    const secret = found.groups?.['s']
    if (secret === undefined) return { start: found.index, end: found.index + whole.length }
    const at = whole.lastIndexOf(secret)
    if (whole.indexOf(secret) === at) return { start: found.index + at, end: found.index + at + secret.length }
    exact ??= new RegExp(pattern.source, `${pattern.flags.replace('g', '')}dy`)
    exact.lastIndex = found.index
    const [start, end] = exact.exec(text)!.indices!.groups!['s']!
    return { start, end }
  }
}
