// One question through the routes, with sources that behave badly: a client that leaves, time that runs out, a store that
// fails, many who ask at once.

import { Hono } from 'hono'
import { expect, onTestFinished, test } from 'vitest'
import { createMemoryEntries, labelsOf } from '../../../test/support/memory-entries.ts'
import { eventually } from '../../../test/support/eventually.ts'
import { openPrincipal } from '../../authenticate/authenticate.ts'
import { BlotterError } from '../../errors.ts'
import { connectionLimits } from '../../listen/limits.ts'
import { listen } from '../../listen/server.ts'
import { createMetrics } from '../../metrics.ts'
import { QueryLimitError } from '../logql/errors.ts'
import { queryConfig } from '../options.ts'
import { registerLokiRoutes } from './api.ts'
import { createTails } from './tails.ts'
import type { Entry, EntrySource } from '../logql/entry.ts'
import type { QueryConfig } from '../options.ts'
import type { LogIndex } from './log-index.ts'
import type { ReadDetails } from '../access-record.ts'
import type { Metrics } from '../../metrics.ts'

const stream = labelsOf({ service_name: 'shop' })
const entry = (i: number): Entry => ({ timeNano: BigInt(Date.now()) * 1_000_000n - BigInt(i) * 1_000_000_000n, line: `line ${i}`, stream, metadata: new Map() })

interface Served { readonly app: Hono; readonly metrics: Metrics; readonly reads: ReadDetails[] }

function serve(source: EntrySource, limits: Partial<QueryConfig> = {}): Served {
  const metrics = createMetrics()
  const reads: ReadDetails[] = []
  const app = new Hono()
  registerLokiRoutes(app, {
    caller: { authenticate: async () => openPrincipal, refusal: async () => ({ reason: 'INTERNAL', principal: undefined }) },
    limits: { ...queryConfig(undefined), ...limits }, metrics, tails: createTails(), problems: () => [],
    open: () => ({ source, index: {} as LogIndex }), entryOf: () => { throw new Error('no tails here') },
    journal: { whenBeyond: async () => {}, reader: () => { throw new Error('no tails here') } }, storedUpTo: () => 0,
    catchUp: async () => true, readForm: async (c) => c.req.text(),
    reading: (question) => question().catch((error: unknown) => { throw error instanceof Error && 'status' in error ? error : new BlotterError('STORE_UNAVAILABLE') }),
    recordRead: async (_, __, details) => { reads.push(details) },
  })
  app.onError((error) => new Response(error instanceof BlotterError ? error.code : String(error), { status: 503 }))
  return { app, metrics, reads }
}

const path = (query: string, more = ''): string => `/loki/api/v1/query_range?query=${encodeURIComponent(query)}${more}`
const lines = path('{service_name="shop"}')
const ends = async ({ metrics }: Served): Promise<string[]> => (await metrics.queries.get()).values.map(({ labels }) => String(labels['result']))

/** Pages without end, until somebody says so; `ended` is called when it was read to there. */
function endless(ended: () => void): EntrySource {
  return {
    async *entries({ signal }) {
      try {
        for (let i = 0; ; i += 1) {
          signal?.throwIfAborted()
          yield [{ ...entry(0), line: 'not what was asked for' }]
          if (i % 100 === 0) await new Promise(setImmediate)
        }
      } finally {
        ended()
      }
    },
    count: async () => undefined,
  }
}

test('a client that leaves ends its query, and nothing of it goes on', async () => {
  let ended = 0
  const served = serve(endless(() => { ended += 1 }))
  const listening = await listen({ host: '127.0.0.1', port: 0, fetch: served.app.fetch, onError: () => new Response(null, { status: 500 }), limits: connectionLimits, onClosed: () => {} })
  onTestFinished(() => listening.close(0))
  const leave = new AbortController()
  const asked = fetch(`${listening.url}${path('{service_name="shop"} |= "never"')}`, { signal: leave.signal })
  await new Promise((resolve) => { setTimeout(resolve, 100) })
  expect(ended).toBe(0)
  leave.abort()
  await expect(asked).rejects.toThrow()
  await eventually('it ends', () => ended === 1, 5_000)
  await eventually('it is counted', async () => (await ends(served)).includes('cancelled'), 5_000)
})

test('time runs out: 504, in plain text, and the reading stops', async () => {
  let ended = 0
  const served = serve(endless(() => { ended += 1 }), { timeoutMs: 60 })
  const response = await served.app.request(path('{service_name="shop"} |= "never"'))
  expect([response.status, response.headers.get('Content-Type')]).toEqual([504, 'text/plain; charset=utf-8'])
  expect(await response.text()).toMatch(/longer/)
  await eventually('it ends', () => ended === 1, 5_000)
  expect(await ends(served)).toEqual(['timeout'])
})

test('a source that does not listen is not waited for, but keeps its place until it is done', async () => {
  let release = (): void => {}
  const stuck: EntrySource = { async *entries() { await new Promise<void>((resolve) => { release = resolve }); yield [entry(0)] }, count: async () => undefined }
  const { app } = serve(stuck, { timeoutMs: 50, concurrent: 1, mostWaiting: 0 })
  expect((await app.request(lines)).status).toBe(504)
  expect((await app.request(lines)).status).toBe(429)
  release()
  await eventually('its place is free', async () => (await app.request(lines)).status === 504)
  release()
})

test('the loop that acknowledges records turns while rows are evaluated', async () => {
  const entries = Array.from({ length: 60_000 }, (_, i) => entry(i))
  const { app } = serve(createMemoryEntries(entries, { pageSize: 20_000 }))
  let longestMs = 0
  let lastMs = performance.now()
  const watching = setInterval(() => { longestMs = Math.max(longestMs, performance.now() - lastMs); lastMs = performance.now() }, 1)
  const asked = app.request(path('sum(count_over_time({service_name="shop"} |= "line" | logfmt | json [1h]))', '&step=60'))
  await new Promise(setImmediate)
  longestMs = 0 // what came before it is not its doing
  expect((await asked).status).toBe(200)
  clearInterval(watching)
  expect(longestMs).toBeLessThan(500) // in one go it would be seconds
})

test('a cap is told as what it is, a failure of the store as one of the store', async () => {
  const throwing = (error: Error): EntrySource => ({ async *entries() { yield []; throw error }, count: async () => undefined })
  const capped = await serve(throwing(new QueryLimitError('rows', 'reads more than 10 records'))).app.request(lines)
  expect([capped.status, await capped.text()]).toEqual([400, 'reads more than 10 records'])
  const served = serve(throwing(new Error('connection refused by 10.0.0.1')))
  const failed = await served.app.request(lines)
  expect([failed.status, await failed.text()]).toEqual([503, 'STORE_UNAVAILABLE'])
  expect(await ends(served)).toEqual(['failed'])
})

test('a read is told by kinds of what was asked, never by values', async () => {
  const { app, reads } = serve(createMemoryEntries([entry(1), entry(2)]))
  await app.request(path('{service_name="shop"} |= "line" | logfmt | level="secret-value"'))
  expect(reads).toEqual([{ through: 'loki', kinds: ['selector', 'lineFilter', 'logfmt', 'labelFilter'], records: 0 }])
  await app.request(path('sum by (service_name) (count_over_time({service_name="shop"}[5m]))', '&step=60'))
  expect(reads).toHaveLength(1)
  await app.request(path('sum by (whose) (count_over_time({service_name="shop"} | label_format whose="x" [5m]))', '&step=60'))
  expect(reads[1]).toEqual({ through: 'loki', kinds: ['metric'], records: 1 })
})
