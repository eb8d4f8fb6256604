// Finds secrets inside text. Two stages: one look for evidence, which most strings do not have, then the patterns
// of those rules that have it.

import { isPlaceholder, placeholder } from './rule.ts'
import type { Rule, Shape } from './rule.ts'

export interface Detector {
  /** The text with each finding replaced, or the same string; `found` is told the rule of each. */
  (text: string, found: (ruleId: string) => void): string
}

/** Shorter than any secret worth the name: `cvv=123` is the shortest that a rule looks for. */
const shortest = 7

interface Compiled { readonly rule: Rule; readonly has: (text: string, lower: string) => boolean }

export function createDetector(rules: readonly Rule[]): Detector {
  const compiled: readonly Compiled[] = rules.filter(({ optional }) => optional !== true).map((rule) => ({ rule, has: evidenceOf(rule) }))
  return function detect(text, found) {
    if (text.length < shortest) return text
    const lower = text.toLowerCase()
    let current = text
    for (const { rule, has } of compiled) if (has(text, lower)) current = replaceAll(current, rule, found)
    return current
  }
}

const shapes: Readonly<Record<Shape, RegExp>> = {
  digits: /[0-9](?:[^0-9A-Za-z]?[0-9]){7}/, at: /@/, dots: /\..{0,50}\..{0,50}\./, colons: /:[^:]{0,50}:/, token: /[A-Za-z0-9_+/=.-]{20}/,
}

function evidenceOf({ keywords, shape }: Rule): Compiled['has'] {
  if (keywords !== undefined) return (_, lower) => keywords.some((keyword) => lower.includes(keyword))
  return shape === undefined ? () => true : (text) => shapes[shape].test(text)
}

function replaceAll(text: string, { id, pattern, valid }: Rule, found: (ruleId: string) => void): string {
  let out = ''
  let copied = 0
  for (const match of text.matchAll(pattern)) {
    const secret = match.groups?.['s'] ?? match[0]
    const start = match.index + match[0].lastIndexOf(secret)
    if (isPlaceholder(secret) || (valid !== undefined && !valid(secret, { text, start, end: start + secret.length }))) continue
    out += text.slice(copied, start) + placeholder(id)
    copied = start + secret.length
    found(id)
  }
  return copied === 0 ? text : out + text.slice(copied)
}
