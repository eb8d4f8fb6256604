// What an operator may set about a destination: keys of blotter.yaml, checked with everything else in it.

import { readFile } from 'node:fs/promises'
import { validateHeaderName } from 'node:http'
import { resolve } from 'node:path'
import { z } from 'zod'
import { filterProblems, parseFilter } from './filter.ts'
import { Secret } from './secret.ts'
import type { RedactOptions } from '@blotter/processors'
import type { BatchLimits } from './batches.ts'
import type { Filter } from './filter.ts'
import type { OtlpForwarderOptions } from './otlp.ts'

export interface Destination extends OtlpForwarderOptions {
  readonly batch?: Partial<BatchLimits>
  /** Which records it gets. Default: all. */
  readonly filter?: Filter
  /** On top of what the collector redacts. Default: nothing more. */
  readonly redact?: RedactOptions
  /** Default 64 MiB. */
  readonly deadLetterBytes?: number
}

const path = z.string().min(1)
const name = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, 'use lower-case letters, digits, dashes and underscores')

const url = z.url({ protocol: /^https?$/ }).refine((text) => {
  const { username, password, hash } = URL.canParse(text) ? new URL(text) : { username: '', password: '', hash: '' }
  return username === '' && password === '' && hash === ''
}, 'without credentials (they belong in headers) and without #')

const headers = z.record(z.string().refine(isHeaderName, 'is not the name of a header'), z.union([z.string(), z.strictObject({ file: path })])).default({})

const filter = z.record(z.string(), z.unknown()).superRefine((source, context) => {
  for (const { path: place, message } of filterProblems(source)) context.addIssue({ code: 'custom', path: place === '' ? [] : [place], message })
})

const destination = z.strictObject({
  /** Names its cursor, its dead letters and its metrics: a new name begins anew. */
  name,
  /** Base URL of an OTLP/HTTP receiver; `/v1/logs` is appended unless it is there. Redirects are never followed. */
  url,
  /** Values may be `${NAME}`, taken from the environment, or `{ file: PATH }`, read at each request. */
  headers,
  /** `protobuf` or `json`. Default protobuf, which every receiver takes. */
  format: z.enum(['protobuf', 'json']).optional(),
  /** `gzip` or `none`. Default gzip. */
  compression: z.enum(['gzip', 'none']).optional(),
  /** For one request with its answer, in milliseconds. Default 10000. */
  timeout_ms: z.number().int().min(100).max(300_000).optional(),
  /** At most this much in one request. Defaults 1000 records, 1 MiB before compression. */
  batch: z.strictObject({ records: z.number().int().min(1).max(10_000).optional(), bytes: z.number().int().min(1024).max(16 * 1024 * 1024).optional() }).optional(),
  /** Subjects and patterns as in retention.yaml: all must hold, within one any of them. Default: every record. */
  filter: filter.optional(),
  /** Redacted here besides what `redact` above says; there is no way to redact less. */
  redact: z.strictObject({
    paths: z.array(z.string().regex(/^(body|attributes|resource)[.[]/, 'start with body, attributes or resource')).default([]),
    keys: z.array(z.string().min(2)).default([]),
  }).optional(),
  /** PEM files, read anew after a failure. `ca_file` replaces the system's authorities. */
  tls: z.strictObject({ ca_file: path.optional(), certificate_file: path.optional(), key_file: path.optional() })
    .refine(({ certificate_file: certificate, key_file: key }) => (certificate === undefined) === (key === undefined), 'certificate_file and key_file go together').optional(),
  /** A full dead-letter file stops its destination. Default 67108864. */
  dead_letter_bytes: z.number().int().min(1024 * 1024).max(256 * 1024 * 1024).optional(),
})

export const forwardSchema = z.array(destination).default([]).superRefine((list, context) => {
  list.forEach(({ name: given }, i) => { if (list.findIndex((other) => other.name === given) !== i) context.addIssue({ code: 'custom', path: [i, 'name'], message: 'is there twice' }) })
})

/** `fail`: throws what is wrong, as the configuration does. */
export function forwardConfig(list: z.infer<typeof forwardSchema>, base: string, environment: Readonly<Record<string, string | undefined>>, fail: (message: string) => never): Promise<Destination[]> {
  return Promise.all(list.map(async ({ headers: given, timeout_ms: timeoutMs, dead_letter_bytes: deadLetterBytes, filter: wanted, tls, ...rest }) => ({
    ...defined(rest),
    headers: Object.fromEntries(await Promise.all(Object.entries(given).map(async ([header, value]) => [header, typeof value === 'string' ? Secret.of(filled(header, value)) : await fileSecret(header, value.file)] as const))),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(deadLetterBytes === undefined ? {} : { deadLetterBytes }),
    ...(wanted === undefined ? {} : { filter: parseFilter(wanted) }),
    ...(tls === undefined ? {} : { tls: await tlsFiles(tls) }),
  }) as Destination))

  function filled(header: string, value: string): string {
    const text = value.replace(/\$\{([A-Z0-9_]+)\}/g, (_, variable: string) => environment[variable] ?? fail(`forward: header ${header} names the environment variable ${variable}, which is not set`))
    // oxlint-disable-next-line no-control-regex
    return /[^\t\x20-\x7e\x80-\xff]/.test(text) ? fail(`forward: the value of header ${header} holds characters that no header may`) : text
  }

  async function fileSecret(header: string, file: string): Promise<Secret> {
    await readable(file, `the file of header ${header}`)
    return Secret.inFile(resolve(base, file))
  }

  async function tlsFiles({ ca_file: ca, certificate_file: certificate, key_file: key }: NonNullable<z.infer<typeof destination>['tls']>): Promise<NonNullable<Destination['tls']>> {
    for (const file of [ca, certificate, key]) if (file !== undefined) await readable(file, 'a file of tls')
    return {
      ...(ca === undefined ? {} : { caFile: resolve(base, ca) }),
      ...(certificate === undefined ? {} : { certificateFile: resolve(base, certificate) }),
      ...(key === undefined ? {} : { keyFile: resolve(base, key) }),
    }
  }

  async function readable(file: string, what: string): Promise<void> {
    await readFile(resolve(base, file)).catch(() => fail(`forward: ${what} cannot be read`))
  }
}

/** Keys that were not given are not there, rather than there and undefined. */
function defined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T
}

function isHeaderName(text: string): boolean {
  try {
    validateHeaderName(text)
    return true
  } catch {
    return false
  }
}
