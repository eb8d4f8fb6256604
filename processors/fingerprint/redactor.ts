// What redaction takes out of a payload, with something else in its place than a placeholder: the same rules, keys and
// paths that the record is redacted with, so that exactly the values that are gone from the record stand as tokens.

import { emptyRecord } from '../record.ts'
import { chainOf, createPathRule } from '../redact/paths.ts'
import { createValueRedactor } from '../redact/redact.ts'
import { createSink } from '../redact/sink.ts'
import type { Value } from '../record.ts'
import type { RedactOptions } from '../redact/redact.ts'
import type { Walk } from '../redact/walk.ts'
import type { PayloadRedactor } from './fingerprint.ts'

/** `options` and `walk`: those of `createRedact`. Paths count as far as they lead into the body; what `replaceWith` only watches stays as it is. */
export function createPayloadRedactor(options: RedactOptions = {}, walk?: Walk): PayloadRedactor {
  const byRule = createValueRedactor(options, walk)
  const intoBody = [{ ruleId: 'path', paths: options.paths ?? [] }, ...(options.pathRules ?? [])].map(({ ruleId, paths }) => ({ ruleId, paths: paths.filter((path) => /^body(?:[.[]|$)/.test(path)) })).filter(({ paths }) => paths.length > 0)
  if (intoBody.length === 0) return (payload, replace) => byRule(payload, undefined, replace)
  const byPath = chainOf(intoBody.map(({ ruleId, paths }) => createPathRule(paths, ruleId)))
  const isWatched = (ruleId: string, secret: Value): boolean => options.replaceWith !== undefined && options.replaceWith(ruleId, secret) === undefined
  return (payload, replace) => {
    const sink = createSink(() => {}, (ruleId, secret) => (isWatched(ruleId, secret) ? undefined : replace(ruleId, secret)))
    return byRule(byPath({ ...emptyRecord, body: payload }, sink).body, undefined, replace)
  }
}
