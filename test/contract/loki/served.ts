// Our Loki API over HTTP, on entries in memory: what differs from asking in process is its parameters and its encoding.

import { Hono } from 'hono'
import { openPrincipal } from '../../../collector/authenticate/authenticate.ts'
import { connectionLimits } from '../../../collector/listen/limits.ts'
import { listen } from '../../../collector/listen/server.ts'
import { createMetrics } from '../../../collector/metrics.ts'
import { registerLokiRoutes } from '../../../collector/query/loki/api.ts'
import { createTails } from '../../../collector/query/loki/tails.ts'
import { queryConfig } from '../../../collector/query/options.ts'
import type { Entry } from '../../../collector/query/logql/entry.ts'
import type { LogIndex } from '../../../collector/query/loki/log-index.ts'
import { createMemoryEntries } from '../../support/memory-entries.ts'

export interface Served { readonly url: string; close(): Promise<void> }

export async function serveEntries(entries: readonly Entry[]): Promise<Served> {
  const app = new Hono()
  const source = createMemoryEntries(entries)
  registerLokiRoutes(app, {
    caller: { authenticate: async () => openPrincipal, refusal: async () => ({ reason: 'INTERNAL', principal: undefined }) },
    limits: { ...queryConfig(undefined), concurrent: 64 }, metrics: createMetrics(), tails: createTails(), problems: () => [],
    open: () => ({ source, index: {} as LogIndex }), entryOf: notAsked, storedUpTo: () => 0,
    journal: { whenBeyond: async () => {}, reader: notAsked },
    catchUp: async () => true, readForm: async (c) => c.req.text(), reading: (question) => question(), recordRead: async () => {},
  })
  const onError = (): Response => new Response(null, { status: 500 })
  const listening = await listen({ host: '127.0.0.1', port: 0, fetch: app.fetch, onError, limits: connectionLimits, onClosed: () => {} })
  return { url: listening.url, close: () => listening.close(0) }
}

function notAsked(): never {
  throw new Error('BUG: no case tails')
}
