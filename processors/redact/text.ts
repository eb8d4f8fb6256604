// Redacts one text: what the rules find in it as it is, folded, percent-decoded, in base64, in the parameters, headers and
// JSON that it holds. A text without evidence costs one look.

import { toPlain } from '../value.ts'
import { findEncoded, findEncodedJson, mayBeEncoded } from './encoded.ts'
import { fold, isPlain, speaks } from './first-look.ts'
import { redactJsonText } from './json-text.ts'
import { createMatch } from './match.ts'
import { replaceFindings } from './overlap.ts'
import { findHeaders, findMembers, findParameters } from './parameters.ts'
import { errorRuleId, knownRules, placeholder } from './placeholder.ts'
import { createPrefilter, holds } from './prefilter.ts'
import { decodePercent, hidePlaceholders } from './view.ts'
import type { Value } from '../record.ts'
import type { Context } from './first-look.ts'
import type { Finding, Match } from './match.ts'
import type { KeyRule } from './parameters.ts'
import type { Look, Prefilter } from './prefilter.ts'
import type { Rule } from './rule.ts'
import type { Sink } from './sink.ts'

export interface TextRedactor {
  /** `level`: how many encodings were taken off to get this text. */
  (text: string, sink: Sink, level: number, context?: Context): string
}

/** What structure says where a text has one; without it, rules alone look at a text. */
export interface Structure {
  /** Rules whose placeholders count. */
  readonly known: ReadonlySet<string>
  readonly ruleOf: KeyRule
  redactValue(value: Value, sink: Sink, level: number): Value
}

/** Shorter than any secret worth the name: `pw=abc`. */
const shortest = 6
/** JSON in JSON is the deepest that is looked into. */
const deepestLevel = 2
/** What is found in the output of a round is new context at work; more than this is no text that anyone wrote in good faith. */
const maxRounds = 12

interface Compiled { readonly prefilter: Prefilter; readonly matches: readonly Match[] }

const compilations = new WeakMap<readonly Rule[], Compiled>()

/** Thousands of rules take tens of milliseconds and megabytes: once for each list of them, whoever asks. */
function compiled(rules: readonly Rule[]): Compiled {
  const known = compilations.get(rules) ?? { prefilter: createPrefilter(rules), matches: rules.map(createMatch) }
  compilations.set(rules, known)
  return known
}

export function createTextRedactor(rules: readonly Rule[], structure?: Structure): TextRedactor & { readonly contextOf: (key: string) => Context } {
  const { prefilter, matches } = compiled(rules)
  const lastRank = rules.length
  const known = structure?.known ?? knownRules(rules)
  const isKnown = (ruleId: string): boolean => known.has(ruleId)

  function redactText(text: string, sink: Sink, level: number, context?: Context): string {
    if (text.length < shortest) return text
    const look = prefilter(text)
    if (isPlain(look, text) && !speaks(look, text, context)) return text
    const once = pass(text, look, sink, level, context)
    return once === text && (look.bits & holds.other) === 0 ? text : settle(once, unobserved(sink), level, context)
  }

  /** What was replaced, and what a text says when it is folded, may be evidence in its turn: until nothing is found any more. */
  function settle(text: string, sink: Sink, level: number, context: Context | undefined): string {
    let current = text
    for (let round = 0; round < maxRounds; round += 1) {
      let next = pass(current, prefilter(current), sink, level, context)
      if (next === current) {
        const folded = fold(current)
        next = folded === current ? current : pass(folded, prefilter(folded), sink, level, context)
        if (next === folded) return current
      }
      current = next
    }
    sink.found(errorRuleId)
    return placeholder(errorRuleId)
  }

  /** One time through everything. The same string when nothing was found. */
  function pass(text: string, look: Look, sink: Sink, level: number, context: Context | undefined): string {
    if (structure !== undefined && level < deepestLevel && (look.bits & holds.open) !== 0 && (look.bits & holds.quote) !== 0) {
      const redacted = redactJsonText(text, (value) => structure.redactValue(value, sink, level + 1), (inner) => redactText(inner, sink, level + 1))
      if (redacted !== text) return redacted
    }
    return replaceFindings(text, find(text, look, sink, level, context), (ruleId, secret) => {
      const replacement = sink.take(ruleId, secret)
      return replacement === undefined || typeof replacement === 'string' ? replacement : JSON.stringify(toPlain(replacement))
    })
  }

  function find(text: string, look: Look, sink: Sink, level: number, context: Context | undefined): readonly Finding[] {
    const hidden = look.placeholders ? hidePlaceholders(text, isKnown) : undefined
    const findings = findPlain(hidden?.text ?? text, look, context)
    if (level < deepestLevel && (look.bits & holds.percent) !== 0) findDecoded(hidden?.text ?? text, sink, level, context, findings)
    if (level < deepestLevel && mayBeEncoded(hidden?.text ?? text, look)) findEncoded(hidden?.text ?? text, lastRank, (decoded) => firstIn(decoded, sink, level + 1), findings)
    if (hidden === undefined) return findings
    return findings
      .filter(({ start, end }) => hidden.text.slice(start, end).replaceAll(hidden.sign, '') !== '')
      .map((finding) => ({ ...finding, start: hidden.startOf(finding.start), end: hidden.endOf(finding.end) }))
  }

  function findPlain(text: string, look: Look, context: Context | undefined): Finding[] {
    const findings: Finding[] = []
    if (speaks(look, text, context)) findInContext(text, look, context!, findings)
    else for (const number of look.candidates) matches[number]!(text, findings)
    if (structure === undefined) return findings
    if ((look.bits & holds.equals) !== 0 && (look.bits & (holds.ampersand | holds.question)) !== 0) findParameters(text, lastRank, structure.ruleOf, findings)
    if ((look.bits & holds.open) !== 0 && (look.bits & holds.colon) !== 0) findMembers(text, lastRank, structure.ruleOf, findings)
    if ((look.bits & holds.newline) !== 0 && (look.bits & holds.colon) !== 0) findHeaders(text, lastRank, structure.ruleOf, findings)
    return findings
  }

  function findInContext(text: string, look: Look, { words, candidates }: Context, findings: Finding[]): void {
    const inContext: Finding[] = []
    const whole = words + text
    for (const number of new Set([...look.candidates, ...candidates])) matches[number]!(whole, inContext)
    for (const finding of inContext) {
      if (finding.end > words.length) findings.push({ ...finding, start: Math.max(0, finding.start - words.length), end: finding.end - words.length })
    }
  }

  function findDecoded(text: string, sink: Sink, level: number, context: Context | undefined, findings: Finding[]): void {
    const decoded = decodePercent(text, fold)
    if (decoded === undefined) return
    const look = prefilter(decoded.text)
    for (const finding of findPlain(decoded.text, look, context)) {
      findings.push({ ...finding, start: decoded.startOf(finding.start), end: decoded.endOf(finding.end) })
    }
    if ((look.bits & holds.open) !== 0) findEncodedJson(text, lastRank, (inner) => firstIn(inner, sink, level + 1), findings)
  }

  /** The rule that is to answer for an encoded text. */
  function firstIn(decoded: string, sink: Sink, level: number): string | undefined {
    let first: string | undefined
    redactText(decoded, { ...sink, found() {}, take(ruleId, secret) { const taken = sink.peek(ruleId, secret); if (taken !== undefined) first ??= ruleId; return taken } }, level)
    return first
  }

  return Object.assign(redactText, { contextOf: (key: string): Context => ({ words: `${key.slice(-64)}: `, candidates: prefilter(key).candidates }) })
}

/** What is only observed is told once, not in every round. */
function unobserved(sink: Sink): Sink {
  return { ...sink, take: (ruleId, secret) => { const taken = sink.peek(ruleId, secret); if (taken !== undefined) sink.found(ruleId); return taken } }
}
