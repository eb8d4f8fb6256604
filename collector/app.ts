// The routes, and nothing else: each one authenticates, calls one function and answers.

import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { Hono } from 'hono'
import { openPrincipal } from './authenticate/authenticate.ts'
import { createChangeRecorder } from './authenticate/changes.ts'
import { countKeys } from './authenticate/key-view.ts'
import { BlotterError, asBlotterError } from './errors.ts'
import { registerFingerprintRoutes } from './fingerprint/api.ts'
import { recordEpochChanges } from './fingerprint/changes.ts'
import { epochView } from './fingerprint/view.ts'
import { forwardRoute, registerForwardRoutes } from './forward/api.ts'
import { keyRoute, registerKeyRoutes } from './keys/api.ts'
import { createCaller } from './keys/caller.ts'
import { clientAddress } from './listen/addresses.ts'
import { isIncomplete } from './listen/guard.ts'
import { describeError } from './log.ts'
import { createReadAudit } from './query/access-record.ts'
import { maskFor } from './query/access.ts'
import { isLokiPath, lokiRoute, registerLokiRoutes } from './query/loki/api.ts'
import { plainTextError } from './query/loki/errors.ts'
import { createLogIndex } from './query/loki/index.ts'
import { streamsOnly } from './query/loki/masked-index.ts'
import { createEntrySource, entryOf } from './query/loki/source.ts'
import { createTails } from './query/loki/tails.ts'
import { registerTimelineRoutes } from './query/timeline/api.ts'
import { createProgress } from './query/timeline/progress.ts'
import { timelineLimits } from './query/timeline/question.ts'
import { contentTypes, errorResponse, receiptsBody, successBody } from './receive/answer.ts'
import { createBudget } from './receive/budget.ts'
import { readBody } from './receive/body.ts'
import { encodingOf, receive } from './receive/receive.ts'
import { partOf } from './redact/trial.ts'
import { partView } from './redact/view.ts'
import { systemPrincipal } from './refusals.ts'
import { indexText } from './index-text.ts'
import { serveLog } from './serve-log.ts'
import { statusOf } from './status.ts'
import type { IncomingMessage } from 'node:http'
import type { Context } from 'hono'
import type { Principal } from './authenticate/authenticate.ts'
import type { PortRules } from './listen/port.ts'
import type { Tails } from './query/loki/tails.ts'
import type { Service } from './service.ts'
import type { IngestPath } from './admit.ts'
import type { Encoding } from './receive/answer.ts'

/** A question waits this long for the store to take in what was acknowledged before it was asked. */
const catchUpMs = 2000

/** The same of a question to the Loki API, of which a dashboard asks twenty at once. */
const lokiCatchUpMs = 200

/** `port`: its rules about who may speak at all. Without it, as in a test of routes alone, everyone may. */
export function createApp(service: Service, port?: PortRules, tails: Tails = createTails()): Hono {
  const { config, authenticator, ingest, metrics, refusals, log } = service
  const budget = createBudget({ maxBytes: config.limits.inFlightBytes, maxRequests: config.limits.workspaceRequests })
  const caller = createCaller(authenticator, (c) => addressOf(c, config.allow?.proxyHops ?? 0))
  const keysDirectory = join(config.dataDirectory, 'keys')
  const app = new Hono()

  if (port !== undefined) app.use(async (c, next) => {
    port.guard(incomingOf(c)!)
    await next()
  })

  const ingestRoute = (path: IngestPath) => async (c: Context): Promise<Response> => {
    const encoding: Encoding = encodingOf(c.req.header('Content-Type')) ?? 'json'
    const principal = await caller.authenticate(c, 'ingest')
    const { body: sent, release } = await receive(c.req.raw, bodyOf(c), config.limits, budget.of(principal.workspace))
    try {
      const { receipts, rejected } = await ingest(sent, principal, path, encoding)
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

  const progress = createProgress({ origin: service.sealer.origin, durableIndex: () => service.journal.durableIndex, storedIndex: () => service.drain.store.next, nowNano: () => BigInt(Date.now()) * 1_000_000n })
  const reads = createReadAudit({ emit: (event, attributes, reader) => refusals.emit(event, attributes, { ...reader, scopes: new Set() }) })
  refusals.alongside(async () => { progress.mark() })
  refusals.alongside(() => reads.flush(service.closing))
  const answers = createBudget({ maxBytes: timelineLimits.bytes, maxRequests: timelineLimits.concurrent })
  registerTimelineRoutes(app, {
    hold: (workspace, bytes) => answers.of(workspace).take(bytes),
    caller, store: service.store, policy: service.redactionPolicy.policy, progress, recordRead: reads.recordRead,
    catchUp: () => service.catchUp(catchUpMs), reading: (question) => service.reading(question), isSilent: (source) => service.watch.isSilent(source),
  })

  const mask = (principal: Principal): ReturnType<typeof maskFor> => maskFor(principal, service.redactionPolicy.policy)
  registerLokiRoutes(app, {
    readForm: async (c, maxBytes) => (await readBody(bodyOf(c), undefined, undefined, { wireBytes: maxBytes, inflatedBytes: maxBytes })).toString(),
    caller, tails, metrics, limits: config.query, recordRead: reads.recordRead, journal: service.journal,
    open: (principal) => ({
      source: createEntrySource(service.store.logRows, principal, config.query, mask(principal)),
      index: mask(principal) === undefined ? createLogIndex(service.store.logRows, principal, config.query) : streamsOnly(createLogIndex(service.store.logRows, principal, config.query)),
    }),
    entryOf: (principal) => (record) => entryOf(mask(principal)?.(record) ?? record),
    catchUp: () => service.catchUp(lokiCatchUpMs), storedUpTo: () => service.drain.store.next, reading: (question) => service.reading(question),
    problems: () => [...service.problems(), ...(port?.problems() ?? [])],
  })

  app.get('/v1/retention/plan', async (c) => {
    await caller.authenticate(c, 'retain')
    await service.catchUp(catchUpMs)
    return c.json(await service.reading(() => service.retention.plan()))
  })
  app.post('/v1/retention/apply', async (c) => {
    const principal = await caller.authenticate(c, 'retain')
    await service.catchUp(catchUpMs)
    return c.json({ erased: await service.retention.apply(principal) })
  })

  app.get('/v1/redaction', async (c) => {
    const { workspace } = await caller.authenticate(c, 'read')
    const { source, policy } = service.redactionPolicy
    return c.json({ source, version: policy.version, workspace, ...partView(partOf(policy, workspace, undefined)) })
  })

  app.get('/v1/rows', async (c) => {
    const principal = await caller.authenticate(c, 'read')
    if (!(await service.catchUp(catchUpMs))) throw new BlotterError('STORE_UNAVAILABLE') // a late row must not look like a missing one
    return service.reading(() => service.rows(principal, new URL(c.req.url).searchParams))
  })

  app.get('/v1/log', async (c) => {
    const { scopes } = await caller.authenticate(c, 'read')
    await service.catchUpSeal(catchUpMs)
    return c.json({ origin: service.sealer.origin, size: service.sealer.size, vkey: service.sealer.vkey, allRows: scopes.has('admin') })
  })
  app.get('/log/:origin/*', (c) => serveLog(c.req.path, service.logDirectory, service.sealer))

  registerForwardRoutes(app, { forwards: service.forwards, durableIndex: () => service.journal.durableIndex, administrator: (c) => caller.authenticate(c, 'admin'), emit: refusals.emit })
  const recordChanges = createChangeRecorder(authenticator.keyFile, refusals.emit)
  registerKeyRoutes(app, { authenticator, caller, recordChanges })
  refusals.alongside(() => authenticator.upkeep())
  refusals.alongside(recordChanges)
  const recordEpochs = (): Promise<void> => recordEpochChanges(keysDirectory, (event, attributes) => refusals.emit(event, attributes, authenticator.open ? openPrincipal : systemPrincipal))
  registerFingerprintRoutes(app, {
    secrets: service.secrets, keys: keysDirectory, caller, looker: service.looker, budgetOf: (workspace) => budget.of(workspace), bodyOf,
    renew: () => service.renewKeys(), recordChanges: recordEpochs, emit: refusals.emit, counted: (result) => { metrics.lookUps.inc({ result }) },
  })
  refusals.alongside(() => service.renewKeys())
  refusals.alongside(recordEpochs)

  app.get('/v1/status', async (c) => {
    await caller.authenticate(c, 'admin')
    return c.json(await statusOf(service, port?.problems() ?? []), 200, { 'Cache-Control': 'no-store' })
  })

  app.get('/healthz', (c) => c.text('ok\n'))
  app.get('/readyz', (c) => {
    const problems = [...service.problems(), ...(port?.problems() ?? [])]
    return problems.length === 0 ? c.text('ready\n') : c.text(`not ready: ${problems.join(', ')}\n`, 503)
  })
  app.get('/metrics', async (c) => {
    metrics.inFlightBytes.set(budget.used)
    for (const [state, count] of Object.entries(countKeys(authenticator.keys, (id) => authenticator.lastUsedAt(id), Date.now()))) metrics.keys.set({ state }, count)
    for (const state of ['current', 'overlap', 'retired', 'destroyed'] as const) metrics.fingerprintEpochs.set({ state }, service.secrets.epochs().filter((epoch) => epochView(epoch, Date.now()).state === state).length)
    return c.text(await metrics.registry.metrics(), 200, { 'Content-Type': metrics.registry.contentType })
  })
  app.get('/', (c) => c.text(indexText(service.sealer.origin)))

  app.notFound(async (c) => {
    const methods = methodsOf(c)
    if (methods.length === 0) return fail(c, new BlotterError('NOT_FOUND'))
    if (c.req.method === 'OPTIONS') return new Response(null, { status: 204, headers: { Allow: methods.join(', ') } }) // no CORS: browsers are not senders
    const refusal = await fail(c, new BlotterError('METHOD_NOT_ALLOWED'))
    refusal.headers.set('Allow', methods.join(', '))
    return refusal
  })
  app.onError((error, c) => fail(c, error))
  return app

  /** What the path answers to, when the caller has the right place and the wrong verb. */
  function methodsOf(c: Context): string[] {
    const methods = app.routes.filter(({ path, method }) => method !== 'ALL' && path === pathOf(c)).map(({ method }) => method)
    return methods.includes('GET') ? [...methods, 'HEAD'] : methods
  }

  async function fail(c: Context, thrown: unknown): Promise<Response> {
    const error = !(thrown instanceof BlotterError) && isIncomplete(incomingOf(c)) ? new BlotterError('INCOMPLETE_REQUEST') : asBlotterError(thrown)
    const requestId = randomUUID()
    const route = app.routes.some(({ path }) => path === pathOf(c)) ? pathOf(c) : 'other'
    const isOtlp = route === '/v1/logs' || route === '/v1/audit'
    metrics.refusedRequests.inc({ path: route, reason: error.code })
    if (error.code === 'INTERNAL' || error.code === 'JOURNAL_FAILED') log.error('request failed', { request_id: requestId, code_: error.code, path: route, ...describeError(error.cause) })
    else if ((isOtlp || route.startsWith('/v1/keys') || route.startsWith('/v1/fingerprint') || error.code === 'FORBIDDEN') && !error.kind.retryable) {
      const { reason, principal } = await caller.refusal(c, error.code)
      refusals.note(reason, route, principal)
    }
    if (isLokiPath(route)) return plainTextError(error, requestId)
    return errorResponse(error, isOtlp ? encodingOf(c.req.header('Content-Type')) ?? 'json' : 'plain', requestId)
  }
}

/** The route of a path, without what the caller chose in it. */
function pathOf(c: Context): string {
  return lokiRoute(c.req.path) ?? keyRoute(c.req.path) ?? forwardRoute(c.req.path) ?? c.req.path
}

/** Where the request comes from: what the socket says, or what the proxies in front of it do. */
function addressOf(c: Context, proxyHops: number): string | undefined {
  return clientAddress(incomingOf(c)?.socket?.remoteAddress, c.req.header('X-Forwarded-For'), proxyHops)
}

/** Under Node's own server the body is read from its request: a web stream around it costs more than a small record does. */
function bodyOf(c: Context): AsyncIterable<Uint8Array> | null {
  return incomingOf(c)?.iterator({ destroyOnReturn: false }) ?? c.req.raw.body // not destroyed: an answer must still be possible
}

/** Node's own request; undefined in a test of routes alone. */
function incomingOf(c: Context): IncomingMessage | undefined {
  return (c.env as { readonly incoming?: IncomingMessage } | undefined)?.incoming
}
