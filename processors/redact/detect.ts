// Finds secrets inside text. Two stages: one look for evidence, which most strings do not have, then the patterns
// of those rules that have it.

import { isPlaceholder, placeholder } from './rule.ts'
import type { Rule } from './rule.ts'

export interface Detector {
  /** The text with each finding replaced, or the same string; `found` is told the rule of each. */
  (text: string, found: (ruleId: string) => void): string
}

/** Shorter than any secret worth the name: `cvv=123` is the shortest that a rule looks for. */
const shortest = 7

interface Compiled { readonly rule: Rule; readonly evidence: RegExp }

export function createDetector(rules: readonly Rule[]): Detector {
  const any = new RegExp(rules.map((rule) => rule.evidence).join('|'))
  const compiled: readonly Compiled[] = rules.map((rule) => ({
    rule,
    evidence: new RegExp(rule.evidence),
  }))
  return function detect(text, found) {
    if (text.length < shortest || !any.test(text)) return text
    let current = text
    for (const { rule, evidence } of compiled) {
      if (evidence.test(current)) current = replaceAll(current, rule, found)
    }
    return current
  }
}

function replaceAll(text: string, { id, pattern, valid }: Rule, found: (ruleId: string) => void): string {
  let out = ''
  let copied = 0
  for (const match of text.matchAll(pattern)) {
    const secret = match.groups?.['s'] ?? match[0]
    if (isPlaceholder(secret) || (valid !== undefined && !valid(secret))) continue
    const start = match.index + match[0].lastIndexOf(secret)
    out += text.slice(copied, start) + placeholder(id)
    copied = start + secret.length
    found(id)
  }
  return copied === 0 ? text : out + text.slice(copied)
}
