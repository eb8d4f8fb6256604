// Takes secrets out of a record before anything else sees it. The SDK runs it in the process, the collector again
// before the journal. What was redacted is counted by rule; what it was is gone.

import { fields, fixedKeys } from '../fields.ts'
import { chainOf, createPathRule } from './paths.ts'
import { builtinRules, ruleSetVersion } from './rules/index.ts'
import { createSink } from './sink.ts'
import { summarised } from './summary.ts'
import { createWalk } from './walk.ts'
import type { Processor } from '../processor.ts'
import type { AuditRecord, Value } from '../record.ts'
import type { KeyOptions } from './key-facts.ts'
import type { Rule } from './rule.ts'
import type { Found, ReplaceWith, Sink } from './sink.ts'
import type { Walk } from './walk.ts'

export interface RedactOptions extends KeyOptions {
  /**
   * Paths whose value is always replaced, in fast-redact's syntax, rooted at `body`, `attributes` or `resource`:
   * `body.customer.email`, `attributes["crm.note"]`, `body.items[*].card`. Default none.
   * They are compiled to code: take them from the operator's configuration only, never from input.
   * They cost one copy of the record each time; key names cost nothing extra.
   */
  readonly paths?: readonly string[]
  /** The same under rule ids of their own. Default none. */
  readonly pathRules?: readonly { readonly ruleId: string; readonly paths: readonly string[]; readonly isGone?: (value: Value) => boolean }[]
  /** Detector rules. Default: the built-in set. */
  readonly rules?: readonly Rule[]
  /** Ids of rules that are off unless they are named here. Default none. */
  readonly optional?: readonly string[]
  /**
   * What stands in the place of a secret, by the rule that found it; within a text it is used as text. Undefined leaves
   * the value as it is, and the finding is told as `observed`. Pure, and something that `isPlaceholder` knows again.
   * Default: `[redacted:<rule>]`.
   */
  readonly replaceWith?: ReplaceWith
  /** Told of every finding of `process`, besides the counts that the record carries: those that are only observed, too. */
  readonly found?: Found
}

/** `walk`: of the same rules and names, when somebody has it already. */
export function createRedact(options: RedactOptions = {}, walk: Walk = walkOf(options)): Processor & { readonly version: string } {
  const byPath = chainOf([createPathRule(options.paths ?? []), ...(options.pathRules ?? []).map(({ ruleId, paths, isGone }) => createPathRule(paths, ruleId, isGone))])
  return {
    name: 'redact',
    version: ruleSetVersion,
    writes: ['body', 'resource', 'eventName', 'severityText', 'scopeName', 'scopeVersion', 'attributes'],
    process(record) {
      const counts = new Map<string, number>()
      const sink = createSink((ruleId, outcome) => {
        if (outcome === undefined) counts.set(ruleId, (counts.get(ruleId) ?? 0) + 1)
        options.found?.(ruleId, outcome)
      }, options.replaceWith)
      const redacted = redactParts(byPath(record, sink), walk, sink)
      return counts.size === 0 ? redacted : summarised(redacted, counts)
    },
  }
}

/** `replace` instead of what the options say: for a fingerprint, in which a secret stands as its keyed token. */
export type ValueRedactor = (value: Value, found?: Found, replace?: (ruleId: string, secret: Value) => Value) => Value

/** The same engine for a value that is not in a record yet: the SDK's payload. Path rules see records only. */
export function createValueRedactor(options: RedactOptions = {}, walk: Walk = walkOf(options)): ValueRedactor {
  return (value, found = () => {}, replace) => walk.value(value, createSink(found, replacing(options.replaceWith, replace)))
}

/** What the policy leaves as it is, is not replaced by anybody else. */
function replacing(policy: ReplaceWith | undefined, replace: ReplaceWith | undefined): ReplaceWith | undefined {
  if (policy === undefined || replace === undefined) return replace ?? policy
  return (ruleId, secret) => policy(ruleId, secret) === undefined ? undefined : replace(ruleId, secret)
}

const walks = new WeakMap<readonly Rule[], Walk>()

const lists = new WeakMap<readonly Rule[], Map<string, readonly Rule[]>>()
const mostLists = 100

/** The same list for the same question: what is compiled is remembered by it. */
function rulesThatAreOn(rules: readonly Rule[], optional: readonly string[]): readonly Rule[] {
  const known = lists.get(rules) ?? new Map<string, readonly Rule[]>()
  lists.set(rules, known)
  const key = [...optional].sort().join()
  const on = known.get(key) ?? rules.filter((rule) => rule.optional !== true || optional.includes(rule.id))
  if (known.size < mostLists) known.set(key, on)
  return on
}

/** Compiling thousands of rules takes tens of milliseconds: those who ask for the same rules and nothing else share them. */
export function walkOf({ rules = builtinRules, optional = [], keys, fieldRule, personalKeys }: RedactOptions): Walk {
  const special = optional.length > 0 || keys !== undefined || fieldRule !== undefined || personalKeys !== undefined
  const known = special ? undefined : walks.get(rules)
  if (known !== undefined) return known
  const on = rulesThatAreOn(rules, optional)
  const walk = createWalk(on, { ...(keys === undefined ? {} : { keys }), ...(fieldRule === undefined ? {} : { fieldRule }), ...(personalKeys === undefined ? {} : { personalKeys }) }, rules)
  if (!special) walks.set(rules, walk)
  return walk
}

/** What a sender may have set has its own shape, or it is a value like any other: nobody shall hide one there. */
const shapes: ReadonlyMap<string, RegExp> = new Map([
  [fields.fingerprint.key, /^hmac-sha256:[a-z0-9]{1,32}:[0-9a-f]{16,64}$/], [fields.fingerprintForm.key, /^(?:jcs|raw)$/], [fields.redactionRules.key, /^[a-z0-9_]{1,40}:[0-9]{1,9}$/], [fields.redactionCount.key, /^[0-9]{1,9}$/],
])

function isFixed(key: string, value: Value): boolean {
  if (!fixedKeys.has(key)) return false
  const shape = shapes.get(key)
  if (shape === undefined) return true
  return (Array.isArray(value) ? value as readonly Value[] : [value]).every((member) => (typeof member === 'string' || typeof member === 'bigint' || typeof member === 'number') && shape.test(String(member)))
}

function redactParts(record: AuditRecord, walk: Walk, sink: Sink): AuditRecord {
  const eventName = walk.text(record.eventName, sink)
  const body = walk.value(record.body, sink)
  const attributes = walk.attributes(record.attributes, sink, isFixed)
  const resource = walk.value(record.resource, sink) as AuditRecord['resource']
  const scopeName = walk.text(record.scopeName, sink)
  const scopeVersion = walk.text(record.scopeVersion, sink)
  const severityText = walk.text(record.severityText, sink)
  if (eventName === record.eventName && body === record.body && attributes === record.attributes && resource === record.resource &&
    scopeName === record.scopeName && scopeVersion === record.scopeVersion && severityText === record.severityText) return record
  return { ...record, eventName, body, attributes, resource, scopeName, scopeVersion, severityText }
}
