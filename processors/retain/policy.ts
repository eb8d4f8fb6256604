// The retention policy: classes, what falls into them, how long they are kept. Parsed from retention.yaml with all
// problems at once, each with its place, what was found wrong and what would be right.

import { RE2JS } from 're2js'

export interface RetentionClass {
  /** Lower-case letters, digits and dashes, at most 40: it is part of partition names and of log entries. */
  readonly name: string
  readonly keepDays: number
  /** Why this long: shown wherever something is about to be deleted. */
  readonly why: string
  readonly match: readonly Condition[]
}

/** All conditions of a class must hold; within one, any of the patterns. */
export interface Condition { readonly subject: Subject; readonly patterns: readonly Pattern[] }

export type Pattern = (value: string) => boolean

export const subjects = ['action', 'actor_type', 'decision', 'environment', 'event', 'integration', 'outcome', 'target_type', 'workspace'] as const
export type Subject = (typeof subjects)[number]

export interface RetentionPolicy {
  /** First match wins, top to bottom. */
  readonly classes: readonly RetentionClass[]
  readonly byDefault: RetentionClass
}

export interface PolicyProblem { readonly path: string; readonly message: string }

/** What a class may not exceed: longer is nobody's requirement, and a period must be able to end. */
const longestDays = 3660 * 10

export class PolicyError extends Error {
  readonly problems: readonly PolicyProblem[]
  constructor(problems: readonly PolicyProblem[]) {
    super(`the retention policy has ${problems.length} problem${problems.length === 1 ? '' : 's'}:\n${problems.map(({ path, message }) => `  ${path}: ${message}`).join('\n')}`)
    this.problems = problems
  }
}

type Json = Record<string, unknown>

/** `source`: the parsed YAML. Throws {@link PolicyError} with every problem. */
export function parsePolicy(source: unknown): RetentionPolicy {
  const problems: PolicyProblem[] = []
  const problem = (path: string, message: string): void => { problems.push({ path, message }) }
  const top = isObject(source) ? source : {}
  if (!isObject(source)) problem('(file)', 'must be a mapping with version, classes and default')
  unknownKeys(top, ['version', 'classes', 'default'], '', problem)
  if (top['version'] !== 1) problem('version', 'must be 1')
  const list = Array.isArray(top['classes']) ? (top['classes'] as unknown[]) : []
  if (list.length === 0) problem('classes', 'must list at least one class')
  const classes = list.map((entry, index) => parseClass(entry, `classes[${index}]`, problem))
  classes.forEach(({ name }, index) => { if (name !== '' && classes.findIndex((other) => other.name === name) !== index) problem(`classes[${index}].name`, `${name} is there twice`) })
  const byDefault = classes.find(({ name }) => name !== '' && name === top['default'])
  if (byDefault === undefined) problem('default', `must name one of the classes${classes.length === 0 ? '' : `: ${classes.map(({ name }) => name).join(', ')}`}`)
  if (problems.length > 0 || byDefault === undefined) throw new PolicyError(problems)
  return { classes, byDefault }
}

type Tell = (path: string, message: string) => void

function parseClass(entry: unknown, path: string, problem: Tell): RetentionClass {
  const source = isObject(entry) ? entry : {}
  if (!isObject(entry)) problem(path, 'must be a mapping with name, keep, why and match')
  unknownKeys(source, ['name', 'keep', 'why', 'match'], `${path}.`, problem)
  const name = typeof source['name'] === 'string' && /^[a-z0-9][a-z0-9-]{0,39}$/.test(source['name']) ? source['name'] : ''
  if (name === '') problem(`${path}.name`, 'must be 1 to 40 lower-case letters, digits and dashes')
  const keepDays = parseDuration(source['keep'])
  if (keepDays === undefined) problem(`${path}.keep`, 'must be a duration from 1d up, such as 30d, 12w, 6m or 7y')
  else if (keepDays > longestDays) problem(`${path}.keep`, `must be at most ${longestDays}d`)
  if (source['why'] !== undefined && typeof source['why'] !== 'string') problem(`${path}.why`, 'must be text')
  return { name, keepDays: keepDays ?? 1, why: typeof source['why'] === 'string' ? source['why'] : '', match: parseMatch(source['match'], `${path}.match`, problem) }
}

const daysPerUnit: Record<string, number> = { d: 1, w: 7, m: 31, y: 366 }

/** Months count 31 days and years 366: a record is never deleted early. */
export function parseDuration(source: unknown): number | undefined {
  const match = typeof source === 'string' ? /^([1-9][0-9]{0,4})([dwmy])$/.exec(source) : null
  return match === null ? undefined : Number(match[1]) * daysPerUnit[match[2]!]!
}

function parseMatch(source: unknown, path: string, problem: Tell): Condition[] {
  if (source === undefined || source === null) return []
  if (!isObject(source)) { problem(path, 'must be a mapping of subject to patterns'); return [] }
  unknownKeys(source, subjects, `${path}.`, problem)
  const conditions: Condition[] = []
  for (const subject of subjects) {
    const value = source[subject]
    if (value === undefined) continue
    const patterns = Array.isArray(value) ? (value as unknown[]) : [value]
    if (patterns.length === 0 || patterns.some((pattern) => typeof pattern !== 'string' || pattern === '' || pattern.length > 200)) {
      problem(`${path}.${subject}`, 'must be a text or a list of texts; * stands for anything')
    } else conditions.push({ subject, patterns: (patterns as string[]).map(wildcard) })
  }
  return conditions
}

/** `user.*` as a test. Compiled by a linear-time engine, because the text it runs on comes from senders. */
export function wildcard(pattern: string): Pattern {
  if (!pattern.includes('*')) return (value) => value === pattern
  const compiled = RE2JS.compile(`(?s)${pattern.split(/\*+/).map((part) => RE2JS.quote(part)).join('.*')}`)
  return (value) => compiled.matches(value)
}

function unknownKeys(source: Json, known: readonly string[], prefix: string, problem: Tell): void {
  for (const key of Object.keys(source)) if (!known.includes(key)) problem(`${prefix}${key}`, `is not known here; known are ${known.join(', ')}`)
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
