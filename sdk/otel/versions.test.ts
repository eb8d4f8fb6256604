// What the plugin needs of OpenTelemetry is the shape of a log record, and nothing at run time.

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { text, toPlain } from '@blotter/processors'
import { blotterLogs } from '../otel.ts'
import { startFakeCollector } from '../testing/fake-collector.ts'
import type { EmittedLogRecord } from './log-record.ts'

let directory: string
beforeEach(() => { directory = mkdtempSync(join(tmpdir(), 'blotter-test-')) })
afterEach(() => { rmSync(directory, { recursive: true, force: true }) })

/** As sdk-logs 2.x makes them (0.203 and later). */
function logRecord(): EmittedLogRecord {
  return {
    attributes: { 'audit.actor.id': 'user-17', password: 'CANARY' }, body: { amount: 1 }, eventName: 'payment.refund',
    hrTime: [1_700_000_000, 7], hrTimeObserved: [1_700_000_001, 0], spanContext: { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 },
    severityNumber: 9, severityText: 'INFO', droppedAttributesCount: 2,
    resource: { attributes: { 'service.name': 'billing' }, asyncAttributesPending: false }, instrumentationScope: { name: 'app', version: '1' },
    setAttribute(key: string, value?: unknown) { this.attributes[key] = value },
    setBody(body: unknown) { this.body = body },
    setEventName(eventName: string) { this.eventName = eventName },
  }
}

test('a record of that shape is enough, and is read within the call', async () => {
  await using collector = await startFakeCollector()
  const plugin = blotterLogs({ integration: 'stripe', endpoint: collector.endpoint, spool: { directory } })
  const record = logRecord()
  plugin.onEmit(record)
  Object.assign(record.attributes, { later: 'change' })
  record.body = 'later'
  await plugin.shutdown()
  const [sent] = collector.requests('/v1/logs')[0]!.records
  expect(sent).toMatchObject({ eventName: 'payment.refund', timeUnixNano: 1_700_000_000_000_000_007n, observedTimeUnixNano: 1_700_000_001_000_000_000n, traceId: '0af7651916cd43dd8448eb211c80319c', flags: 1, severityNumber: 9, droppedAttributesCount: 2, scopeName: 'app', scopeVersion: '1' })
  expect(toPlain(sent!.body)).toEqual({ amount: 1 })
  expect(toPlain(sent!.attributes)).toMatchObject({ 'audit.actor.id': 'user-17', password: '[redacted:key_name]' })
  expect(text(sent!.attributes, 'later')).toBe('')
})

test('without @opentelemetry/api all of it works, and nothing is measured', async () => {
  await using collector = await startFakeCollector()
  const script = `
    import { registerHooks } from 'node:module'
    registerHooks({ resolve: (specifier, context, next) => {
      if (specifier.startsWith('@opentelemetry/')) throw Object.assign(new Error('not installed'), { code: 'ERR_MODULE_NOT_FOUND' })
      return next(specifier, context)
    } })
    const { blotterLogs } = await import('@blotter/sdk/otel')
    const plugin = blotterLogs({ integration: 'stripe', endpoint: '${collector.endpoint}', spool: { directory: ${JSON.stringify(directory)} } })
    plugin.onEmit({ attributes: {}, body: 'hello', setAttribute(key, value) { this.attributes[key] = value }, setBody(body) { this.body = body }, setEventName() {} })
    await plugin.forceFlush()
    console.log(plugin.status().accepted)
    await plugin.shutdown()`
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--conditions=@blotter/source', '--input-type=module', '-e', script], { cwd: import.meta.dirname })
  expect({ stdout, stderr }).toEqual({ stdout: '1\n', stderr: '' })
})

test('CommonJS can require it', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@blotter/source', '-e', `console.log(typeof require('@blotter/sdk/otel').blotterLogs, typeof require('@blotter/sdk').createAudit)`], { cwd: import.meta.dirname })
  expect(stdout).toBe('function function\n')
})
