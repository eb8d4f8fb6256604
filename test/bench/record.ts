// What one record costs the code that emits it: until the call returns, and until everything about it is done. Beside
// it what people do instead. Then what the event loop feels of 10,000 records in a second. See README.md for what each
// figure means.

import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRedaction, emptyRecord, builtinPolicy, parseRedactionPolicy, toPlain, toValue } from '@blotter/processors'
import pino from 'pino'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'
import { createAudit } from '@blotter/sdk'
import { auditAttributes, createAuditLogRecordProcessor } from '@blotter/sdk/otel'
import { startAnswering } from './support/answering.ts'
import { createRandom } from './support/random.ts'
import { readOptions } from './support/options.ts'
import { figure, machine, machineLine, median, progress, quantile, table } from './support/report.ts'
import type { AuditEvent, AuditOptions, Delivery } from '@blotter/sdk'
import type { Logger } from '@opentelemetry/api'
import type { LogRecordExporter, LogRecordProcessor } from '@opentelemetry/sdk-logs'

const help = `What one audit record costs its emitter, in microseconds.

  node --conditions=@blotter/source test/bench/record.ts

  --rounds N   of 100 records each. Default 300
  --seconds N  of 10,000 records each, for the event loop. Default 5; 0 leaves it out
  --bytes N    of a payload, about. Default 1024
  --json       figures for a program
`

const options = readOptions(help, ['rounds', 'bytes', 'seconds'])
const rounds = options.number('rounds', 300)
const seconds = options.number('seconds', 5)
const payloadBytes = options.number('bytes', 1024)
/** Emitted in one turn of the event loop; the SDK sends as many in one request. */
const turnRecords = 100

const random = createRandom(3)

/** One in seven holds something to redact, as in the other benchmarks. */
function payloadOf(): Record<string, unknown> {
  const secret = random.chance(1 / 7) ? { apiKey: `k-${random.hex(16)}` } : {}
  const payload: Record<string, unknown> = { id: `ch_${random.hex(20)}`, amount: random.below(500_000), currency: 'eur', customer: { id: `cus_${random.hex(12)}`, city: 'Kraków' }, ...secret }
  const lines: object[] = []
  payload['lines'] = lines
  while (Buffer.byteLength(JSON.stringify(payload)) < payloadBytes) lines.push({ sku: `sku-${random.below(5000)}`, count: 1 + random.below(5), note: random.pick(['gift wrapped', 'back order', 'second attempt']) })
  return payload
}

/** Enough of them that none is fast because it was seen just now. */
const audited: readonly AuditEvent[] = Array.from({ length: 1000 }, () => ({
  event: 'payment.refund', actor: { id: `user-${random.below(5000)}`, type: 'user' }, action: 'EXECUTE', target: { id: `ch_${random.hex(14)}`, type: 'payment' },
  reason: 'duplicate order', requestId: `req_${random.hex(20)}`, sessionId: `s-${random.hex(12)}`, durationMs: random.below(900), source: { id: '10.1.2.3', type: 'ipv4' },
  payload: payloadOf(), attributes: { 'shop.plan': 'team', 'http.response.status_code': 200 },
}))

interface Subject {
  readonly name: string
  /** What the emitter waits for. */
  readonly call: (event: AuditEvent) => unknown
  /** What goes on behind its back, until nothing is left to do. */
  readonly settle?: () => Promise<unknown>
  readonly end?: () => Promise<unknown>
}

const fingerprintKey = { epoch: 'e1', secret: randomBytes(32) }

/** In a process of its own, so that nothing of it is on our clock. */
const answering = await startAnswering()
const directory = mkdtempSync(join(tmpdir(), 'blotter-bench-record-'))
let spools = 0

function auditing(name: string, delivery: Delivery, more: Partial<AuditOptions> = {}, eventOf: (event: AuditEvent) => AuditEvent = (event) => event): Subject {
  const audit = createAudit<Delivery>({ endpoint: answering.url, integration: 'stripe', fingerprintKey, delivery, spool: { directory: join(directory, `spool-${spools += 1}`) }, maxQueue: 100_000, ...more })
  let promises: Promise<unknown>[] = []
  return {
    name,
    call: (event) => promises.push(audit.record(eventOf(event))),
    async settle() { // rejections end the benchmark: a record that was not sent costs less
      await Promise.all(promises)
      promises = []
      await audit.flush()
    },
    end: () => audit.close(),
  }
}

const redaction = createRedaction(parseRedactionPolicy(builtinPolicy)).of('')

/** As pino's documentation has it: known paths, compiled once, to a destination that writes in the background. */
function pinoLogging(name: string, options: pino.LoggerOptions): Subject {
  const destination = pino.destination({ dest: '/dev/null', sync: false, minLength: 4096 })
  const logger = pino(options, destination)
  return {
    name,
    call: (event) => { logger.info(event, 'audit') },
    settle: () => new Promise((resolve) => { destination.flush(resolve) }),
  }
}

const keepsNothing: LogRecordExporter = { export: (_records, done) => { done({ code: 0 }) }, forceFlush: () => Promise.resolve(), shutdown: () => Promise.resolve() }

function logging(name: string, processors: readonly LogRecordProcessor[], attributesOf: (event: AuditEvent) => Record<string, unknown>): Subject {
  const provider = new LoggerProvider({ processors: [...processors, new BatchLogRecordProcessor({ exporter: keepsNothing })] })
  const logger: Logger = provider.getLogger('bench')
  return {
    name,
    call: (event) => { logger.emit({ eventName: event.event, body: event.payload as never, attributes: attributesOf(event) as never }) },
    settle: () => provider.forceFlush(),
  }
}

/** The attributes as an app would write them that has no SDK for it. */
function plainAttributes({ actor, action, target, reason, requestId, sessionId, durationMs, source, attributes }: AuditEvent): Record<string, unknown> {
  return {
    'audit.actor.id': typeof actor === 'string' ? actor : actor.id, 'audit.action': action, 'audit.outcome': 'success', 'audit.target.id': target?.id, 'audit.target.type': target?.type,
    'blotter.reason': reason, 'blotter.request.id': requestId, 'session.id': sessionId, 'blotter.duration_ms': durationMs, 'audit.source.id': source?.id, ...attributes,
  }
}

const subjects: readonly Subject[] = [
  auditing('audit.record(), best-effort', 'best-effort'),
  auditing('audit.record(), spooled', 'spooled'),
  auditing('audit.record(), acknowledged', 'acknowledged'),
  auditing('audit.record(), acknowledged, in the caller’s thread', 'acknowledged', { thread: false }),
  auditing('audit.record(), best-effort, no payload', 'best-effort', {}, (event) => ({ ...event, payload: undefined })),
  pinoLogging('pino.info(), six paths redacted', { redact: ['payload.apiKey', 'payload.password', 'payload.customer.email', 'payload.card.number', 'attributes.authorization', 'attributes.cookie'] }),
  pinoLogging('pino.info(), our rules in a serializer', { serializers: { payload: (payload: unknown) => toPlain(redaction.process({ ...emptyRecord, body: toValue(payload) }).body) } }),
  logging('logger.emit(), the plugin redacts', [createAuditLogRecordProcessor({ integration: 'stripe', fingerprintKey }) as unknown as LogRecordProcessor], (event) => {
    const { event: _name, payload: _body, occurredAt: _time, ...rest } = event
    return auditAttributes(rest)
  }),
  logging('logger.emit(), nothing redacted', [], plainAttributes),
  { name: 'JSON.stringify(), nothing redacted', call: (event) => JSON.stringify(event) },
]

/** Rounds before the first that counts: by then everything hot is compiled. */
const warmUpRounds = 60

const samples = subjects.map(() => ({ callMicros: [] as number[], cpuMicros: 0 }))
for (let round = -warmUpRounds; round < rounds; round += 1) {
  if (round % 10 === 0) progress(round < 0 ? 'warming up' : `round ${round} of ${rounds}`)
  for (const [i, { call, settle }] of subjects.entries()) {
    const cpuBefore = process.cpuUsage()
    const beganMs = performance.now()
    for (let n = 0; n < turnRecords; n += 1) call(audited[(Math.abs(round) * turnRecords + n) % audited.length]!)
    const callMs = performance.now() - beganMs
    await settle?.()
    const { user, system } = process.cpuUsage(cpuBefore)
    if (round < 0) continue
    samples[i]!.callMicros.push(callMs * 1000 / turnRecords)
    samples[i]!.cpuMicros += user + system
  }
}
progress('')

const results = subjects.map(({ name }, i) => {
  const { callMicros, cpuMicros } = samples[i]!
  return { name, callMicros: median(callMicros), callP95Micros: quantile(callMicros, 0.95), allMicros: cpuMicros / rounds / turnRecords }
})
/** Eight bursts of ten every eight milliseconds is what a busy service does; the figure is what its other work waits for. */
async function loopDelay(call: ((event: AuditEvent) => unknown) | undefined): Promise<{ p50: number; p99: number; max: number }> {
  const burst = 10
  const delay = monitorEventLoopDelay({ resolution: 1 })
  let made = 0
  await sleep(100)
  delay.enable()
  const beganMs = performance.now()
  for (let nowMs = beganMs; nowMs < beganMs + seconds * 1000; nowMs = performance.now()) {
    for (const due = Math.floor((nowMs - beganMs) * 10); made < due; made += burst) for (let n = 0; n < burst; n += 1) call?.(audited[(made + n) % audited.length]!)
    await sleep(1)
  }
  delay.disable()
  return { p50: delay.percentile(50) / 1e6, p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 }
}

const loop: { name: string; p50: number; p99: number; max: number }[] = []
if (seconds > 0) {
  const [bestEffort, spooled] = subjects
  for (const [name, subject] of [['nothing', undefined], ['best-effort', bestEffort], ['spooled', spooled], ['pino, our rules', subjects.find(({ name: its }) => its.includes('serializer'))]] as const) {
    progress(`event loop: ${name}`)
    loop.push({ name, ...await loopDelay(subject?.call) })
    await subject?.settle?.()
  }
  progress('')
}

for (const { end } of subjects) await end?.()
answering.stop()
rmSync(directory, { recursive: true, force: true })

if (options.json) process.stdout.write(`${JSON.stringify({ machine: machine(), payloadBytes, results, loop }, null, 2)}\n`)
else {
  process.stdout.write(`${machineLine()}A payload of ${figure(payloadBytes)} bytes; µs for each record\n\n`)
  process.stdout.write(table(['', 'in the call', 'p95', 'all of it'], results.map(({ name, callMicros, callP95Micros, allMicros }) => [name, figure(callMicros), figure(callP95Micros), figure(allMicros)])))
  if (loop.length > 0) {
    process.stdout.write(`\nDelay of the event loop at 10,000 records/s for ${figure(seconds)} s, in ms (a timer of 1 ms is 1 ms late by itself)\n\n`)
    process.stdout.write(table(['', 'p50', 'p99', 'longest'], loop.map(({ name, p50, p99, max }) => [name, figure(p50), figure(p99), figure(max)])))
  }
}
