// What a policy comes to: for each rule and for each key, what is done with the value.

import { isAction, strictness } from './action.ts'
import { classDefaults, classOfField, classesOfRules, fieldClasses } from './classes.ts'
import { createKeyNameRule, personalKey } from './key-name.ts'
import { fieldRuleId, fieldTargets } from './placeholder.ts'
import { createNames, isPath } from './policy-names.ts'
import { builtinRules } from './rules/index.ts'
import type { Action, RuleAction } from './action.ts'
import type { FieldClass } from './classes.ts'
import type { AllowList } from './policy-allow.ts'
import type { Rule } from './rule.ts'

/** A class, or an action for this field alone. */
export type FieldTarget = FieldClass | Action

/** One policy: the base, or the base with the section of a workspace or a destination over it. */
export interface PolicyPart {
  readonly classes: Readonly<Record<FieldClass, Action>>
  readonly fields: ReadonlyMap<string, FieldTarget>
  readonly rules: ReadonlyMap<string, RuleAction>
  readonly detectors: readonly Rule[]
  readonly allow: readonly AllowList[]
  /** Public keys. */
  readonly recipients: readonly Buffer[]
}

export const emptyPart: PolicyPart = Object.freeze({ classes: classDefaults, fields: new Map(), rules: new Map(), detectors: [], allow: [], recipients: [] })

/** `off` and `observe` leave the value; `observe` is counted. */
export type Effect = Action | 'off' | 'observe'

export function strictnessOf(effect: Effect): number {
  return effect === 'off' || effect === 'observe' ? strictness.keep : strictness[effect]
}

export interface Effects {
  readonly ofRule: (ruleId: string) => Effect
  /** For strictness: of whatever stands under the key, or at the path. */
  readonly ofField: (name: string) => Effect
  /** The rule id of a key that the policy names. */
  readonly fieldRule: (key: string) => string | undefined
  /** Ids of the optional rules that are on. */
  readonly optional: readonly string[]
  readonly rules: readonly Rule[]
}

const isSecretKey = createKeyNameRule()

export function effectsOf(part: PolicyPart): Effects {
  const rules = rulesWith(part.detectors)
  const ofRule = createRuleEffects(part, rules)
  const fieldRule = createFieldRule(part)
  return {
    ofRule,
    fieldRule,
    ofField(name) {
      const target = isPath(name) ? part.fields.get(name) : undefined
      if (isPath(name)) return target === undefined ? 'keep' : ofRule(fieldRuleId(target))
      return ofRule(fieldRule(name) ?? (classOfField.has(name) ? fieldRuleId('keep') : isSecretKey(name) ? 'key_name' : personalKey(name) ? 'personal_name' : fieldRuleId('keep')))
    },
    optional: [...factsOf(rules).optional].filter((id) => ![undefined, 'off'].includes(part.rules.get(id))),
    rules,
  }
}

const lists = new WeakMap<readonly Rule[], readonly Rule[]>()

/** The same list for the same detectors: what is compiled is remembered by it. */
function rulesWith(detectors: readonly Rule[]): readonly Rule[] {
  if (detectors.length === 0) return builtinRules
  const rules = lists.get(detectors) ?? [...builtinRules, ...detectors]
  lists.set(detectors, rules)
  return rules
}

/** Asked for each finding, so that it is worked out once. */
function createRuleEffects(part: PolicyPart, rules: readonly Rule[]): (ruleId: string) => Effect {
  const known = new Map<string, Effect>(fieldTargets.map((target) => [fieldRuleId(target), isAction(target) ? target : part.classes[target]]))
  return function ofRule(ruleId) {
    const answer = known.get(ruleId)
    if (answer !== undefined) return answer
    const { classes, optional } = factsOf(rules)
    const ruleClass = classes.get(ruleId)
    if (ruleClass === undefined) return 'remove'
    const told = part.rules.get(ruleId) ?? (optional.has(ruleId) ? 'off' : 'on')
    const effect = told === 'on' ? part.classes[ruleClass] : told
    known.set(ruleId, effect)
    return effect
  }
}

interface RuleFacts { readonly classes: ReadonlyMap<string, FieldClass>; readonly optional: ReadonlySet<string> }

const facts = new WeakMap<readonly Rule[], RuleFacts>()

function factsOf(rules: readonly Rule[]): RuleFacts {
  const known = facts.get(rules) ?? { classes: classesOfRules(rules), optional: new Set(rules.filter((rule) => rule.optional === true).map(({ id }) => id)) }
  facts.set(rules, known)
  return known
}

/** Ids that a policy can speak of. */
export function knownRuleIds(detectors: readonly Rule[]): ReadonlyMap<string, unknown> {
  return factsOf(rulesWith(detectors)).classes
}

/** Fields of Blotter's own go by the class that they were declared with, where the policy does something with that class. */
function createFieldRule({ classes, fields }: PolicyPart): (key: string) => string | undefined {
  const find = createNames(new Map([...fields].filter(([name]) => !isPath(name))))
  const acting = new Set<string>(fieldClasses.filter((fieldClass) => fieldClass !== 'public' && classes[fieldClass] !== 'keep'))
  return function fieldRule(key) {
    const named = find(key)
    if (named !== undefined) return fieldRuleId(named)
    const declared = classOfField.get(key)
    return declared !== undefined && acting.has(declared) ? fieldRuleId(declared) : undefined
  }
}
