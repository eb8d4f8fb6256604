// Allow-lists: for the events that it names, nothing stays but what it lists. It fails closed: a new field, a field that
// was moved or misspelled, is gone until somebody lists it.

import { fields, knownKeys } from '../fields.ts'
import { isMap, valueMap } from '../record.ts'
import { wildcard } from '../retain/policy.ts'
import { notAllowedRuleId, placeholder, ruleOfPlaceholder } from './placeholder.ts'
import { isObject, listOf, textsOf, unknownKeys } from './policy-check.ts'
import { createNames, isPath, keysOf } from './policy-names.ts'
import type { AuditRecord, Value, ValueMap } from '../record.ts'
import type { Tell } from './policy-check.ts'

export interface AllowList {
  readonly isFor: (eventName: string) => boolean
  /** Keys and paths. */
  readonly keep: readonly string[]
}

export const allowLimits = { lists: 100, events: 100, keep: 1000, length: 300 } as const

export function parseAllow(source: unknown, path: string, tell: Tell): AllowList[] {
  return listOf(source, path, allowLimits.lists, tell).flatMap((entry, i) => {
    const place = `${path}[${i}]`
    if (!isObject(entry)) { tell(place, 'must be a mapping with events and keep'); return [] }
    unknownKeys(entry, ['events', 'keep'], `${place}.`, tell)
    const events = textsOf(entry['events'], allowLimits.events, allowLimits.length)
    if (events === undefined) tell(`${place}.events`, 'must list names of events; * stands for anything')
    const keep = Array.isArray(entry['keep']) && entry['keep'].length === 0 ? [] : textsOf(entry['keep'], allowLimits.keep, allowLimits.length)
    if (keep === undefined) tell(`${place}.keep`, 'must list what stays: keys, or paths from body, attributes or resource; [] for nothing')
    keep?.forEach((name, k) => { if (isPath(name) && keysOf(name) === undefined) tell(`${place}.keep[${k}]`, 'must be a path such as body.items[*].sku or attributes["crm.note"]') })
    return events === undefined || keep === undefined ? [] : [{ isFor: anyOf(events.map(wildcard)), keep }]
  })
}

function anyOf(patterns: readonly ((text: string) => boolean)[]): (text: string) => boolean {
  return (text) => patterns.some((pattern) => pattern(text))
}

export interface Allow {
  /** The same record when no list is for it. `gone`: told of each value that went. */
  (record: AuditRecord, gone: () => void): AuditRecord
}

/** Where several lists are for an event, a value stays only when all of them list it: one more list is never laxer. `known`: ids of rules. */
export function createAllow(lists: readonly AllowList[], known: ReadonlySet<string>): Allow {
  const prunes = lists.map(({ isFor, keep }) => ({ isFor, prune: createPrune(keep, known) }))
  return (record, gone) => prunes.reduce((current, { isFor, prune }) => (isFor(record.eventName) ? prune(current, gone) : current), record)
}

/** A tree of the keys on the way to what stays. */
interface Branch { stays: boolean; readonly members: Map<string, Branch> }

/** Without these a record says neither who did what nor where it belongs. Why it was done is free text, and must be listed. */
const always = [...[...knownKeys].filter((key) => key !== fields.reason.key).map((key) => `attributes["${key}"]`), 'resource["service.name"]']

function createPrune(keep: readonly string[], known: ReadonlySet<string>): Allow {
  const tree: Branch = { stays: false, members: new Map() }
  for (const path of [...always, ...keep].filter(isPath)) grow(tree, keysOf(path)!)
  const names = createNames(new Map(keep.filter((name) => !isPath(name)).map((name) => [name, true] as const)))
  const prune = createWalk(names, known)
  return function pruneRecord(record, gone) {
    const { body } = record
    const map = (name: 'attributes' | 'resource'): ValueMap => prune.members(record[name], tree.members.get(name), gone)
    return { ...record, body: prune.value(body, tree.members.get('body'), gone), attributes: map('attributes'), resource: map('resource') }
  }
}

function grow(tree: Branch, keys: readonly string[]): void {
  let branch = tree
  for (const key of keys) {
    const next: Branch = branch.members.get(key) ?? { stays: false, members: new Map() }
    branch.members.set(key, next)
    branch = next
  }
  branch.stays = true
}

const replacement = placeholder(notAllowedRuleId)

interface Prune {
  value(value: Value, branch: Branch | undefined, gone: () => void): Value
  members(map: ValueMap, branch: Branch | undefined, gone: () => void): ValueMap
}

function createWalk(names: (key: string) => unknown, known: ReadonlySet<string>): Prune {
  function value(value: Value, branch: Branch | undefined, gone: () => void): Value {
    if (branch?.stays === true || saysNothing(value, known)) return value
    if (Array.isArray(value)) return whole((value as readonly Value[]).map((member) => prune.value(member, branch, gone)))
    if (isMap(value)) return whole(members(value, branch, gone))
    gone()
    return replacement
  }
  function members(map: ValueMap, branch: Branch | undefined, gone: () => void): ValueMap {
    let copy: { [key: string]: Value } | undefined
    for (const key in map) {
      const before = map[key]!
      const after = names(key) === true ? before : value(before, branch?.members.get(key), gone)
      if (after !== before) (copy ??= Object.assign(valueMap(), map))[key] = after
    }
    return copy ?? map
  }
  const prune = { value, members }
  return prune
}

/** A list or a map in which nothing stayed goes as one, and its keys with it. */
function whole(pruned: readonly Value[] | ValueMap): Value {
  return Object.values(pruned).every((member) => member === replacement) ? replacement : pruned
}

/** Nothing, or that something was removed; other placeholders are not believed, a sender may have made them up. */
function saysNothing(value: Value, known: ReadonlySet<string>): boolean {
  if (value === null || value === '') return true
  if (typeof value === 'string') return value.startsWith('[redacted:') && known.has(ruleOfPlaceholder(value) ?? '')
  return (Array.isArray(value) && value.length === 0) || (isMap(value) && Object.keys(value).length === 0)
}
