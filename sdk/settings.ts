// From the options to what a courier needs: the environment under what is set in code, and the choice of thread.

import { isMainThread } from 'node:worker_threads'
import { readEnvironment } from './environment.ts'
import type { Environment, Variables } from './environment.ts'
import { AuditError, problemError } from './errors.ts'
import type { CourierSettings } from './deliver/messages.ts'
import { checkOptions } from './options.ts'
import type { AuditOptions, CheckedOptions } from './options.ts'
import { serviceAttributes } from './payload.ts'

/** One attempt gets no longer, so that a request which hangs leaves time for another. OpenTelemetry's exporters wait as long. */
const usualAttemptMs = 10_000

export const usualDirectory = '.blotter-spool'

export interface Configured {
  readonly options: CheckedOptions
  readonly settings: CourierSettings
}

const variableOf: Readonly<Record<string, string>> = { endpoint: 'BLOTTER_ENDPOINT', key: 'BLOTTER_KEY', spool: 'BLOTTER_SPOOL' }

/** Options in code, then the environment, then defaults. Throws INVALID_OPTIONS with every problem. */
export function configure(given: AuditOptions, variables: Variables, warn: (message: string) => void): Configured {
  const environment = readEnvironment(variables, given ?? {})
  const { endpoint, key, compression, spoolDirectory } = environment
  const options = checkedWith(given, { endpoint, key, compression, spool: spoolDirectory === undefined ? undefined : { directory: spoolDirectory } })
  if (environment.problems.length > 0) warn(`environment variables that cannot be used: ${environment.problems.map(({ key: name, want }) => `${name} (want ${want})`).join(', ')}`)
  return { options, settings: settingsOf(options, environment, given.spool !== undefined && given.spool !== false) }
}

/** The variables stand for options that were not given; a problem of one is named after the variable. */
function checkedWith(given: AuditOptions, under: { readonly [Key in 'endpoint' | 'key' | 'compression' | 'spool']: unknown }): CheckedOptions {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return checkOptions(given)
  const fromVariables = Object.entries(under).filter(([name, value]) => value !== undefined && (given as unknown as Record<string, unknown>)[name] === undefined)
  try {
    return checkOptions({ ...given, ...Object.fromEntries(fromVariables) })
  } catch (error) {
    if (!(error instanceof AuditError) || error.problems === undefined) throw error
    const names = new Set(fromVariables.map(([name]) => name))
    throw problemError('INVALID_OPTIONS', error.problems.map((problem) => (names.has(problem.key) ? { ...problem, key: variableOf[problem.key] ?? problem.key } : problem)))
  }
}

/** `isSpoolGiven`: in code, or by its variable; then there is no going on without it. */
export function settingsOf(options: CheckedOptions, environment: Partial<Environment> = {}, isSpoolGiven: boolean = options.spool !== undefined): CourierSettings {
  const { endpoint, key, compression, fetch, integration, redact, includePayload, maxPayloadBytes, fingerprintKey, maxBatch, timeoutMs, spool } = options
  return {
    endpoint, key, compression, fetch, integration, redact, includePayload, maxPayloadBytes, fingerprintKey, maxBatch, timeoutMs,
    headers: environment.headers ?? {},
    attemptTimeoutMs: environment.attemptTimeoutMs ?? usualAttemptMs,
    resource: { ...environment.resource, ...(serviceAttributes(options.service) as Record<string, string>) },
    spool: spool === false ? undefined : {
      directory: spool?.directory ?? environment.spoolDirectory ?? usualDirectory,
      whenFull: spool?.whenFull ?? 'block',
      ...(spool?.maxBytes === undefined ? {} : { maxBytes: spool.maxBytes }),
      optional: !isSpoolGiven && environment.spoolDirectory === undefined,
    },
  }
}

/**
 * Functions must stay in this thread. And a thread of the app starts none of its own: when it ends, Node ends those that
 * it started before they can write.
 */
export function canCross({ fetch, redact }: CourierSettings): boolean {
  return isMainThread && fetch === undefined && redact?.rules === undefined
}
