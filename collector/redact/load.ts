// Finds the redaction policy: the file that was named, or one where it is expected, or the built-in one. It never falls
// back from a file that is there and wrong: a policy that is not applied is a leak.

import { RedactionPolicyError, builtinPolicy, parseRedactionPolicy } from '@blotter/processors'
import { findPolicyFile } from '../policy-file.ts'
import type { RedactionPolicy } from '@blotter/processors'

export interface LoadedRedaction {
  readonly policy: RedactionPolicy
  /** As it was written, before it was checked and compiled: plain values, which can go to another thread. */
  readonly definition: unknown
  /** Path, or `built-in`. */
  readonly source: string
}

/** `parse`: from text to YAML's value. Throws RedactionPolicyError with every problem; a path that is required must be there. */
export async function loadRedaction(paths: readonly string[], required: boolean, parse: (text: string, path: string) => unknown): Promise<LoadedRedaction> {
  const file = await findPolicyFile(paths, required, parse)
  if (file !== undefined) return { policy: parseRedactionPolicy(file.definition), definition: file.definition, source: file.path }
  return { policy: parseRedactionPolicy(builtinPolicy), definition: builtinPolicy, source: 'built-in' }
}

/** A section for a destination that nobody configured protects nothing: a misspelled name is told at the start. */
export function checkDestinations({ policy }: LoadedRedaction, names: readonly string[]): void {
  const unknown = [...policy.destinations.keys()].filter((name) => !names.includes(name))
  if (unknown.length > 0) throw new RedactionPolicyError(unknown.map(() => ({ path: 'destinations', message: `names one that is not below forward in blotter.yaml${names.length === 0 ? ', which has none' : `: there are ${names.join(', ')}`}` })))
}
