// Field classes: what is done with a value when nothing more exact is said about its rule or its field. Each built-in rule
// and each known field belongs to one.

import { fields } from '../fields.ts'
import type { FieldClass } from '../fields.ts'
import type { Rule } from './rule.ts'
import type { Action } from './action.ts'

export type { FieldClass } from '../fields.ts'

export const fieldClasses = ['public', 'internal', 'personal', 'secret'] as const satisfies readonly FieldClass[]

/** What happens where the policy says nothing. */
export const classDefaults: Readonly<Record<FieldClass, Action>> = Object.freeze({ public: 'keep', internal: 'keep', personal: 'remove', secret: 'remove' })

/** Rules of the engine that are no detectors, as far as a policy may speak of them. */
export const nameRules: Readonly<Record<string, FieldClass>> = Object.freeze({ key_name: 'secret', personal_name: 'personal', path: 'secret' })

/** The class of whatever each rule finds. */
export function classesOfRules(rules: readonly Rule[]): ReadonlyMap<string, FieldClass> {
  return new Map([...Object.entries(nameRules), ...rules.map(({ id, finds }) => [id, finds] as const)])
}

/** The class that a field of Blotter's own was declared with, or undefined. */
export const classOfField: ReadonlyMap<string, FieldClass> = new Map(Object.values(fields).map(({ key, holds }) => [key, holds] as const))
