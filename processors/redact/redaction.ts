// The policy at work: the engine, told by a policy what to do with what it finds. One compiled set of rules serves all
// workspaces whose sections differ in actions only.

import { createPayloadRedactor } from '../fingerprint/redactor.ts'
import { fields } from '../fields.ts'
import { text } from '../record.ts'
import { act } from './action.ts'
import { fieldClasses } from './classes.ts'
import { createHarden, isGone } from './harden.ts'
import { fieldRuleId, knownRules, notAllowedRuleId, placeholder } from './placeholder.ts'
import { createAllow } from './policy-allow.ts'
import { effectsOf } from './policy-effects.ts'
import { isPath } from './policy-names.ts'
import { createRedact, walkOf } from './redact.ts'
import { createSealTo } from './seal-to.ts'
import { summarised } from './summary.ts'
import type { FingerprintKey } from '../fingerprint/key.ts'
import type { PayloadRedactor } from '../fingerprint/fingerprint.ts'
import type { AuditRecord, Value } from '../record.ts'
import type { Action, Tools } from './action.ts'
import type { RedactionPolicy } from './policy.ts'
import type { Effects, PolicyPart } from './policy-effects.ts'
import type { RedactOptions } from './redact.ts'
import type { Rule } from './rule.ts'
import type { Found } from './sink.ts'
import type { Walk } from './walk.ts'

export interface RedactionOptions {
  /** Further key names and paths, whatever the policy says. Default none. */
  readonly keys?: readonly string[]
  readonly paths?: readonly string[]
  /** The current fingerprint key of a workspace, by which values become tokens. Default: there is none, and they are removed. */
  readonly keyOf?: (workspace: string) => FingerprintKey | undefined
}

export interface PartRedaction {
  /** `found`: told of every value that was replaced, and as `observed` of those that a rule in observe mode would replace. */
  process(record: AuditRecord, found?: Found): AuditRecord
  /** Takes what `process` would take out of a payload, for its fingerprint. */
  readonly payload: PayloadRedactor
}

export interface Redaction {
  readonly version: string
  /** Of the workspace's own section, or what holds for everybody. The same object each time. */
  of(workspace: string): PartRedaction
  /** Of the destination's section; undefined when it has none. It is applied on top, and takes away what a laxer policy left. */
  to(destination: string): PartRedaction | undefined
}

export function createRedaction(policy: RedactionPolicy, options: RedactionOptions = {}): Redaction {
  const compile = (part: PolicyPart): ((workspace: string) => PartRedaction) => {
    const engine = createEngine(part, options, policy.version)
    const byWorkspace = new Map<string, PartRedaction>()
    return (workspace) => {
      const known = byWorkspace.get(workspace)
      if (known !== undefined) return known
      const made = { process: (record: AuditRecord, found?: Found) => engine.process(record, workspace, found), payload: engine.payload }
      if (byWorkspace.size < mostRemembered) byWorkspace.set(workspace, made)
      return made
    }
  }
  const everybody = compile(policy.base)
  const lazily = (parts: ReadonlyMap<string, PolicyPart>): ((name: string) => ((workspace: string) => PartRedaction) | undefined) => {
    const compiled = new Map<string, (workspace: string) => PartRedaction>()
    return (name) => {
      const part = parts.get(name)
      if (part !== undefined && !compiled.has(name)) compiled.set(name, compile(part))
      return compiled.get(name)
    }
  }
  const [sections, destinations] = [lazily(policy.workspaces), lazily(policy.destinations)]
  return {
    version: policy.version,
    of: (workspace) => (sections(workspace) ?? everybody)(workspace),
    to(destination) {
      const part = destinations(destination)
      return part === undefined ? undefined : { payload: part('').payload, process: (record, found) => part(text(record.attributes, fields.workspace.key)).process(record, found) }
    },
  }
}

/** Workspaces come from API keys, of which there is a limited number; without keys there is one. */
const mostRemembered = 10_000

/** What may be sealed in one record: beyond it values are removed, so that many small ones cannot swell it. In characters. */
const mostSealed = 256 * 1024

const parts = ['body', 'attributes', 'resource', 'eventName', 'severityText', 'scopeName', 'scopeVersion'] as const

interface Engine {
  process(record: AuditRecord, workspace: string, found: Found | undefined): AuditRecord
  readonly payload: PayloadRedactor
}

function createEngine(part: PolicyPart, { keys, paths = [], keyOf }: RedactionOptions, version: string): Engine {
  const effects = effectsOf(part)
  const stays = (ruleId: string): boolean => ['keep', 'off', 'observe'].includes(effects.ofRule(ruleId))
  const now = { key: undefined as FingerprintKey | undefined, sealed: 0, found: undefined as Found | undefined }
  const replaceWith = createReplace(part, effects, now)
  const base: RedactOptions = { rules: effects.rules, optional: effects.optional, fieldRule: effects.fieldRule, personalKeys: true, paths, pathRules: pathRules(part, effects), ...(keys === undefined || keys.length === 0 ? {} : { keys }) }
  const walk = sharedWalk(part, effects, base)
  const redact = createRedact({
    ...base, replaceWith,
    found: (ruleId, outcome) => { if (outcome === undefined || effects.ofRule(ruleId) === 'observe') now.found?.(ruleId, outcome) },
  }, walk)
  const allow = part.allow.length === 0 ? undefined : createAllow(part.allow, knownRules(effects.rules))
  const hasPaths = base.pathRules!.length > 0
  const harden = version.includes('+') ? createHarden(effects) : undefined

  return {
    process(record, workspace, found) {
      now.key = keyOf?.(workspace)
      now.sealed = 0
      now.found = found
      const redacted = redact.process(allowed(hardened(record), found))
      return hasPaths ? hardened(redacted) : redacted // a path may have left more than the name of its key does
    },
    payload: createPayloadRedactor({ ...base, replaceWith: (ruleId) => (stays(ruleId) ? undefined : placeholder(ruleId)) }, walk),
  }

  /** What a laxer policy left: of a process, of the workspace's store, of a path whose key says more. */
  function hardened(record: AuditRecord): AuditRecord {
    if (harden === undefined) return record
    const changes = Object.fromEntries(parts.flatMap((part) => { const value = harden(record[part]); return value === record[part] ? [] : [[part, value]] }))
    return Object.keys(changes).length === 0 ? record : { ...record, ...changes }
  }

  function allowed(record: AuditRecord, found: Found | undefined): AuditRecord {
    if (allow === undefined) return record
    let count = 0
    const pruned = allow(record, () => { count += 1; found?.(notAllowedRuleId) })
    return count === 0 ? pruned : summarised(pruned, new Map([[notAllowedRuleId, count]]))
  }
}

interface Now { key: FingerprintKey | undefined; sealed: number }

function createReplace({ recipients }: PolicyPart, { ofRule }: Effects, now: Now): (ruleId: string, secret: Value) => Value | undefined {
  const sealTo = recipients.length === 0 ? undefined : createSealTo(recipients)
  return function replaceWith(ruleId, secret) {
    const effect = ofRule(ruleId)
    if (effect === 'off' || effect === 'observe') return undefined
    const replacement = attempt(effect, ruleId, secret, { key: now.key, sealTo: now.sealed < mostSealed ? sealTo : undefined })
    if (effect === 'encrypt' && typeof replacement === 'string') now.sealed += replacement.length
    return replacement
  }
}

/** A value that has no canonical form, such as a NaN in a list, cannot be tokenised or sealed: it is removed. */
function attempt(action: Action, ruleId: string, secret: Value, tools: Tools): Value | undefined {
  try {
    return act(action, ruleId, secret, tools)
  } catch {
    return placeholder(ruleId)
  }
}

/** Paths of the policy, under the rule of what it says about them. */
function pathRules({ fields: named }: PolicyPart, { ofRule }: Effects): NonNullable<RedactOptions['pathRules']> {
  const byTarget = Map.groupBy([...named].filter(([name]) => isPath(name)), ([, target]) => target)
  return [...byTarget].map(([target, entries]) => ({ ruleId: fieldRuleId(target), paths: entries.map(([path]) => path), isGone: (value) => isGone(value, ofRule(fieldRuleId(target))) }))
}

interface Compiled { readonly key: string; readonly detectors: readonly Rule[]; readonly walk: Walk }

/** The newest last. Compiling all rules takes tens of milliseconds and megabytes: parts with the same detectors and the same fields share it. */
const walks: Compiled[] = []
const mostWalks = 8

function sharedWalk({ fields: named, classes, detectors }: PolicyPart, { optional }: Effects, options: RedactOptions): Walk {
  const key = JSON.stringify([[...named], optional, options.keys, fieldClasses.map((name) => classes[name] === 'keep')])
  const known = walks.find((other) => other.key === key && other.detectors.length === detectors.length && other.detectors.every((rule, i) => rule === detectors[i]))
  if (known !== undefined) return known.walk
  const walk = walkOf(options)
  walks.push({ key, detectors, walk })
  if (walks.length > mostWalks) walks.shift()
  return walk
}
