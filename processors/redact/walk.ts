// Goes through a value, however deep: names decide first, then what the values look like. What was not touched is shared
// with the value that came in.

import { isMap, valueMap } from '../record.ts'
import { createKeyFacts } from './key-facts.ts'
import { errorRuleId, knownRules, placeholder, ruleOfPlaceholder } from './placeholder.ts'
import { saysNothing } from './says-nothing.ts'
import { createTextRedactor } from './text.ts'
import { taken } from './sink.ts'
import type { Value, ValueMap } from '../record.ts'
import type { KeyFacts, KeyOptions } from './key-facts.ts'
import type { Rule } from './rule.ts'
import type { Sink } from './sink.ts'
import type { Context } from './first-look.ts'

export interface Walk {
  text(text: string, sink: Sink): string
  value(value: Value, sink: Sink): Value
  /** The attributes of a record: keys of Blotter's own are not judged by their names, and those that are `fixed` are left alone. */
  attributes(map: ValueMap, sink: Sink, fixed: Fixed): ValueMap
}

export interface Fixed { (key: string, value: Value): boolean }

const nothing: Fixed = () => false

/** `more`: rules that are off here, but perhaps were on where the record comes from. */
export function createWalk(rules: readonly Rule[], options: KeyOptions, more: readonly Rule[] = []): Walk {
  const known = knownRules([...rules, ...more])
  const personal = new Set(rules.filter(({ finds, id }) => finds === 'personal' && id !== 'card').map(({ id }) => id))
  const redactText = createTextRedactor(rules, { known, ruleOf: (key) => keyFacts(key).ruleId, redactValue })
  const keyFacts = createKeyFacts(options, redactText)

  /** Fails closed: a field in which detection breaks is lost, its record is not. */
  function text(text: string, sink: Sink, level: number, context?: Context): string {
    try {
      return redactText(text, sink, level, context)
    } catch {
      sink.found(errorRuleId)
      return placeholder(errorRuleId)
    }
  }

  function redactValue(value: Value, sink: Sink, level: number, context?: Context): Value {
    switch (typeof value) {
      case 'string': return text(value, sink, level, context)
      case 'bigint': case 'number': return redactNumber(value, sink, level, context)
      case 'boolean': return value
    }
    if (value === null) return value
    if (value instanceof Uint8Array) return redactBytes(value, sink, level, context)
    return Array.isArray(value) ? redactArray(value as readonly Value[], sink, level, context) : redactMap(value as ValueMap, sink, level, false, nothing)
  }

  /** A card number sent as a number is still a card number. Goes as a whole, or stays. */
  function redactNumber(value: bigint | number, sink: Sink, level: number, context?: Context): Value {
    if ((value < 1e7 && value > -1e7) || (typeof value === 'number' && !Number.isInteger(value))) return value
    const digits = String(value < 0 ? -value : value)
    let first: string | undefined
    const redacted = text(digits, { found: (ruleId) => { first ??= ruleId }, peek: placeholder, take: (ruleId, secret) => { if (secret === digits) first ??= ruleId; return sign } }, level, context)
    if (first === undefined || (redacted !== sign && redacted !== broken)) return value
    return taken(first, value, sink) ?? value
  }

  /** Bytes that are text are treated as text; other bytes cannot hold a secret that anyone could search for. */
  function redactBytes(value: Uint8Array, sink: Sink, level: number, context?: Context): Value {
    const decoded = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8')
    const redacted = text(decoded, sink, level, context)
    return redacted === decoded ? value : redacted
  }

  function redactArray(list: readonly Value[], sink: Sink, level: number, context?: Context): Value {
    const [name, value] = list
    if (list.length === 2 && isName(name)) { // a header as a pair
      const { ruleId } = keyFacts(name)
      const gone = ruleId === undefined ? value! : redactWhole(value!, ruleId, sink, level)
      if (ruleId !== undefined && gone !== undefined) return gone === value ? list : [name, gone]
    }
    let copy: Value[] | undefined
    for (let i = 0; i < list.length; i += 1) {
      const redacted = redactValue(list[i]!, sink, level, context)
      if (redacted !== list[i]) (copy ??= list.slice())[i] = redacted
    }
    return copy ?? list
  }

  function redactMap(map: ValueMap, sink: Sink, level: number, top: boolean, fixed: Fixed): ValueMap {
    const named = top ? undefined : ruleOfNamed(map)
    let copy: { [key: string]: Value } | undefined
    for (const key in map) {
      const value = map[key]!
      if (top && fixed(key, value)) continue
      const facts = keyFacts(key)
      const cleanKey = facts.plain ? key : text(key, sink, level)
      const redacted = redactMember(value, facts, top && facts.own, key === 'value' ? named : undefined, sink, level)
      if (redacted === value && cleanKey === key) continue
      if (cleanKey !== key) copy = renamed(copy ?? map, key, cleanKey)
      else copy ??= Object.assign(valueMap(), map)
      copy[cleanKey] = redacted
    }
    return copy ?? map
  }

  function redactMember(value: Value, { ruleId, ownRuleId, naming, context }: KeyFacts, own: boolean, named: string | undefined, sink: Sink, level: number): Value {
    const rule = own ? ownRuleId : ruleId ?? named
    return (rule === undefined ? undefined : redactWhole(value, rule, sink, level)) ?? redactValue(value, own && naming ? withoutPersonal(sink) : sink, level, own ? undefined : context)
  }

  let last: { readonly sink: Sink; readonly impersonal: Sink } | undefined // a record has one, and several fields that ask for it

  /** A log must say who: an address stands there as the id that it is. */
  function withoutPersonal(sink: Sink): Sink {
    if (last?.sink !== sink) last = { sink, impersonal: impersonalOf(sink) }
    return last.impersonal
  }

  function impersonalOf(sink: Sink): Sink {
    return { found: sink.found, peek: (ruleId, secret) => (personal.has(ruleId) ? undefined : sink.peek(ruleId, secret)), take: (ruleId, secret) => (personal.has(ruleId) ? undefined : sink.take(ruleId, secret)) }
  }

  /** `{name: 'Authorization', value: '…'}`: a header, a form field or a variable as an object. */
  function ruleOfNamed(map: ValueMap): string | undefined {
    if (!('value' in map)) return undefined
    const name = map['name'] ?? map['key'] ?? map['header']
    return isName(name) ? keyFacts(name).ruleId : undefined
  }

  /** Under a secret key everything goes, except what says nothing: no value, yes or no, and what is already gone. Undefined: the policy leaves it to the other rules. */
  function redactWhole(value: Value, ruleId: string, sink: Sink, level: number): Value | undefined {
    if (value === null || typeof value === 'boolean' || value === '' || isGone(value, ruleId)) return value
    if (Array.isArray(value) && value.every((member) => isGone(member, ruleId))) return value
    if (isMap(value) && Object.keys(value).length === 0) return value
    if (level > 0 && saysNothing(value)) return undefined // in a text, it may be a schema, a form, a list of dependencies
    return taken(ruleId, value, sink)
  }

  function isGone(value: Value, ruleId: string): boolean {
    if (typeof value !== 'string') return false
    const by = ruleOfPlaceholder(value)
    return by !== undefined && (by === ruleId || known.has(by))
  }

  return {
    text: (value, sink) => text(value, sink, 0),
    value: (value, sink) => redactValue(value, sink, 0),
    attributes: (map, sink, fixed) => redactMap(map, sink, 0, true, fixed),
  }
}

/** What a header, a field or a variable can be called; a text that mentions one is not its name. */
function isName(value: Value | undefined): value is string {
  return typeof value === 'string' && value.length <= 100 && /^[\w.:$@ -]+$/.test(value) && value.split(' ').length <= 4
}

/** Stand for a number while it is tried. */
const sign = placeholder('number')
const broken = placeholder(errorRuleId)

/** With the key under its clean name, in its place. */
function renamed(map: ValueMap, key: string, cleanKey: string): { [key: string]: Value } {
  return valueMap(Object.keys(map).map((name) => [name === key ? cleanKey : name, map[name]!] as const))
}
