// What a laxer policy left of a value, taken away by a stricter one: a mask that a process made, or that is stored here,
// becomes `[redacted:…]` where the policy says remove. It works on placeholders only, whose rule is known.

import { isMap, valueMap } from '../record.ts'
import { strictness } from './action.ts'
import { placeholder, ruleOfPlaceholder } from './placeholder.ts'
import { strictnessOf } from './policy-effects.ts'
import type { Value, ValueMap } from '../record.ts'
import type { Effect, Effects } from './policy-effects.ts'

const forms = { masked: strictness.mask, token: strictness.tokenise, sealed: strictness.encrypt } as const

/** The forms in which something is left, as placeholder.ts has them. */
const leftovers = /\[(masked|token|sealed):([a-z0-9_]{1,40}):[A-Za-z0-9._:-]{1,65536}\]/g

export interface Harden { (value: Value): Value }

/** Whether the value is a placeholder that leaves no more than `effect` does. */
export function isGone(value: Value, effect: Effect): boolean {
  if (typeof value !== 'string' || ruleOfPlaceholder(value) === undefined) return false
  return (forms[value.slice(1, value.indexOf(':')) as keyof typeof forms] ?? strictness.remove) >= strictnessOf(effect)
}

/** By what the policy does now with what the rule finds, and with the field that the policy names. */
export function createHarden({ ofRule, fieldRule }: Pick<Effects, 'ofRule' | 'fieldRule'>): Harden {
  function text(value: string): string {
    if (!value.includes('[')) return value
    return value.replace(leftovers, (whole, form: keyof typeof forms, ruleId: string) => (strictnessOf(ofRule(ruleId)) > forms[form] ? placeholder(ruleId) : whole))
  }
  function harden(value: Value): Value {
    if (typeof value === 'string') return text(value)
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return changed(value as readonly Value[], (value as readonly Value[]).map(harden))
    return isMap(value) ? hardenMap(value) : value
  }
  function hardenMap(map: ValueMap): ValueMap {
    let copy: { [key: string]: Value } | undefined
    for (const key in map) {
      const value = map[key]!
      const hard = hardenMember(key, value)
      const name = text(key)
      if (name !== key) return renamed(map)
      if (hard !== value) (copy ??= Object.assign(valueMap(), map))[key] = hard
    }
    return copy ?? map
  }
  function renamed(map: ValueMap): ValueMap {
    return valueMap(Object.keys(map).map((key) => [text(key), hardenMember(key, map[key]!)] as const))
  }
  function hardenMember(key: string, value: Value): Value {
    if (typeof value !== 'string') return harden(value)
    const field = ruleOfPlaceholder(value) === undefined ? undefined : fieldRule(key)
    return field === undefined || isGone(value, ofRule(field)) ? text(value) : placeholder(field)
  }
  return harden
}

function changed(before: readonly Value[], after: readonly Value[]): readonly Value[] {
  return after.some((member, i) => member !== before[i]) ? after : before
}
