// The routes, and nothing else: each one authenticates, calls one function and answers.

import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { BlotterError, asBlotterError } from './errors.ts'
import { describeError } from './log.ts'
import { parseTimelineQuery } from './query/parse.ts'
import { timeline } from './query/timeline.ts'
import { viewOf } from './query/view.ts'
import { contentTypes, errorResponse, receiptsBody, successBody } from './receive/answer.ts'
import { createBudget } from './receive/budget.ts'
import { encodingOf, receive } from './receive/receive.ts'
import { indexText } from './index-text.ts'
import { serveLog } from './serve-log.ts'
import type { Context } from 'hono'
import type { Service } from './service.ts'
import type { IngestPath } from './admit.ts'
import type { Encoding } from './receive/answer.ts'

/** A question waits this long for the store to take in what was acknowledged before it was asked. */
const catchUpMs = 2000

export function createApp(service: Service): Hono {
  const { config, authenticator, ingest, metrics, refusals, log } = service
  const budget = createBudget(config.limits.inFlightBytes)
  const app = new Hono()

  const ingestRoute = (path: IngestPath) => async (c: Context): Promise<Response> => {
    const encoding: Encoding = encodingOf(c.req.header('Content-Type')) ?? 'json'
    const principal = await authenticator.authenticate(c.req.header('Authorization'), 'ingest')
    const { records, release } = await receive(c.req.raw, config.limits, budget, path === 'audit')
    try {
      const { receipts, rejected } = await ingest(records, principal, path)
      const refused = rejected.length === 0 ? undefined : { count: rejected.length, message: [...new Set(rejected.map(({ reason }) => reason))].join(', ') }
      for (const { reason } of rejected) refusals.note(reason, `/v1/${path}`, principal)
      const body = path === 'audit' ? receiptsBody(encoding, receipts) : successBody(encoding, refused)
      return new Response(body as string | Uint8Array<ArrayBuffer>, { headers: { 'Content-Type': contentTypes[encoding] } })
    } finally {
      release()
    }
  }
  app.post('/v1/logs', ingestRoute('logs'))
  app.post('/v1/audit', ingestRoute('audit'))

  app.get('/v1/timeline', async (c) => {
    const principal = await authenticator.authenticate(c.req.header('Authorization'), 'read')
    const query = parseTimelineQuery(new URL(c.req.url).searchParams, Date.now())
    const complete = await service.catchUp(catchUpMs)
    const { records, truncated, notFollowed } = await service.reading(() => timeline(service.store, principal, query))
    return c.json({ records: records.map(viewOf), truncated, notFollowed, complete })
  })

  app.get('/v1/fingerprint/key', async (c) => {
    const { workspace } = await authenticator.authenticate(c.req.header('Authorization'), 'ingest')
    const { epoch, secret } = service.secrets.fingerprintSecret(workspace)
    return c.json({ epoch, key: Buffer.from(secret).toString('base64') }, 200, { 'Cache-Control': 'no-store' })
  })

  app.get('/v1/retention/plan', async (c) => {
    await authenticator.authenticate(c.req.header('Authorization'), 'retain')
    await service.catchUp(catchUpMs)
    return c.json(await service.reading(() => service.retention.plan()))
  })
  app.post('/v1/retention/apply', async (c) => {
    const principal = await authenticator.authenticate(c.req.header('Authorization'), 'retain')
    await service.catchUp(catchUpMs)
    return c.json({ erased: await service.retention.apply(principal) })
  })

  app.get('/v1/rows', async (c) => {
    const principal = await authenticator.authenticate(c.req.header('Authorization'), 'read')
    if (!(await service.catchUp(catchUpMs))) throw new BlotterError('STORE_UNAVAILABLE') // a late row must not look like a missing one
    return service.reading(() => service.rows(principal, new URL(c.req.url).searchParams))
  })

  app.get('/v1/log', async (c) => {
    const { scopes } = await authenticator.authenticate(c.req.header('Authorization'), 'read')
    await service.catchUpSeal(catchUpMs)
    return c.json({ origin: service.sealer.origin, size: service.sealer.size, vkey: service.sealer.vkey, allRows: scopes.has('admin') })
  })
  app.get('/log/:origin/*', (c) => serveLog(c.req.path, service.logDirectory, service.sealer))

  app.get('/healthz', (c) => c.text('ok\n'))
  app.get('/readyz', (c) => {
    const problems = service.problems()
    return problems.length === 0 ? c.text('ready\n') : c.text(`not ready: ${problems.join(', ')}\n`, 503)
  })
  app.get('/metrics', async (c) => c.text(await metrics.registry.metrics(), 200, { 'Content-Type': metrics.registry.contentType }))
  app.get('/', (c) => c.text(indexText(service.sealer.origin)))

  app.notFound(async (c) => {
    const methods = methodsOf(c)
    if (methods.length === 0) return fail(c, new BlotterError('NOT_FOUND'))
    const refusal = await fail(c, new BlotterError('METHOD_NOT_ALLOWED'))
    refusal.headers.set('Allow', methods.join(', '))
    return refusal
  })
  app.onError((error, c) => fail(c, error))
  return app

  /** What the path answers to, when the caller has the right place and the wrong verb. */
  function methodsOf(c: Context): string[] {
    return app.routes.filter(({ path, method }) => method !== 'ALL' && path === c.req.path).map(({ method }) => method)
  }

  async function fail(c: Context, thrown: unknown): Promise<Response> {
    const error = asBlotterError(thrown)
    const requestId = randomUUID()
    const route = app.routes.some(({ path }) => path === c.req.path) ? c.req.path : 'other'
    const isOtlp = route === '/v1/logs' || route === '/v1/audit'
    metrics.refusedRequests.inc({ path: route, reason: error.code })
    if (error.code === 'INTERNAL' || error.code === 'JOURNAL_FAILED') log.error('request failed', { request_id: requestId, code_: error.code, path: route, ...describeError(error.cause) })
    else if (isOtlp && !error.kind.retryable) refusals.note(error.code, route, await authenticator.identify(c.req.header('Authorization')))
    return errorResponse(error, isOtlp ? encodingOf(c.req.header('Content-Type')) ?? 'json' : 'plain', requestId)
  }
}
