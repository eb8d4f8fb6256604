// Where findings go while a record is redacted: who is told of them, and what stands in their place.

import { errorRuleId, placeholder } from './placeholder.ts'
import type { Value } from '../record.ts'

/** `observed`: the value was left as it is, because the policy only watches this rule. */
export type Found = (ruleId: string, outcome?: 'observed') => void

/** Instead of a secret; undefined leaves it as it is. */
export type ReplaceWith = (ruleId: string, secret: Value) => Value | undefined

export interface Sink {
  readonly found: (ruleId: string, outcome?: 'observed') => void
  /** What would stand in its place, without telling. */
  readonly peek: (ruleId: string, secret: Value) => Value | undefined
  /** What stands in its place from now on. */
  readonly take: (ruleId: string, secret: Value) => Value | undefined
}

/** What stands in the place of a value; of one that cannot be replaced as the policy wants, nothing is left. */
export function taken(ruleId: string, value: Value, sink: Sink): Value | undefined {
  try {
    return sink.take(ruleId, value)
  } catch {
    sink.found(errorRuleId)
    return placeholder(errorRuleId)
  }
}

export function createSink(found: Found, replaceWith: ReplaceWith = placeholder): Sink {
  return {
    found,
    peek: replaceWith,
    take(ruleId, secret) {
      const replacement = replaceWith(ruleId, secret)
      if (replacement === undefined) found(ruleId, 'observed')
      else found(ruleId)
      return replacement
    },
  }
}
