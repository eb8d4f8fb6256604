// Everything that makes up the running service, opened in order and closed in reverse. `main.ts` puts it behind a port;
// tests use it as it is.

import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createRedaction, fields, valueMap } from '@blotter/processors'
import { createAuthenticator, openPrincipal } from './authenticate/authenticate.ts'
import { createClock } from './clock.ts'
import { parseYaml } from './config.ts'
import { writeDurable } from './durable.ts'
import { appendTombstone } from './entries.ts'
import { BlotterError, asBlotterError } from './errors.ts'
import { createLooker } from './fingerprint/looker.ts'
import { openForward } from './forward/open.ts'
import { openCursor } from './journal/cursor.ts'
import { createRecent, recentCapacity } from './journal/recent.ts'
import { lockDirectory } from './lock.ts'
import { describeError } from './log.ts'
import { createMetrics, registerGauges } from './metrics.ts'
import { openServiceJournal, recordDamage, rememberStored } from './open-journal.ts'
import { createIngest, drain } from './pipeline.ts'
import { startPreparer } from './preparer.ts'
import { createRefusals, selfRecord, systemPrincipal } from './refusals.ts'
import { recordPolicyChange } from './redact/changes.ts'
import { checkDestinations, loadRedaction } from './redact/load.ts'
import { loadPolicy } from './retain/load.ts'
import { createRetention } from './retention.ts'
import { createSealer } from './sealer.ts'
import { openSecrets } from './secrets.ts'
import { openClickHouse } from './store/clickhouse.ts'
import { connect } from './store/connect.ts'
import { startRowEncoder } from './store/row-encoder.ts'
import { rowsResponse } from './rows.ts'
import { openWatch } from './watch/watch.ts'
import type { Redaction } from '@blotter/processors'
import type { Authenticator, Principal } from './authenticate/authenticate.ts'
import type { Config } from './config.ts'
import type { Looker } from './fingerprint/looker.ts'
import type { Forward } from './forward/forward.ts'
import type { Journal } from './journal/journal.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { Drain, Ingest } from './pipeline.ts'
import type { Preparer } from './preparer.ts'
import type { EmitSelf, Refusals } from './refusals.ts'
import type { LoadedRedaction } from './redact/load.ts'
import type { LoadedPolicy } from './retain/load.ts'
import type { Retention } from './retention.ts'
import type { Sealer } from './sealer.ts'
import type { Secrets } from './secrets.ts'
import type { Store } from './store/store.ts'
import type { Finding, Watch } from './watch/watch.ts'

export interface Service {
  readonly config: Config
  readonly authenticator: Authenticator
  readonly secrets: Secrets
  readonly policy: LoadedPolicy
  readonly redactionPolicy: LoadedRedaction
  readonly redaction: Redaction
  /** Finds payloads by what they say. */
  readonly looker: Looker
  readonly ingest: Ingest
  readonly store: Store
  readonly sealer: Sealer
  readonly journal: Journal
  readonly drain: Drain
  readonly forwards: readonly Forward[]
  readonly retention: Retention
  readonly refusals: Refusals
  readonly metrics: Metrics
  readonly watch: Watch
  /** RFC 3339. */
  readonly startedAt: string
  /** Entries of the journal that were there before this start. */
  readonly entriesBefore: number
  readonly log: Log
  readonly logDirectory: string
  /** Waits until the store holds what was durable when it was called; false when that takes longer. */
  catchUp(timeoutMs: number): Promise<boolean>
  /** The same for the log's checkpoint. */
  catchUpSeal(timeoutMs: number): Promise<boolean>
  /** Runs a question to the store; when the store does not answer, says so and nothing else. */
  reading<T>(question: () => Promise<T>): Promise<T>
  /** Notices fingerprint keys that began or ended, and tells the threads that prepare records. */
  renewKeys(): Promise<void>
  rows(principal: Principal, parameters: URLSearchParams): Promise<Response>
  /** Whether it is stopping: what is gathered must be written now. */
  readonly closing: boolean
  /** Why the service should get no traffic. Empty when it should. */
  problems(): string[]
  /** Stops taking in, lets the background steps finish within `timeoutMs`, closes. */
  close(timeoutMs: number): Promise<void>
}

/** How often what is due is done: expired records erased, journal segments released, refusals written. */
const retentionEveryMs = 3_600_000
const firstRetentionMs = 300_000 // soon, since a service that restarts often must erase too; not at once, so that a wrong policy can be noticed
const upkeepEveryMs = 5_000

export async function openService(config: Config, log: Log): Promise<Service> {
  await mkdir(config.dataDirectory, { recursive: true, mode: 0o700 })
  const lost = { stop: (): void => {} }
  const unlock = await lockDirectory(config.dataDirectory, {
    onLost: () => {
      log.error('another process has taken the data directory over, as if this one were dead: nothing is acknowledged any more; stop it')
      lost.stop()
    },
  })
  try {
    return await openLocked(config, log, unlock, lost)
  } catch (error) {
    await unlock()
    throw error
  }
}

async function openLocked(config: Config, log: Log, unlock: () => Promise<void>, lost: { stop: () => void }): Promise<Service> {
  const { dataDirectory } = config
  const policy = await loadPolicy(config.retentionPaths, config.retentionRequired, parseYaml)
  const redactionPolicy = await loadRedaction(config.redactionPaths, config.redactionRequired, parseYaml)
  checkDestinations(redactionPolicy, config.forward.map(({ name }) => name))
  const secrets = await openSecrets(dataDirectory)
  const redaction = createRedaction(redactionPolicy.policy, { ...config.redact, keyOf: (workspace) => secrets.fingerprintKey(workspace) })
  const authenticator = await createAuthenticator(join(dataDirectory, 'keys', 'api-keys.json'), Date.now)
  const metrics = createMetrics()

  const logDirectory = join(dataDirectory, 'log', secrets.origin)
  await mkdir(join(dataDirectory, 'log'), { recursive: true })
  const sealer = await createSealer({ directory: logDirectory, origin: secrets.origin, seed: secrets.sealSeed })

  const recent = createRecent()
  const store = await openClickHouse(await connect(config.store === undefined ? { kind: 'embedded', directory: join(dataDirectory, 'store') } : { kind: 'remote', ...config.store }), startRowEncoder(), (done, of) => { log.info('the store gets new columns; this start waits for it', { done, of }) })
  const newestStored = await rememberStored(recent, store, secrets.origin, recentCapacity)
  const { journal, quarantined } = await openServiceJournal({
    dataDirectory, sealedSize: sealer.size, destinations: config.forward.map(({ name }) => name), maxBytes: config.limits.journalBytes, recent, log, metrics,
  }).catch(async (error: unknown) => { await store.close(); throw error })
  const clock = createClock({
    floorNano: journal.recoveredAtNano > newestStored ? journal.recoveredAtNano : newestStored,
    onJump: ({ ms, followed }) => { log.warn('the system clock was set', { ms, followed }) },
  })
  const startedAt = new Date().toISOString()
  const entriesBefore = journal.durableIndex
  const cursor = (name: string): ReturnType<typeof openCursor> => openCursor(join(dataDirectory, 'cursors', `${name}.json`), journal.oldestIndex)

  const exclusive = createMutex()
  const stopping = new AbortController()
  const forwards = await Promise.all(config.forward.map(async (destination) => openForward(destination, {
    redaction: redaction.to(destination.name), directory: join(dataDirectory, 'forward'), place: await cursor(`forward-${destination.name}`), metrics, signal: stopping.signal,
    onBlocked: (name, code) => { log.error('forward: a destination needs an operator; see blotter forward status', { destination: name, code }) },
  })))
  metrics.destinations.push(...forwards.map((forward) => () => forward.status(journal.durableIndex)))
  const watch = await openWatch({
    path: join(dataDirectory, 'watch.json'), startIndex: journal.oldestIndex, ...config.watch, nowNano: clock, writeFile: writeDurable,
    emit: (finding) => emitFinding(finding),
  })
  const drained = drain({
    journal, origin: secrets.origin, sealer, store, storeCursor: await cursor('store'), exclusive, metrics, forwards, watch,
    onError: (step, error, attempt) => { log.warn('step failed, trying again', { step, attempt, ...describeError(error) }) },
  })
  const preparer = await startPreparer({
    dataDirectory, policy: policy.definition, redaction: redactionPolicy.definition, redact: config.redact,
    onEnded: (error) => { log.error('BUG: a thread that prepares records ended; another one takes its place', describeError(error)) },
  }, secrets)
  const looker = createLooker({ dataDirectory, redaction: redactionPolicy.definition, redact: config.redact }, secrets, redaction)
  const ingest = createIngest({ journal, recent, preparer: counting(preparer, metrics), refuseClaims: config.environments.claims === 'refuse', clock, metrics })
  const emitSelf: EmitSelf = async (event, attributes, principal) => { await ingest([selfRecord(event, clock(), valueMap(Object.entries(attributes)))], principal, 'self') }
  const emitFinding = async ({ event, attributes, workspace, environment }: Finding): Promise<void> => {
    await emitSelf(event, attributes, { ...systemPrincipal, workspace, environment }).catch((error: unknown) => {
      if (asBlotterError(error).code !== 'RECORD_CONFLICT') throw error // the same finding, kept before a crash at another time
    })
  }
  const refusals = createRefusals(emitSelf, authenticator.open ? openPrincipal : systemPrincipal)
  const retention = createRetention({
    store, policy, origin: secrets.origin, metrics, log, nowMs: Date.now,
    exclusive: (work) => exclusive(() => {
      if (!drained.storeSettled()) throw new BlotterError('STORE_UNAVAILABLE')
      return work()
    }),
    async appendTombstone(erased) {
      await Promise.all(forwards.map((forward) => forward.erase(`${erased.retentionClass} ${erased.period}`)))
      const index = await appendTombstone(journal, erased, policy.version, clock())
      metrics.tombstones.inc()
      return index
    },
    emit: (event, attributes, principal) => emitSelf(event, { [fields.recordId.key]: randomUUID(), ...attributes }, principal ?? systemPrincipal),
  })
  registerGauges(metrics, {
    journalBytes: () => journal.bytes, journalIndex: () => journal.durableIndex, journalFailed: () => (journal.failed ? 1 : 0),
    steps: () => drained.steps, sealedSize: () => sealer.size, journalProblem: () => journal.problem,
  })

  void recordPolicyChange({
    path: join(dataDirectory, 'redaction-version.json'), version: redactionPolicy.policy.version, writeFile: writeDurable,
    emit: (event, attributes) => emitSelf(event, attributes, authenticator.open ? openPrincipal : systemPrincipal).catch((error: unknown) => {
      if (asBlotterError(error).code !== 'RECORD_CONFLICT') throw error // kept before a crash, at another time
    }),
  }).catch((error: unknown) => { log.warn('the change of the redaction policy could not be recorded; it is tried again at the next start', describeError(error)) })
  void recordDamage(quarantined, emitSelf, systemPrincipal).catch((error: unknown) => { log.warn('the damage of the journal could not be recorded', describeError(error)) })

  let closing = false
  lost.stop = () => {
    closing = true
    stopping.abort()
    void Promise.all([journal.close(), ...drained.steps.map((step) => step.stop())])
  }
  const upkeep = every(upkeepEveryMs, async () => {
    await refusals.flush()
    if (await drained.watch.reach(journal.durableIndex, upkeepEveryMs)) await watch.report()
    await journal.release(Math.min(...drained.steps.map(({ next }) => next)))
  }, log)
  // Nobody's records are deleted by a policy that nobody wrote: the built-in one is only a plan until someone applies it.
  const schedule = policy.source === 'built-in' ? undefined : every(retentionEveryMs, async () => { await retention.apply(undefined) }, log, firstRetentionMs)

  return {
    config, authenticator, secrets, policy, redactionPolicy, redaction, looker, ingest, store, sealer, journal, drain: drained, forwards, retention, refusals, metrics, watch, startedAt, entriesBefore, log, logDirectory,
    catchUp: (timeoutMs) => drained.store.reach(journal.durableIndex, timeoutMs),
    catchUpSeal: (timeoutMs) => drained.seal.reach(journal.durableIndex, timeoutMs),
    async reading(question) {
      try {
        return await question()
      } catch (error) {
        if (error instanceof BlotterError) throw error
        log.warn('the store did not answer', describeError(error))
        throw new BlotterError('STORE_UNAVAILABLE')
      }
    },
    async renewKeys() {
      if (await secrets.reload()) preparer.renew()
    },
    rows: (principal, parameters) => rowsResponse(store, secrets.origin, sealer.size, principal, parameters),
    get closing() { return closing },
    problems() {
      const problems = closing ? ['shutting down'] : []
      if (journal.failed) problems.push(`the journal cannot be written (${journal.problem})`)
      if (journal.bytes > config.limits.journalBytes) problems.push('the journal is full')
      return problems
    },
    async close(timeoutMs) {
      closing = true
      await upkeep.stop()
      await schedule?.stop()
      await refusals.flush()
      // A step that keeps failing is not waited for: it has its place, and goes on from there.
      const reached = await Promise.all(drained.steps.map((step) => step.reach(journal.durableIndex, step.failures > 0 ? 0 : timeoutMs).then((done) => ({ step, done }))))
      for (const { step, done } of reached) if (!done) log.warn('stopped before a step was done; it goes on at the next start', { step: step.name, behind: journal.durableIndex - step.next })
      stopping.abort()
      await Promise.all(drained.steps.map((step) => step.stop()))
      await Promise.all(forwards.map((forward) => forward.close()))
      await preparer.close()
      await looker.close()
      await journal.close()
      await store.close()
      await unlock()
    },
  }
}

/** Tells how many senders still use a fingerprint key that was rotated. */
function counting(preparer: Preparer, metrics: Metrics): Preparer {
  return {
    ...preparer,
    async prepare(input) {
      const prepared = await preparer.prepare(input)
      if (prepared.kind === 'prepared' && prepared.oldFingerprints > 0) metrics.oldFingerprints.inc(prepared.oldFingerprints)
      return prepared
    },
  }
}

/** One at a time, in order of arrival. */
function createMutex(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return function exclusive(work) {
    const mine = last.then(work, work)
    last = mine.catch(() => {})
    return mine
  }
}

interface Regular { readonly stop: () => Promise<void> }

/** Runs `work` regularly, never twice at once; what fails is logged and tried again the next time. */
function every(periodMs: number, work: () => Promise<void>, log: Log, firstMs = periodMs): Regular {
  let running: Promise<void> | undefined
  const run = (): void => {
    running ??= work().catch((error: unknown) => { log.warn('upkeep failed, trying again later', describeError(error)) }).finally(() => { running = undefined })
  }
  let timer = setTimeout(repeat, firstMs).unref()
  function repeat(): void {
    run()
    timer = setTimeout(repeat, periodMs).unref()
  }
  return { async stop() { clearTimeout(timer); await running } }
}
