// The API of OpenTelemetry, when the app has it: an optional peer, of which `trace`, `context` and `metrics` are used,
// as every version of the peer range has them. The lowest version that works is what lets an app keep its own.
//
// Loaded by require, which does not wait: so CommonJS can `require('@blotter/sdk')`. Which copy of the API it is does not
// matter, since all copies share their state. A bundler leaves it outside; where it is not installed there, spans are not seen.

import { createRequire } from 'node:module'

export type OtelApi = typeof import('@opentelemetry/api')

export const otelApi: OtelApi | undefined = load()

function load(): OtelApi | undefined {
  try {
    return createRequire(import.meta.url)('@opentelemetry/api') as OtelApi
  } catch {
    return undefined
  }
}
