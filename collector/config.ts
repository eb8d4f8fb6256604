// The configuration: a file, the environment, the command line; the later wins. Checked whole at start, and every
// problem told at once with its key.

import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { forwardConfig, forwardSchema } from './forward/options.ts'
import { listenConfig, listenSchema } from './listen/options.ts'
import { queryConfig, querySchema } from './query/options.ts'
import { watchConfig, watchSchema } from './watch/options.ts'
import type { Destination } from './forward/options.ts'
import type { ListenConfig } from './listen/options.ts'
import type { QueryConfig } from './query/options.ts'
import type { WatchConfig } from './watch/options.ts'

const fileSchema = z.strictObject({
  /** Directory of everything that is kept. Default `./blotter-data`. */
  data: z.string().min(1).optional(),
  /** Address to listen on. Default 127.0.0.1; anything but loopback needs API keys. */
  host: z.string().min(1).optional(),
  /** Default 4318, OTLP/HTTP's own. */
  port: z.number().int().min(0).max(65535).optional(),
  ...listenSchema,
  /** A ClickHouse server instead of the embedded store. */
  store: z.strictObject({ url: z.url({ protocol: /^https?$/ }), username: z.string().optional(), password_file: z.string().optional() }).optional(),
  /** Path of the retention policy, relative to this file. Default: `retention.yaml` in the data directory or here. */
  retention: z.string().min(1).optional(),
  /** Path of the redaction policy, relative to this file. Default: `redaction.yaml` in the data directory or here, else the built-in policy. */
  redaction: z.string().min(1).optional(),
  redact: z.strictObject({
    /** Paths that are always replaced: `body.customer.email`, `attributes["crm.note"]`. */
    paths: z.array(z.string().regex(/^(body|attributes|resource)[.[]/, 'start with body, attributes or resource')).default([]),
    /** Further key names whose values are always replaced. */
    keys: z.array(z.string().min(2)).default([]),
  }).optional(),
  /** Where records go besides the store, by OTLP/HTTP. */
  forward: forwardSchema,
  watch: watchSchema,
  /** What questions may cost. */
  query: querySchema,
  environments: z.strictObject({
    /** A record that names another workspace or environment than its key: `refuse` it, or `ignore` what it says. Default refuse. */
    claims: z.enum(['refuse', 'ignore']).optional(),
  }).optional(),
  /** Limits; see the table in collector/README.md. */
  limits: z.strictObject({
    body_bytes: z.number().int().min(1024).optional(),
    inflated_bytes: z.number().int().min(1024).optional(),
    in_flight_bytes: z.number().int().min(1024).optional(),
    workspace_requests: z.number().int().min(1).optional(),
    journal_bytes: z.number().int().min(1_048_576).optional(),
  }).optional(),
})

export interface Config extends ListenConfig {
  readonly dataDirectory: string
  readonly host: string
  readonly port: number
  readonly store?: { readonly url: string; readonly username?: string; readonly password?: string }
  /** Where to look for the policy, first match wins. A path that was named must be there. */
  readonly retentionPaths: readonly string[]
  readonly retentionRequired: boolean
  /** The same for the redaction policy. */
  readonly redactionPaths: readonly string[]
  readonly redactionRequired: boolean
  /** Removed besides what the policy says. */
  readonly redact: { readonly paths: readonly string[]; readonly keys: readonly string[] }
  readonly forward: readonly Destination[]
  readonly watch: WatchConfig
  readonly query: QueryConfig
  readonly environments: { readonly claims: 'refuse' | 'ignore' }
  readonly limits: { readonly wireBytes: number; readonly inflatedBytes: number; readonly inFlightBytes: number; readonly workspaceRequests: number; readonly journalBytes: number }
}

export interface ConfigSources {
  readonly flags: { readonly config?: string | undefined; readonly data?: string | undefined; readonly host?: string | undefined; readonly port?: string | undefined; readonly redaction?: string | undefined }
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** The configuration as given cannot be used. The message lists every problem. */
export class ConfigError extends Error {}

export async function loadConfig({ flags, environment }: ConfigSources): Promise<Config> {
  // It would take any certificate for ClickHouse's or a destination's: an audit log sent to whoever asks for it.
  if (environment['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') throw new ConfigError('NODE_TLS_REJECT_UNAUTHORIZED=0 turns the checking of certificates off: unset it, and name your authority with NODE_EXTRA_CA_CERTS=<file> instead')
  const path = flags.config ?? environment['BLOTTER_CONFIG']
  const file = path === undefined ? fileSchema.parse({}) : await readConfigFile(path)
  const base = path === undefined ? process.cwd() : dirname(resolve(path))
  const dataDirectory = resolve(flags.data ?? environment['BLOTTER_DATA'] ?? (file.data === undefined ? 'blotter-data' : resolve(base, file.data)))
  const retention = environment['BLOTTER_RETENTION'] ?? (file.retention === undefined ? undefined : resolve(base, file.retention))
  return {
    dataDirectory,
    host: flags.host ?? environment['BLOTTER_HOST'] ?? file.host ?? '127.0.0.1',
    port: parsePort(flags.port ?? environment['BLOTTER_PORT']) ?? file.port ?? 4318,
    ...listenConfig(file, base),
    ...(file.store === undefined ? {} : { store: await storeConfig(file.store, base) }),
    retentionPaths: retention === undefined ? [resolve(dataDirectory, 'retention.yaml'), resolve(base, 'retention.yaml')] : [resolve(retention)],
    retentionRequired: retention !== undefined,
    ...redactionPaths(flags.redaction ?? environment['BLOTTER_REDACTION'] ?? (file.redaction === undefined ? undefined : resolve(base, file.redaction)), [dataDirectory, base]),
    redact: file.redact ?? { paths: [], keys: [] },
    forward: await forwardConfig(file.forward, base, environment, (message) => { throw new ConfigError(message) }),
    watch: watchConfig(file.watch),
    query: queryConfig(file.query),
    environments: { claims: file.environments?.claims ?? 'refuse' },
    limits: {
      wireBytes: file.limits?.body_bytes ?? 20 * 1024 * 1024,
      inflatedBytes: file.limits?.inflated_bytes ?? 64 * 1024 * 1024,
      inFlightBytes: file.limits?.in_flight_bytes ?? 256 * 1024 * 1024,
      workspaceRequests: file.limits?.workspace_requests ?? 512,
      journalBytes: file.limits?.journal_bytes ?? 4 * 1024 ** 3,
    },
  }
}

function redactionPaths(named: string | undefined, places: readonly string[]): Pick<Config, 'redactionPaths' | 'redactionRequired'> {
  return { redactionPaths: named === undefined ? places.map((place) => resolve(place, 'redaction.yaml')) : [resolve(named)], redactionRequired: named !== undefined }
}

async function readConfigFile(path: string): Promise<z.infer<typeof fileSchema>> {
  const text = await readFile(path, 'utf8').catch(() => { throw new ConfigError(`the configuration ${path} cannot be read`) })
  const checked = fileSchema.safeParse(parseYaml(text, path) ?? {})
  if (checked.success) return checked.data
  throw new ConfigError(`the configuration ${path} has problems:\n${checked.error.issues.map(({ path: key, message }) => `  ${key.join('.') || '(file)'}: ${message}`).join('\n')}`)
}

/** What the YAML library says of bad YAML quotes it; a configuration may hold secrets. */
export function parseYaml(text: string, path: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    const line = (error as { linePos?: readonly { line: number }[] }).linePos?.[0]?.line
    throw new ConfigError(`${path} is not valid YAML${line === undefined ? '' : ` at line ${line}`}`)
  }
}

async function storeConfig(store: { url: string; username?: string | undefined; password_file?: string | undefined }, base: string): Promise<NonNullable<Config['store']>> {
  const password = store.password_file === undefined ? undefined : (await readFile(resolve(base, store.password_file), 'utf8').catch(() => { throw new ConfigError('store.password_file cannot be read') })).trim()
  return { url: store.url, ...(store.username === undefined ? {} : { username: store.username }), ...(password === undefined ? {} : { password }) }
}

function parsePort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : -1
  if (port < 0 || port > 65535) throw new ConfigError('the port must be a number from 0 to 65535')
  return port
}
