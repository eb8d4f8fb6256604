import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { context, trace } from '@opentelemetry/api'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { afterEach, expect, test } from 'vitest'
import { createAudit } from './audit.ts'
import { startFakeCollector } from './testing/fake-collector.ts'
import { activeTrace, untraced } from './trace.ts'

let sdk: NodeSDK | undefined

const idle = { onStart() {}, onEnd() {}, forceFlush: () => Promise.resolve(), shutdown: () => Promise.resolve() }

function startSdk(): void {
  sdk = new NodeSDK({ autoDetectResources: false, instrumentations: [], spanProcessors: [idle], logRecordProcessors: [], metricReaders: [] })
  sdk.start()
}
afterEach(async () => {
  await sdk?.shutdown()
  sdk = undefined
  trace.disable()
  context.disable()
})

test('without an active span there is no trace', () => {
  expect(activeTrace()).toBeUndefined()
})

test('a record made inside a span of a real tracer carries its ids', async () => {
  startSdk()
  await using collector = await startFakeCollector()
  const audit = createAudit({ endpoint: collector.endpoint, integration: 'stripe', spool: false, thread: false })
  const spanContext = await trace.getTracer('app').startActiveSpan('refund', async (span) => {
    await audit.track({ event: 'payment.refund', actor: 'user-17', action: 'EXECUTE', payload: { amount: 1 } }, async () => { await Promise.resolve() })
    span.end()
    return span.spanContext()
  })
  expect([...collector.stored.values()]).toMatchObject([{ traceId: spanContext.traceId, spanId: spanContext.spanId, flags: spanContext.traceFlags }])
})

test('a span that only carries a remote context is enough', () => {
  startSdk()
  const remote = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1, isRemote: true }
  context.with(trace.setSpan(context.active(), trace.wrapSpanContext(remote)), () => {
    expect(activeTrace()).toEqual({ traceId: remote.traceId, spanId: remote.spanId, flags: 1 })
  })
})

test('ids that are not valid are left out', () => {
  startSdk()
  const invalid = { traceId: '0'.repeat(32), spanId: 'x', traceFlags: 0 }
  context.with(trace.setSpan(context.active(), trace.wrapSpanContext(invalid)), () => { expect(activeTrace()).toBeUndefined() })
})

test('a span implementation that throws costs nothing', () => {
  startSdk()
  const broken = { ...trace.wrapSpanContext({ traceId: '', spanId: '', traceFlags: 0 }), spanContext() { throw new Error('broken') } } as unknown as ReturnType<typeof trace.wrapSpanContext>
  context.with(trace.setSpan(context.active(), broken), () => { expect(activeTrace()).toBeUndefined() })
})

test('a span that is not sampled ties its record all the same', () => {
  startSdk()
  const unsampled = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 0 }
  context.with(trace.setSpan(context.active(), trace.wrapSpanContext(unsampled)), () => {
    expect(activeTrace()).toEqual({ traceId: unsampled.traceId, spanId: unsampled.spanId, flags: 0 })
  })
})

test('what is sent untraced makes no span', () => {
  startSdk()
  const recording = (): boolean => trace.getTracer('http').startSpan('POST').isRecording()
  expect(recording()).toBe(true)
  expect(untraced(recording)).toBe(false)
})

test('the SDK runs where @opentelemetry/api is not installed', async () => {
  await using collector = await startFakeCollector()
  const script = `
    import { registerHooks } from 'node:module'
    registerHooks({ resolve: (specifier, context, next) => {
      if (specifier.startsWith('@opentelemetry/')) throw Object.assign(new Error('not installed'), { code: 'ERR_MODULE_NOT_FOUND' })
      return next(specifier, context)
    } })
    const { createAudit } = await import('@blotter/sdk')
    const receipt = await createAudit({ endpoint: '${collector.endpoint}', integration: 'stripe', spool: false }).record({ event: 'payment.refund', actor: 'a', action: 'EXECUTE' })
    console.log(receipt.leafIndex)`
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@blotter/source', '--input-type=module', '-e', script], { cwd: import.meta.dirname })
  expect(stdout).toBe('0\n')
})
