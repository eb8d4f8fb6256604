// The redaction policy: what is secret here, and what is done with it, for everybody and more strictly for one workspace
// or one destination. Parsed from redaction.yaml with all problems at once, each with its place.

import { createHash } from 'node:crypto'
import { RedactionPolicyError, isObject, membersOf, shown } from './policy-check.ts'
import { effectsOf, emptyPart } from './policy-effects.ts'
import { checkStricter, parsePart } from './policy-part.ts'
import { ruleSetVersion } from './rules/index.ts'
import type { RedactionProblem, Tell } from './policy-check.ts'
import type { PolicyPart } from './policy-effects.ts'

export { RedactionPolicyError } from './policy-check.ts'
export type { RedactionProblem } from './policy-check.ts'

export interface RedactionPolicy {
  /** `builtin-3`, or `builtin-3+<16 hex digits of the policy's digest>`. It stands in every record. */
  readonly version: string
  readonly base: PolicyPart
  /** The base with a section over it, by workspace. */
  readonly workspaces: ReadonlyMap<string, PolicyPart>
  /** The same by name of a destination. */
  readonly destinations: ReadonlyMap<string, PolicyPart>
}

/** Holds where nobody wrote one. */
export const builtinPolicy = Object.freeze({ version: 1 })

const mostSections = 1000
const mostWithDetectors = 10

/** `source`: the parsed YAML, or the same as an object. Throws {@link RedactionPolicyError} with every problem. */
export function parseRedactionPolicy(source: unknown): RedactionPolicy {
  const problems: RedactionProblem[] = []
  const tell: Tell = (path, message) => { problems.push({ path, message }) }
  const top = isObject(source) ? source : {}
  if (top['version'] !== 1) tell('version', 'must be 1')
  const base = parsePart(source, '', emptyPart, tell, ['version', 'workspaces', 'destinations'])
  const sections = (key: string): Map<string, PolicyPart> => parseSections(top[key], key, base, tell)
  const policy = { version: versionOf(top), base, workspaces: sections('workspaces'), destinations: sections('destinations') }
  if (problems.length > 0) throw new RedactionPolicyError(problems)
  return policy
}

function parseSections(source: unknown, key: string, base: PolicyPart, tell: Tell): Map<string, PolicyPart> {
  const members = membersOf(source, key, 'name to section', tell)
  if (members.length > mostSections) tell(key, `must have at most ${mostSections} members`)
  const everybodys = effectsOf(base)
  const sections = new Map(members.map(([name, section]) => {
    const prefix = `${key}.${shown(name)}.`
    const part = parsePart(section, prefix, base, tell)
    checkStricter(section, prefix, part, base, everybodys, tell)
    return [name, part]
  }))
  const withDetectors = [...sections.values()].filter(({ detectors }) => detectors !== base.detectors)
  if (withDetectors.length > mostWithDetectors) tell(key, `at most ${mostWithDetectors} may have detectors of their own, each of which compiles all rules anew: put them at the top, off, and on in the sections`)
  return sections
}

function versionOf(source: object): string {
  const text = JSON.stringify(source, (_key, value: unknown) => (isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value))
  return text === JSON.stringify(builtinPolicy) ? ruleSetVersion : `${ruleSetVersion}+${createHash('sha256').update(text).digest('hex').slice(0, 16)}`
}
