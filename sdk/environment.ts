// What the environment says about where records go and who emits them: BLOTTER_* first, then the variables of
// OpenTelemetry where they mean the same. Options in code win over both. A pure function of the variables it is given;
// a variable that cannot be used is left out and reported by name, never by value.

import { parseKeyPairs } from './environment-pairs.ts'
import type { Problem } from './errors.ts'

export type Variables = Readonly<Record<string, string | undefined>>

export interface Environment {
  /** Base URL of the collector, without a slash at its end. */
  readonly endpoint?: string
  /** Where OpenTelemetry's logs go, as a whole URL: OTEL_EXPORTER_OTLP_LOGS_ENDPOINT as it is, when it is the one that counts. */
  readonly logsUrl?: string
  /** API key. */
  readonly key?: string
  /** Sent with each request, beside the key. Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Directory of the spool. */
  readonly spoolDirectory?: string
  /** Milliseconds that one request may take. */
  readonly attemptTimeoutMs?: number
  readonly compression?: 'gzip' | 'none'
  /** Resource attributes of the emitter, `service.name` among them. */
  readonly resource: Readonly<Record<string, string>>
  /** OTEL_SDK_DISABLED, which stops OpenTelemetry's SDK and with it what comes through it; audit records of ours it does not stop. */
  readonly sdkDisabled: boolean
  readonly problems: readonly Problem[]
}

export interface Given {
  /** Whether the endpoint is set in code: then no header of OpenTelemetry's is taken, which were meant for another address. */
  readonly endpoint?: unknown
  /** Whether the API key is set in code. */
  readonly key?: unknown
  /** Whether only logs are sent: then a URL for logs alone will do. */
  readonly logsOnly?: boolean
}

export function readEnvironment(variables: Variables, given: Given = {}): Environment {
  const problems: Problem[] = []
  const read = reader(variables)
  const ours = { endpoint: read('BLOTTER_ENDPOINT'), key: read('BLOTTER_KEY'), spoolDirectory: read('BLOTTER_SPOOL') }
  const found = given.endpoint === undefined && ours.endpoint === undefined ? otelEndpoint(read, problems) : undefined
  const theirs = found?.base !== undefined || given.logsOnly === true ? found : undefined
  const sent = theirs === undefined ? {} : otelHeaders(read, problems)
  const { authorization, ...others } = sent
  const bearer = /^Bearer +(.+)$/i.exec(authorization ?? '')?.[1]
  const key = ours.key ?? (given.key === undefined ? bearer : undefined)
  const named = authorization !== undefined && bearer === undefined && key === undefined && given.key === undefined ? { authorization } : {}
  return {
    ...defined({
      endpoint: ours.endpoint ?? theirs?.base, logsUrl: theirs?.logsUrl, key, spoolDirectory: ours.spoolDirectory,
      attemptTimeoutMs: positive(read, problems), compression: compression(read, problems),
    }),
    headers: { ...others, ...named },
    resource: resourceOf(read, problems),
    sdkDisabled: read('OTEL_SDK_DISABLED')?.toLowerCase() === 'true',
    problems,
  }
}

interface Read {
  (name: string): string | undefined
  /** The variable for logs alone, or the one for all signals: its name and value. */
  readonly either: (name: string) => readonly [string, string] | undefined
}

/** An empty variable is one that is not set, as OpenTelemetry has it. */
function reader(variables: Variables): Read {
  const read = (name: string): string | undefined => variables[name]?.trim() || undefined
  const either = (name: string): readonly [string, string] | undefined => {
    for (const full of [`OTEL_EXPORTER_OTLP_LOGS_${name}`, `OTEL_EXPORTER_OTLP_${name}`]) {
      const value = read(full)
      if (value !== undefined) return [full, value]
    }
    return undefined
  }
  return Object.assign(read, { either })
}

const logsPath = '/v1/logs'

interface Address { readonly base?: string; readonly logsUrl?: string }

/** The variable for logs holds the whole URL; audit records go beside it, where it has a place beside it. */
function otelEndpoint(read: Read, problems: Problem[]): Address | undefined {
  const logsUrl = read('OTEL_EXPORTER_OTLP_LOGS_ENDPOINT')
  if (logsUrl !== undefined) {
    if (isPlainUrl(logsUrl)) return logsUrl.endsWith(logsPath) ? { base: trimmed(logsUrl.slice(0, -logsPath.length)), logsUrl } : { logsUrl }
    problems.push(unusable('OTEL_EXPORTER_OTLP_LOGS_ENDPOINT', plainUrl))
  }
  const base = read('OTEL_EXPORTER_OTLP_ENDPOINT')
  if (base === undefined) return undefined
  if (isPlainUrl(base)) return { base: trimmed(base) }
  problems.push(unusable('OTEL_EXPORTER_OTLP_ENDPOINT', plainUrl))
  return undefined
}

const plainUrl = 'an http or https URL without credentials, query or fragment'

export function isPlainUrl(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false
  const { protocol, username, password, search, hash } = new URL(value)
  return /^https?:$/.test(protocol) && username === '' && password === '' && search === '' && hash === ''
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, '')
}

/** What the request says about itself is the sender's to say. */
const ownHeaders: ReadonlySet<string> = new Set(['accept', 'connection', 'content-encoding', 'content-length', 'content-type', 'expect', 'host', 'te', 'trailer', 'transfer-encoding', 'upgrade'])

function otelHeaders(read: Read, problems: Problem[]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const name of ['OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_LOGS_HEADERS']) {
    const pairs = parseKeyPairs(read(name) ?? '')
    const usable = pairs?.every(([key, value]) => /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(key) && /^[\t\x20-\x7e]+$/.test(value) && !ownHeaders.has(key.toLowerCase())) ?? false
    if (usable) for (const [key, value] of pairs!) headers[key.toLowerCase()] = value
    else problems.push(unusable(name, 'name=value, separated by commas, percent-encoded, without headers that describe the body'))
  }
  return headers
}

function positive(read: Read, problems: Problem[]): number | undefined {
  const found = read.either('TIMEOUT')
  if (found === undefined) return undefined
  const [name, value] = found
  const ms = Number(value)
  if (Number.isSafeInteger(ms) && ms >= 1 && ms <= 3_600_000) return ms
  problems.push(unusable(name, 'milliseconds from 1 to 3600000'))
  return undefined
}

function compression(read: Read, problems: Problem[]): 'gzip' | 'none' | undefined {
  const found = read.either('COMPRESSION')
  if (found === undefined || found[1] === 'gzip' || found[1] === 'none') return found?.[1] as 'gzip' | 'none' | undefined
  problems.push(unusable(found[0], 'gzip or none'))
  return undefined
}

/** One mistake discards the variable, as the specification asks: half of a resource would be another resource. */
function resourceOf(read: Read, problems: Problem[]): Record<string, string> {
  const pairs = parseKeyPairs(read('OTEL_RESOURCE_ATTRIBUTES') ?? '')
  if (pairs === undefined) problems.push(unusable('OTEL_RESOURCE_ATTRIBUTES', 'key=value, separated by commas, percent-encoded'))
  const service = read('OTEL_SERVICE_NAME')
  return Object.fromEntries([...(pairs ?? []), ...(service === undefined ? [] : [['service.name', service] as const])])
}

function unusable(key: string, want: string): Problem {
  return { key, got: 'a value that cannot be used', want }
}

function defined<T extends object>(members: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as { [Key in keyof T]?: Exclude<T[Key], undefined> }
}
