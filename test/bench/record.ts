// What one record costs the code that emits it: until the call returns, and until everything about it is done. Beside
// it what people do instead. See README.md for what each figure means.

import { randomBytes } from 'node:crypto'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'
import { createAudit } from '@blotter/sdk'
import { auditAttributes, createAuditLogRecordProcessor } from '@blotter/sdk/otel'
import { createRandom } from './support/random.ts'
import { readOptions } from './support/options.ts'
import { figure, machine, machineLine, median, progress, quantile, table } from './support/report.ts'
import type { AuditEvent } from '@blotter/sdk'
import type { Logger } from '@opentelemetry/api'
import type { LogRecordExporter, LogRecordProcessor } from '@opentelemetry/sdk-logs'

const help = `What one audit record costs its emitter, in microseconds.

  node --conditions=@blotter/source test/bench/record.ts

  --rounds N   of 100 records each. Default 300
  --bytes N    of a payload, about. Default 1024
  --json       figures for a program
`

const options = readOptions(help, ['rounds', 'bytes'])
const rounds = options.number('rounds', 300)
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
}

const fingerprintKey = { epoch: 'e1', secret: randomBytes(32) }

/** Answers at once, from memory: neither a network nor a collector is on the clock, only the SDK and a JSON answer. */
const answerAtOnce: typeof fetch = async (_url, { body } = {}) => {
  const ids = (body as string).matchAll(/"audit\.record\.id","value":\{"stringValue":"([^"]+)"/g)
  return Response.json({ receipts: Array.from(ids, ([, recordId], leafIndex) => ({ recordId, integrityHash: 'bm90aGluZw==', leafIndex, sinkTimestamp: '1' })) })
}

function auditing(name: string, more: { readonly includePayload?: boolean }, eventOf: (event: AuditEvent) => AuditEvent): Subject {
  const audit = createAudit({ integration: 'stripe', fingerprintKey, fetch: answerAtOnce, ...more })
  let receipts: Promise<unknown>[] = []
  return {
    name,
    call: (event) => receipts.push(audit.record(eventOf(event))),
    async settle() { // rejections end the benchmark: a record that was not sent costs less
      await Promise.all(receipts)
      receipts = []
    },
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
  auditing('audit.record(), fingerprint only (default)', {}, (event) => event),
  auditing('audit.record(), payload sent too', { includePayload: true }, (event) => event),
  auditing('audit.record(), no payload', {}, (event) => ({ ...event, payload: undefined })),
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
    const cpuBefore = process.threadCpuUsage()
    const beganMs = performance.now()
    for (let n = 0; n < turnRecords; n += 1) call(audited[(Math.abs(round) * turnRecords + n) % audited.length]!)
    const callMs = performance.now() - beganMs
    await settle?.()
    const { user, system } = process.threadCpuUsage(cpuBefore)
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
if (options.json) process.stdout.write(`${JSON.stringify({ machine: machine(), payloadBytes, results }, null, 2)}\n`)
else {
  process.stdout.write(`${machineLine()}A payload of ${figure(payloadBytes)} bytes; µs for each record\n\n`)
  process.stdout.write(table(['', 'in the call', 'p95', 'all of it'], results.map(({ name, callMicros, callP95Micros, allMicros }) => [name, figure(callMicros), figure(callP95Micros), figure(allMicros)])))
}
