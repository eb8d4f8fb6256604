// Which records a destination gets. The subjects and patterns are those of retention classes, and so is their parser: a
// filter is the one class of a policy that does not end there.

import { PolicyError, classOf, parsePolicy } from '@blotter/processors'
import type { AuditRecord, PolicyProblem } from '@blotter/processors'

export type Filter = (record: AuditRecord) => boolean

/** `source`: subjects to patterns; all must hold, within one any of the patterns. Throws {@link PolicyError}. */
export function parseFilter(source: unknown): Filter {
  const policy = parsePolicy({ version: 1, classes: [{ name: 'wanted', keep: '1d', match: source }, { name: 'other', keep: '1d' }], default: 'other' })
  if (policy.classes[0]!.match.length === 0) return () => true
  return (record) => classOf(record, policy).name === 'wanted'
}

/** The places of {@link parseFilter}'s problems, as the configuration has them. */
export function filterProblems(source: unknown): PolicyProblem[] {
  try {
    parseFilter(source)
    return []
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    return error.problems.map(({ path, message }) => ({ path: path.replace(/^classes\[0\]\.match\.?/, ''), message }))
  }
}
