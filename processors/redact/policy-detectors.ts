// Detector rules of the operator's own. They are held to what the built-in ones are held to: keywords before the pattern,
// linear time (here by an engine that cannot do otherwise, since nobody has tested the pattern), and examples of what they
// find and what they leave alone, which must be true before the policy is taken.

import { RE2JS } from 're2js'
import { createDetector } from './detect.ts'
import { isObject, listOf, textsOf, unknownKeys } from './policy-check.ts'
import { knownRules } from './placeholder.ts'
import type { Json, Tell } from './policy-check.ts'
import type { Rule, Search } from './rule.ts'

export const detectorLimits = { detectors: 100, patternLength: 1000, keywords: 20, examples: 50, exampleLength: 2000 } as const

const never = /(?!)/g

/** `isTaken`: whether an id is somebody else's. */
export function parseDetectors(source: unknown, path: string, isTaken: (id: string) => boolean, tell: Tell): Rule[] {
  const rules = listOf(source, path, detectorLimits.detectors, tell).map((entry, i) => parseDetector(entry, `${path}[${i}]`, tell))
  rules.forEach((rule, i) => {
    if (rule !== undefined && (isTaken(rule.id) || rules.findIndex((other) => other?.id === rule.id) !== i)) tell(`${path}[${i}].id`, 'is there already: choose another')
  })
  return rules.filter((rule) => rule !== undefined)
}

function parseDetector(entry: unknown, path: string, tell: Tell): Rule | undefined {
  let sound = true
  const problem: Tell = (place, message) => { sound = false; tell(place, message) }
  if (!isObject(entry)) { tell(path, 'must be a mapping with id, finds, keywords, pattern and examples'); return undefined }
  unknownKeys(entry, ['id', 'finds', 'keywords', 'pattern', 'examples'], `${path}.`, problem)
  const { id, finds, keywords: given } = entry
  if (typeof id !== 'string' || !/^[a-z][a-z0-9_]{0,39}$/.test(id) || knownRules([]).has(id)) problem(`${path}.id`, 'must be 1 to 40 lower-case letters, digits and underscores, and no name of the engine’s own')
  if (finds !== 'secret' && finds !== 'personal') problem(`${path}.finds`, 'must be secret or personal')
  const keywords = textsOf(given, detectorLimits.keywords, 60)?.map((word) => word.toLowerCase())
  if (keywords === undefined || !keywords.every((word) => /^[\x20-\x7e]{3,}$/.test(word))) problem(`${path}.keywords`, `must list 1 to ${detectorLimits.keywords} words of at least 3 ASCII characters, one of which is in every text that the pattern matches`)
  const search = compile(entry['pattern'], `${path}.pattern`, problem)
  const examples = parseExamples(entry['examples'], `${path}.examples`, problem)
  if (!sound || search === undefined) return undefined
  const rule: Rule = { id: id as string, finds: finds as Rule['finds'], keywords: keywords!, pattern: never, search, examples }
  checkExamples(rule, `${path}.examples`, problem)
  return sound ? rule : undefined
}

/** RE2's syntax; the group `s` is what is replaced, where there is one. */
function compile(source: unknown, path: string, tell: Tell): Search | undefined {
  if (typeof source !== 'string' || source === '' || source.length > detectorLimits.patternLength) {
    tell(path, `must be a pattern of 1 to ${detectorLimits.patternLength} characters`)
    return undefined
  }
  try {
    const compiled = RE2JS.compile(source)
    if (compiled.matches('')) { tell(path, 'must not match the empty text'); return undefined }
    return searchOf(compiled, /\(\?P?<s>/.test(source))
  } catch {
    tell(path, 'is not a pattern of RE2: https://github.com/google/re2/wiki/Syntax, which knows neither look-around nor back-references')
    return undefined
  }
}

function searchOf(compiled: RE2JS, hasGroup: boolean): Search {
  return function search(text, from) {
    const matcher = compiled.matcher(text)
    if (from > text.length || !matcher.find(from)) return undefined
    const isInGroup = hasGroup && matcher.start('s') >= 0
    const [start, end] = isInGroup ? [matcher.start('s'), matcher.end('s')] : [matcher.start(), matcher.end()]
    return { start, end, next: Math.max(matcher.end(), from + 1) }
  }
}

function parseExamples(source: unknown, path: string, tell: Tell): Rule['examples'] {
  const given: Json = isObject(source) ? source : {}
  unknownKeys(given, ['finds', 'ignores'], `${path}.`, tell)
  const finds = textsOf(given['finds'], detectorLimits.examples, detectorLimits.exampleLength)
  const ignores = textsOf(given['ignores'], detectorLimits.examples, detectorLimits.exampleLength)
  if (finds === undefined) tell(`${path}.finds`, `must list 1 to ${detectorLimits.examples} texts in which the rule finds something`)
  if (ignores === undefined) tell(`${path}.ignores`, `must list 1 to ${detectorLimits.examples} texts that it leaves alone`)
  return { finds: finds ?? [], ignores: ignores ?? [] }
}

/** The places of examples that are not true. */
function checkExamples(rule: Rule, path: string, tell: Tell): void {
  for (const { place, message } of brokenExamples(rule)) tell(`${path}.${place}`, message)
}

export interface BrokenExample { readonly place: string; readonly message: string }

export function brokenExamples(rule: Rule): BrokenExample[] {
  const detect = createDetector([rule])
  const found = (text: string): boolean => { let any = false; detect(text, (ruleId) => { any ||= ruleId === rule.id }); return any }
  return [
    ...rule.examples.finds.flatMap((text, i) => (found(text) ? [] : [{ place: `finds[${i}]`, message: 'the rule finds nothing in it: a keyword must be there, and the pattern must match' }])),
    ...rule.examples.ignores.flatMap((text, i) => (found(text) ? [{ place: `ignores[${i}]`, message: 'the rule finds something in it' }] : [])),
  ]
}
