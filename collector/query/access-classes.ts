// Which class a value of a record belongs to, by where it stands and what it is called. A policy of redaction that names
// the field decides; then what Blotter says of its own fields; then what the name of the key gives away.

import { effectsOf, fieldClasses, fields } from '@blotter/processors'
import type { Effect, FieldClass, PolicyPart, RedactionPolicy } from '@blotter/processors'

export type Place = 'attributes' | 'resource' | 'body'

export interface FieldClassifier {
  /** `key`: of an attribute, or of a member of the body at any depth. */
  classOf(place: Place, key: string): FieldClass
  /** Whether the policy leaves secrets where they are. Elsewhere none reaches the store, and nobody has to be kept from any. */
  readonly keepsSecrets: boolean
}

/**
 * Where nothing is said: the resource tells of the process that sent, not of people; what a sender added is internal; a
 * payload may hold anything, so that it is personal as a whole.
 */
const usual: Readonly<Record<Place, FieldClass>> = { attributes: 'internal', resource: 'public', body: 'personal' }

const own: ReadonlyMap<string, FieldClass> = new Map(Object.values(fields).map(({ key, holds }) => [key, holds]))

/** Keys that are remembered: they come from senders. */
const mostKeys = 10_000

const classifiers = new WeakMap<PolicyPart, FieldClassifier>()

/** The same object each time. */
export function classifierOf(policy: RedactionPolicy, workspace: string): FieldClassifier {
  const part = policy.workspaces.get(workspace) ?? policy.base
  const known = classifiers.get(part) ?? createClassifier(part)
  classifiers.set(part, known)
  return known
}

function createClassifier(part: PolicyPart): FieldClassifier {
  const { ofRule } = effectsOf(part)
  const classOfKey = createClassOfKey(part)
  const remembered = new Map<string, FieldClass>()
  return {
    keepsSecrets: ['key_name', 'field_secret'].some((rule) => leaves(ofRule(rule))),
    classOf(place, key) {
      const name = `${place} ${key}`
      const known = remembered.get(name) ?? classOfKey(place, key)
      if (remembered.size >= mostKeys) remembered.clear()
      remembered.set(name, known)
      return known
    },
  }
}

/** The policy's way of finding fields by their names, each class answered by an action of its own. */
function createClassOfKey(part: PolicyPart): (place: Place, key: string) => FieldClass {
  const telling = effectsOf({ ...part, classes: { public: 'keep', internal: 'keep', personal: 'mask', secret: 'remove' }, rules: new Map() })
  return function classOfKey(place, key) {
    const path = [`${place}.${key}`, `${place}[${JSON.stringify(key)}]`].find((candidate) => part.fields.has(candidate))
    const named = path === undefined ? telling.fieldRule(key)?.slice('field_'.length) : part.fields.get(path)
    if (isClass(named)) return named
    return classOfEffect(telling.ofField(path ?? key)) ?? (place === 'attributes' ? own.get(key) : undefined) ?? usual[place]
  }
}

/** What a policy removes may still stand in records of the time before it: as secret as can be. */
function classOfEffect(effect: Effect): FieldClass | undefined {
  if (leaves(effect)) return undefined
  return effect === 'remove' ? 'secret' : 'personal'
}

function leaves(effect: Effect): boolean {
  return effect === 'keep' || effect === 'off' || effect === 'observe'
}

function isClass(name: string | undefined): name is FieldClass {
  return (fieldClasses as readonly (string | undefined)[]).includes(name)
}
