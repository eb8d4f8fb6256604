// One check of the options of `blotterLogs` that reports everything at once. The environment stands between what is set
// in code and the defaults.

import { join } from 'node:path'
import { isPlainUrl, readEnvironment } from '../environment.ts'
import type { Variables } from '../environment.ts'
import { checkPluginOptions } from '../options.ts'
import type { OptionRule } from '../options.ts'
import { logsDefaults } from './logs-options.ts'
import type { CheckedLogsOptions, LogExporter, LogsOptions } from './logs-options.ts'

/** Throws INVALID_OPTIONS with every problem. */
export function checkLogsOptions(given: LogsOptions, variables: Variables = process.env): CheckedLogsOptions {
  checkPluginOptions(given, given.exporter === undefined ? rules : { ...rules, endpoint: alone, key: alone, fetch: alone, compression: alone })
  const { endpoint, key, ...set } = given
  const found = readEnvironment(variables, { endpoint, key, logsOnly: true })
  const usedKey = key ?? found.key
  return {
    ...logsDefaults, ...(found.compression === undefined ? {} : { compression: found.compression }), ...(found.attemptTimeoutMs === undefined ? {} : { attemptTimeoutMs: found.attemptTimeoutMs }), ...set,
    ...(usedKey === undefined ? {} : { key: usedKey }),
    url: endpoint === undefined && found.logsUrl !== undefined ? found.logsUrl : `${(endpoint ?? found.endpoint ?? logsDefaults.endpoint).replace(/\/+$/, '')}/v1/logs`,
    headers: found.headers,
    spool: spoolOf(given.spool, found.spoolDirectory),
    notes: [
      ...found.problems.map((problem) => `${problem.key} is not used: it must be ${problem.want}`),
      ...(found.sdkDisabled ? ['OTEL_SDK_DISABLED is set: no log record of this process reaches the plugin; createAudit() goes on working'] : []),
    ],
  }
}

function spoolOf(given: LogsOptions['spool'], base: string | undefined): CheckedLogsOptions['spool'] {
  if (given === false) return false
  const { directory, maxBytes } = given ?? {}
  return { directory: join(directory ?? base ?? logsDefaults.directory, 'otel'), chosen: directory !== undefined || base !== undefined, ...(maxBytes === undefined ? {} : { maxBytes }) }
}

const count = (least: number, most: number): OptionRule => ({ want: `a whole number from ${least} to ${most}`, accepts: (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most })
const alone: OptionRule = { want: 'nothing, since the exporter sends', accepts: () => false }

const rules: Readonly<Record<string, OptionRule>> = {
  endpoint: { want: 'an http or https URL without credentials, query or fragment', accepts: isPlainUrl },
  key: { want: 'the API key, of visible ASCII characters', accepts: (value) => typeof value === 'string' && /^[\x21-\x7e]{1,512}$/.test(value) },
  exporter: { want: 'a log exporter with an export method', accepts: (value) => typeof (value as LogExporter | null)?.export === 'function' },
  spool: { want: 'false, or an object with a directory and maxBytes from 1048576', accepts: isSpool },
  maxBatch: count(1, 10_000),
  attemptTimeoutMs: count(1, 3_600_000),
  flushTimeoutMs: count(1, 3_600_000),
  compression: { want: 'gzip or none', accepts: (value) => value === 'gzip' || value === 'none' },
  fetch: { want: 'a function like the global fetch', accepts: (value) => typeof value === 'function' },
  onProblem: { want: 'a function', accepts: (value) => typeof value === 'function' },
}

function isSpool(value: unknown): boolean {
  if (value === false) return true
  if (typeof value !== 'object' || value === null) return false
  const { directory, maxBytes, ...rest } = value as Record<string, unknown>
  return Object.keys(rest).length === 0 && (directory === undefined || (typeof directory === 'string' && directory !== '')) && (maxBytes === undefined || (Number.isSafeInteger(maxBytes) && (maxBytes as number) >= 1_048_576))
}
