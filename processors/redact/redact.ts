// Takes secrets out of a record before anything else sees it. The SDK runs it in the process, the collector again
// before the journal. What was redacted is counted by rule; what it was is gone.

import fastRedact from 'fast-redact'
import { fields, knownKeys } from '../fields.ts'
import { integer, isMap, strings, valueMap, withValues } from '../record.ts'
import { createDetector } from './detect.ts'
import { createKeyNameRule, rememberedKeys } from './key-name.ts'
import { isPlaceholder, placeholder } from './rule.ts'
import { builtinRules, ruleSetVersion } from './rules/index.ts'
import { isCardNumber } from './rules/money.ts'
import type { Processor } from '../processor.ts'
import type { AuditRecord, Value, ValueMap } from '../record.ts'
import type { Detector } from './detect.ts'
import type { KeyNameRule } from './key-name.ts'
import type { Rule } from './rule.ts'

export interface RedactOptions {
  /**
   * Paths whose value is always replaced, in fast-redact's syntax, rooted at `body`, `attributes` or `resource`:
   * `body.customer.email`, `attributes["crm.note"]`, `body.items[*].card`. Default none.
   * They are compiled to code: take them from the operator's configuration only, never from input.
   * They cost one copy of the record each time; key names cost nothing extra.
   */
  readonly paths?: readonly string[]
  /** Further key names whose value is always replaced, in any spelling, at any depth. Default none. */
  readonly keys?: readonly string[]
  /** Detector rules. Default: the built-in set. */
  readonly rules?: readonly Rule[]
}

/** Ids that tie records together. Their shape is checked on the way in, and an altered one would tie nothing. */
const untouched: ReadonlySet<string> = new Set([
  fields.recordId, fields.fingerprint, fields.fingerprintForm, fields.redactionRules, fields.redactionPolicy,
  fields.workspace, fields.environment, fields.incomplete,
].map((field) => field.key))

export function createRedact(options: RedactOptions = {}): Processor & { readonly version: string } {
  const walk = createWalk(options)
  const byPath = createPathRule(options.paths ?? [])
  const version = ruleSetVersion
  return {
    name: 'redact',
    version,
    writes: ['body', 'resource', 'eventName', 'attributes'],
    process(record) {
      const counts = new Map<string, number>()
      const found = (ruleId: string): void => { counts.set(ruleId, (counts.get(ruleId) ?? 0) + 1) }
      const redacted = redactParts(byPath(record, found), walk, found)
      return counts.size === 0 ? redacted : summarised(redacted, counts)
    },
  }
}

/** The same engine for a value that is not in a record yet: the SDK's payload. */
export function createValueRedactor(options: RedactOptions = {}): (value: Value, found?: (ruleId: string) => void) => Value {
  const walk = createWalk(options)
  return (value, found = () => {}) => redactValue(value, walk, found)
}

interface Walk { readonly detect: Detector; readonly isSecretKey: KeyNameRule; readonly isPlainKey: (key: string) => boolean }

function createWalk({ rules = builtinRules, keys }: RedactOptions): Walk {
  const detect = createDetector(rules)
  return { detect, isSecretKey: createKeyNameRule(keys), isPlainKey: createPlainKeyRule(detect) }
}

/** Keys come again and again: those in which nothing was found are remembered, as many as `createKeyNameRule` remembers. */
function createPlainKeyRule(detect: Detector): (key: string) => boolean {
  const plain = new Set<string>()
  return function isPlainKey(key) {
    if (plain.has(key)) return true
    if (detect(key, () => {}) !== key) return false
    if (plain.size >= rememberedKeys) plain.clear()
    if (key.length <= longestRememberedKey) plain.add(key)
    return true
  }
}

const longestRememberedKey = 256
type Found = (ruleId: string) => void

function redactParts(record: AuditRecord, walk: Walk, found: Found): AuditRecord {
  const eventName = walk.detect(record.eventName, found)
  const body = redactValue(record.body, walk, found)
  const attributes = redactMap(record.attributes, walk, found, true)
  const resource = redactMap(record.resource, walk, found, false)
  const scopeName = walk.detect(record.scopeName, found)
  if (eventName === record.eventName && body === record.body && attributes === record.attributes && resource === record.resource && scopeName === record.scopeName) return record
  return { ...record, eventName, body, attributes, resource, scopeName }
}

function redactValue(value: Value, walk: Walk, found: Found): Value {
  switch (typeof value) {
    case 'string': return walk.detect(value, found)
    case 'bigint': case 'number': return redactNumber(value, found)
    case 'boolean': return value
  }
  if (value === null || value instanceof Uint8Array) return value instanceof Uint8Array ? redactBytes(value, walk, found) : value
  return Array.isArray(value) ? redactArray(value, walk, found) : redactMap(value as ValueMap, walk, found, false)
}

/** A card number sent as a number is still a card number. */
function redactNumber(value: bigint | number, found: Found): Value {
  if (value < 1e12 || !isCardNumber(String(value))) return value
  found('card')
  return placeholder('card')
}

/** Bytes that are text are treated as text; other bytes cannot hold a secret that anyone could search for. */
function redactBytes(value: Uint8Array, walk: Walk, found: Found): Value {
  const text = Buffer.from(value).toString('utf8')
  const redacted = walk.detect(text, found)
  return redacted === text ? value : redacted
}

function redactArray(list: readonly Value[], walk: Walk, found: Found): Value {
  const [name, value] = list
  if (list.length === 2 && typeof name === 'string' && walk.isSecretKey(name)) { // a header as a pair
    const gone = redactWhole(value!, found)
    return gone === value ? list : [name, gone]
  }
  let copy: Value[] | undefined
  for (let i = 0; i < list.length; i += 1) {
    const redacted = redactValue(list[i]!, walk, found)
    if (redacted !== list[i]) (copy ??= list.slice())[i] = redacted
  }
  return copy ?? list
}

function redactMap(map: ValueMap, walk: Walk, found: Found, top: boolean): ValueMap {
  const named = !top && namesSecret(map, walk)
  let copy: { [key: string]: Value } | undefined
  for (const key in map) {
    const value = map[key]!
    if (top && untouched.has(key)) continue
    const cleanKey = walk.isPlainKey(key) ? key : walk.detect(key, found)
    const redacted = (walk.isSecretKey(key) && !(top && knownKeys.has(key))) || (named && key === 'value') ? redactWhole(value, found) : redactValue(value, walk, found)
    if (redacted === value && cleanKey === key) continue
    copy ??= Object.assign(valueMap(), map)
    if (cleanKey !== key) delete copy[key]
    copy[cleanKey] = redacted
  }
  return copy ?? map
}

/** `{name: 'Authorization', value: '…'}`: a header, a form field or a variable as an object. */
function namesSecret(map: ValueMap, { isSecretKey }: Walk): boolean {
  if (!('value' in map)) return false
  const name = map['name'] ?? map['key'] ?? map['header']
  return typeof name === 'string' && isSecretKey(name)
}

/** Under a secret key everything goes, except what says nothing: no value, yes or no, and what is already gone. */
function redactWhole(value: Value, found: Found): Value {
  if (value === null || typeof value === 'boolean' || value === '') return value
  if (typeof value === 'string' && isPlaceholder(value)) return value
  if (Array.isArray(value) && value.every((member) => typeof member === 'string' && isPlaceholder(member))) return value
  if (isMap(value) && Object.keys(value).length === 0) return value
  found('key_name')
  return placeholder('key_name')
}

function createPathRule(paths: readonly string[]): (record: AuditRecord, found: Found) => AuditRecord {
  if (paths.length === 0) return (record) => record
  let found: Found
  const censor = (value: unknown): unknown => {
    if (value === undefined || value === null || (typeof value === 'string' && isPlaceholder(value))) return value
    found('path')
    return placeholder('path')
  }
  const redact = fastRedact({ paths: [...paths], censor, serialize: false, strict: false })
  return function redactPaths(record, tell) {
    found = tell
    const { body, attributes, resource } = record
    const copy = structuredClone({ body, attributes, resource }) // fast-redact writes in place, and records are shared
    redact(copy)
    return { ...record, body: nullPrototype(copy.body), attributes: nullPrototype(copy.attributes) as ValueMap, resource: nullPrototype(copy.resource) as ValueMap }
  }
}

/** structuredClone gives ordinary objects; a record holds maps without a prototype. */
function nullPrototype(value: Value): Value {
  if (Array.isArray(value)) return (value as readonly Value[]).map(nullPrototype)
  return isMap(value) ? valueMap(Object.keys(value).map((key) => [key, nullPrototype(value[key]!)] as const)) : value
}

/** Adds this run's counts to those of an earlier one. */
function summarised(record: AuditRecord, counts: ReadonlyMap<string, number>): AuditRecord {
  const total = new Map<string, number>()
  for (const entry of strings(record.attributes, fields.redactionRules.key)) {
    const match = /^([a-z0-9_]{1,40}):([0-9]{1,9})$/.exec(entry)
    if (match !== null) total.set(match[1]!, Number(match[2]))
  }
  for (const [ruleId, count] of counts) total.set(ruleId, (total.get(ruleId) ?? 0) + count)
  const earlier = integer(record.attributes, fields.redactionCount.key) ?? 0
  const now = [...counts.values()].reduce((sum, count) => sum + count, 0)
  return {
    ...record,
    attributes: withValues(record.attributes, {
      [fields.redactionCount.key]: BigInt(earlier + now),
      [fields.redactionRules.key]: [...total].sort(([a], [b]) => (a < b ? -1 : 1)).map(([ruleId, count]) => `${ruleId}:${count}`),
    }),
  }
}
