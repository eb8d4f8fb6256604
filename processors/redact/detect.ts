// Finds secrets inside text. Two stages: one look for evidence, which most strings do not have, then the linear-time
// patterns of those rules that have it.

import { RE2JS } from 're2js'
import { isPlaceholder, placeholder } from './rule.ts'
import type { Rule } from './rule.ts'

export interface Detector {
  /** The text with each finding replaced, or the same string; `found` is told the rule of each. */
  (text: string, found: (ruleId: string) => void): string
}

/** Shorter than any secret worth the name: `cvv=123` is the shortest that a rule looks for. */
const shortest = 7

interface Compiled { readonly rule: Rule; readonly evidence: RegExp; readonly pattern: RE2JS; readonly group: string | number }

export function createDetector(rules: readonly Rule[]): Detector {
  const any = new RegExp(rules.map((rule) => rule.evidence).join('|'))
  const compiled: readonly Compiled[] = rules.map((rule) => ({
    rule,
    evidence: new RegExp(rule.evidence),
    pattern: RE2JS.compile(rule.pattern),
    group: rule.pattern.includes('(?P<s>') ? 's' : 0,
  }))
  return function detect(text, found) {
    if (text.length < shortest || !any.test(text)) return text
    let current = text
    for (const { rule, evidence, pattern, group } of compiled) {
      if (evidence.test(current)) current = replaceAll(current, rule, pattern, group, found)
    }
    return current
  }
}

function replaceAll(text: string, rule: Rule, pattern: RE2JS, group: string | number, found: (ruleId: string) => void): string {
  const matcher = pattern.matcher(text)
  let out = ''
  let copied = 0
  while (matcher.find()) {
    const match = matcher.group(group)
    if (match === null || isPlaceholder(match) || (rule.valid !== undefined && !rule.valid(match))) continue
    out += text.slice(copied, matcher.start(group)) + placeholder(rule.id)
    copied = matcher.end(group)
    found(rule.id)
  }
  return copied === 0 ? text : out + text.slice(copied)
}
