// The rules alone, on one text: for their own examples, and for whoever has a text and no record.

import { createSink } from './sink.ts'
import { createTextRedactor } from './text.ts'
import type { Rule } from './rule.ts'
import type { Found } from './sink.ts'

export interface Detector {
  /** The text with each finding replaced, or the same string; `found` is told the rule of each. */
  (text: string, found: Found): string
}

/** All rules that are given, optional ones too. */
export function createDetector(rules: readonly Rule[]): Detector {
  const redactText = createTextRedactor(rules)
  return (text, found) => redactText(text, createSink(found), 0)
}
