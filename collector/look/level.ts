// The level of a record, as Loki detects it when it takes the record in.

import { levelFields } from './level-fields.ts'
import { levelOfLine } from './level-of-line.ts'

/** Metadata that has a say in the level. Where several have one name, the first is heard, although the last is shown. */
export const levelNames: ReadonlySet<string> = new Set([...levelFields, 'severity_number', 'detected_level'])

/** Undefined: the record says so itself, or says that it has none. */
export function detectLevel(said: ReadonlyMap<string, string> | undefined, line: string): string | undefined {
  if (said !== undefined) {
    if (said.has('detected_level')) return undefined
    const field = levelFields.find((name) => said.has(name))
    if (field !== undefined) return said.get(field) || undefined
    const number = said.get('severity_number') ?? ''
    if (number !== '') return levelOfNumber(number)
  }
  return levelOfLine(line)
}

const highest: readonly (readonly [level: string, highest: number])[] = [['trace', 4], ['debug', 8], ['info', 12], ['warn', 16], ['error', 20], ['fatal', 24]]

/** What is no number counts as `info`, and numbers that mean nothing as `unknown`. */
export function levelOfNumber(text: string): string {
  const number = /^[+-]?[0-9]{1,18}$/.test(text) ? Number(text) : undefined
  if (number === undefined) return 'info'
  return number === 0 ? 'unknown' : highest.find(([, limit]) => number <= limit)?.[0] ?? 'unknown'
}
