// What a key says about its value. Keys come again and again, so it is worked out once; they come from senders, so the
// memory is bounded and then starts afresh.

import { knownKeys, namingKeys } from '../fields.ts'
import { createKeyNameRule, personalKey, rememberedKeys } from './key-name.ts'
import { errorRuleId, withoutPlaceholders } from './placeholder.ts'
import { createSink } from './sink.ts'
import type { Context } from './first-look.ts'
import type { TextRedactor } from './text.ts'

export interface KeyFacts {
  /** The rule by which the value goes, whatever it is. */
  readonly ruleId: string | undefined
  /** The same where the key is one of Blotter's own: only the operator's word counts. */
  readonly ownRuleId: string | undefined
  /** One of Blotter's own, as an attribute. */
  readonly own: boolean
  /** A field of Blotter's own that says who or what: personal data stays there, unless the operator says otherwise. */
  readonly naming: boolean
  /** Nothing was found in the key itself. */
  readonly plain: boolean
  readonly context: Context
}

export interface KeyOptions {
  /** Further key names whose value is always replaced, in any spelling. Default none. */
  readonly keys?: readonly string[]
  /** The rule of a key that the operator chose; undefined: the built-in names decide. Pure: answers are remembered. */
  readonly fieldRule?: (key: string) => string | undefined
  /** Whether names for personal data (`firstName`, `birth_date`) decide too, under the rule id `personal_name`. Default false. */
  readonly personalKeys?: boolean
}

const longestRememberedKey = 256

export function createKeyFacts({ keys, fieldRule, personalKeys }: KeyOptions, redactText: TextRedactor & { contextOf(key: string): Context }): (key: string) => KeyFacts {
  const isSecret = createKeyNameRule(keys)
  const known = new Map<string, KeyFacts>()
  const silent = createSink(() => {})
  function factsOf(key: string): KeyFacts {
    const ownRuleId = fieldRule?.(key)
    const clean = redactText(key, silent, 0)
    const name = withoutPlaceholders(clean) // the name of a rule says nothing about the value
    const named = isSecret(name) ? 'key_name' : personalKeys === true && personalKey(name) ? 'personal_name' : undefined
    return { ruleId: ownRuleId ?? named, ownRuleId, own: knownKeys.has(key), naming: namingKeys.has(key), plain: clean === key, context: redactText.contextOf(name) }
  }
  /** Where a key breaks detection, it goes, and its value with it. */
  function safely(key: string): KeyFacts {
    try {
      return factsOf(key)
    } catch {
      return { ruleId: errorRuleId, ownRuleId: errorRuleId, own: false, naming: false, plain: false, context: { words: '', candidates: [] } }
    }
  }
  return function keyFacts(key) {
    const answer = known.get(key)
    if (answer !== undefined) return answer
    if (known.size >= rememberedKeys) known.clear()
    const facts = safely(key)
    if (key.length <= longestRememberedKey) known.set(key, facts)
    return facts
  }
}
