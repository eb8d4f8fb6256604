// Redaction in the process, as the developer set it: the built-in policy, or the same policy object that the collector has,
// with further names and paths.

import { builtinPolicy, createPayloadRedactor, createRedact, createRedaction, parseRedactionPolicy } from '@blotter/processors'
import type { AuditRecord, FingerprintKey, PartRedaction, Rule } from '@blotter/processors'

export interface RedactSettings {
  /** Further key names whose value is always removed, in any spelling. Default none. */
  readonly keys?: readonly string[]
  /** Paths whose value is always removed, in fast-redact's syntax, rooted at `body`, `attributes` or `resource`. Default none. */
  readonly paths?: readonly string[]
  /** Detector rules instead of the built-in ones; not together with a policy. Default: the built-in set. */
  readonly rules?: readonly Rule[]
  /** What redaction.yaml says, as an object: classes, fields, rules, detectors, allow, recipients. Default: the built-in policy. Sections of workspaces and destinations are the collector's. */
  readonly policy?: object
}

/** Throws what is wrong with the policy, a path or a rule. `keyOf`: the key for tokens, as soon as there is one; without it values are removed. */
export function createProcessRedaction({ rules, policy, keys, paths }: RedactSettings = {}, keyOf: () => FingerprintKey | undefined = () => undefined): PartRedaction {
  const more = { ...(keys === undefined ? {} : { keys }), ...(paths === undefined ? {} : { paths }) }
  if (rules === undefined) return createRedaction(parseRedactionPolicy(policy ?? builtinPolicy), { ...more, keyOf }).of('')
  if (policy !== undefined) throw new TypeError('rules or a policy, not both')
  const processor = createRedact({ ...more, rules })
  return { process: (record: AuditRecord) => processor.process(record), payload: createPayloadRedactor({ ...more, rules }) }
}
