// Finds the retention policy: the file that was named, or one where it is expected, or the built-in one, said loudly.

import { createHash } from 'node:crypto'
import { parsePolicy } from '@blotter/processors'
import { findPolicyFile } from '../policy-file.ts'
import type { RetentionPolicy } from '@blotter/processors'

export interface LoadedPolicy {
  readonly policy: RetentionPolicy
  /** As it was written, before it was checked and compiled: plain values, which can go to another thread. */
  readonly definition: unknown
  /** Path, or `built-in`. */
  readonly source: string
  /** First 16 hex digits of the SHA-256 of its text: stands in tombstones. */
  readonly version: string
}

/** Stands in until someone writes a policy: it classes records and shows what it would delete, and deletes nothing by itself. */
const builtIn = {
  version: 1,
  classes: [
    { name: 'security', keep: '400d', why: 'refusals, sign-ins and changes of access: a year, and some time to look back', match: { decision: 'deny' } },
    { name: 'access', keep: '400d', why: 'who could do what: a year, and some time to look back', match: { action: ['LOGIN', 'LOGOUT', 'APPROVE', 'REJECT'] } },
    { name: 'operations', keep: '90d', why: 'what integrations did: one quarter' },
  ],
  default: 'operations',
}

/** `parse`: from text to YAML's value. Throws PolicyError with every problem; a path that is required must be there. */
export async function loadPolicy(paths: readonly string[], required: boolean, parse: (text: string, path: string) => unknown): Promise<LoadedPolicy> {
  const file = await findPolicyFile(paths, required, parse)
  if (file !== undefined) return { policy: parsePolicy(file.definition), definition: file.definition, source: file.path, version: versionOf(file.text) }
  return { policy: parsePolicy(builtIn), definition: builtIn, source: 'built-in', version: versionOf(JSON.stringify(builtIn)) }
}

function versionOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
