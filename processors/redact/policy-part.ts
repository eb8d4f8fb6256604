// One part of the policy: what everybody has, or a section over it, which may be stricter and never laxer.

import { actions, isAction, ruleActions } from './action.ts'
import { fieldClasses } from './classes.ts'
import { fixedKeys } from '../fields.ts'
import { foldedKey } from './key-words.ts'
import { parseAllow } from './policy-allow.ts'
import { isObject, listOf, membersOf, shown, unknownKeys } from './policy-check.ts'
import { parseDetectors } from './policy-detectors.ts'
import { effectsOf, knownRuleIds, strictnessOf } from './policy-effects.ts'
import { compiles, isPath } from './policy-names.ts'
import { builtinRules } from './rules/index.ts'
import { mostRecipients, parseRecipient } from './seal-to.ts'
import type { Action, RuleAction } from './action.ts'
import type { FieldClass } from './classes.ts'
import type { Tell } from './policy-check.ts'
import type { Effects, FieldTarget, PolicyPart } from './policy-effects.ts'

export const partKeys = ['classes', 'fields', 'rules', 'detectors', 'allow', 'recipients'] as const

export const partLimits = { fields: 1000, nameLength: 300 } as const

const builtinIds: ReadonlySet<string> = new Set(builtinRules.map(({ id }) => id))

/** `prefix`: of the places, such as `workspaces.shop.`. `over`: what holds where the part says nothing. `more`: keys that the caller reads. */
export function parsePart(source: unknown, prefix: string, over: PolicyPart, tell: Tell, more: readonly string[] = []): PolicyPart {
  if (source !== undefined && source !== null && !isObject(source)) tell(prefix === '' ? '(file)' : prefix.slice(0, -1), `must be a mapping of ${[...more, ...partKeys].join(', ')}`)
  const given = isObject(source) ? source : {}
  unknownKeys(given, [...more, ...partKeys], prefix, tell)
  const at = (key: string): string => `${prefix}${key}`
  const own = parseDetectors(given['detectors'], at('detectors'), (id) => builtinIds.has(id) || over.detectors.some((rule) => rule.id === id), tell)
  const detectors = own.length === 0 ? over.detectors : [...over.detectors, ...own]
  const recipients = parseRecipients(given['recipients'], at('recipients'), tell)
  const part: PolicyPart = {
    classes: { ...over.classes, ...parseClasses(given['classes'], at('classes'), tell) },
    fields: new Map([...over.fields, ...parseFields(given['fields'], at('fields'), tell)]),
    rules: new Map([...over.rules, ...parseRules(given['rules'], at('rules'), knownRuleIds(detectors), tell)]),
    detectors,
    allow: [...over.allow, ...parseAllow(given['allow'], at('allow'), tell)],
    recipients: recipients.length === 0 ? over.recipients : recipients,
  }
  checkRecipients(part, at, tell)
  return part
}

function parseClasses(source: unknown, path: string, tell: Tell): Partial<Record<FieldClass, Action>> {
  const classes: Partial<Record<FieldClass, Action>> = {}
  for (const [name, action] of membersOf(source, path, 'class to action', tell)) {
    if (!(fieldClasses as readonly string[]).includes(name)) tell(`${path}.${shown(name)}`, `is no class; classes are ${fieldClasses.join(', ')}`)
    else if (!isAction(action)) tell(`${path}.${name}`, `must be one of ${actions.join(', ')}`)
    else if (name === 'public' && action !== 'keep') tell(`${path}.public`, 'is what needs no protection: give the fields another class')
    else classes[name as FieldClass] = action
  }
  return classes
}

function parseFields(source: unknown, path: string, tell: Tell): [string, FieldTarget][] {
  const members = membersOf(source, path, 'key or path to class or action', tell)
  if (members.length > partLimits.fields) tell(path, `must have at most ${partLimits.fields} members`)
  return members.flatMap(([name, target]) => {
    const place = `${path}.${shown(name)}`
    if (name.length > partLimits.nameLength || (!isPath(name) && foldedKey(name) === '')) tell(place, 'must be the name of a key, of letters and digits, or a path')
    else if (isPath(name) && !compiles(name)) tell(place, 'must be a path in the syntax of fast-redact, such as body.items[*].card or attributes["crm.note"]')
    else if (fixedKeys.has(name)) tell(place, 'ties records together, or is the collector’s own: it stays')
    else if (!isAction(target) && !(fieldClasses as readonly unknown[]).includes(target)) tell(place, `must be a class (${fieldClasses.join(', ')}) or an action (${actions.join(', ')})`)
    else return [[name, target as FieldTarget] as [string, FieldTarget]]
    return []
  })
}

function parseRules(source: unknown, path: string, known: ReadonlyMap<string, unknown>, tell: Tell): [string, RuleAction][] {
  return membersOf(source, path, 'rule to action', tell).flatMap(([id, action]) => {
    const told = typeof action === 'boolean' ? (action ? 'on' : 'off') : action // YAML 1.1 reads on and off as true and false
    if (!known.has(id)) tell(`${path}.${shown(id)}`, 'is no rule; see blotter redact rules')
    else if (!(ruleActions as readonly unknown[]).includes(told)) tell(`${path}.${id}`, `must be one of ${ruleActions.join(', ')}`)
    else return [[id, told as RuleAction] as [string, RuleAction]]
    return []
  })
}

function parseRecipients(source: unknown, path: string, tell: Tell): Buffer[] {
  return listOf(source, path, mostRecipients, tell).flatMap((text, i) => {
    const key = parseRecipient(text)
    if (key === undefined) tell(`${path}[${i}]`, 'must be a public key such as blotter redact keygen prints: hpke-x25519:…')
    return key === undefined ? [] : [key]
  })
}

function checkRecipients({ classes, fields, rules, recipients }: PolicyPart, at: (key: string) => string, tell: Tell): void {
  const encrypts = [...Object.values(classes), ...fields.values(), ...rules.values()].includes('encrypt')
  if (encrypts && recipients.length === 0) tell(at('recipients'), 'must name at least one, since something is to be encrypted')
}

/** Whatever the section says itself must be as strict as what everybody has. */
export function checkStricter(source: unknown, prefix: string, part: PolicyPart, base: PolicyPart, everybodys: Effects, tell: Tell): void {
  const given = isObject(source) ? source : {}
  const keysIn = (key: string): string[] => (isObject(given[key]) ? Object.keys(given[key]) : [])
  if (keysIn('rules').length + keysIn('fields').length + keysIn('classes').length === 0) return
  const own = effectsOf(part)
  const lax = (place: string): void => { tell(`${prefix}${place}`, 'must not be laxer than it is for everybody') }
  for (const name of fieldClasses) if (strictnessOf(part.classes[name]) < strictnessOf(base.classes[name])) lax(`classes.${name}`)
  for (const id of keysIn('rules')) if (part.rules.has(id) && strictnessOf(own.ofRule(id)) < strictnessOf(isNew(id, part, base) ? 'keep' : everybodys.ofRule(id))) lax(`rules.${shown(id)}`)
  for (const name of keysIn('fields')) if (part.fields.has(name) && strictnessOf(own.ofField(name)) < strictnessOf(everybodys.ofField(name))) lax(`fields.${shown(name)}`)
}

function isNew(id: string, part: PolicyPart, base: PolicyPart): boolean {
  return part.detectors.some((rule) => rule.id === id) && !base.detectors.some((rule) => rule.id === id)
}
