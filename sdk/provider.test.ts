import { once } from 'node:events'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AuditRecord } from '@blotter/processors'
import { withContext } from './context.ts'
import type { AuditAttributes, DraftRecord } from './draft-record.ts'
import { AuditError } from './errors.ts'
import { createAuditProvider } from './provider.ts'
import type { AuditLogger, AuditProvider } from './provider.ts'
import { startFakeCollector } from './testing/fake-collector.ts'
import type { FakeCollector } from './testing/fake-collector.ts'

let collector: FakeCollector
let provider: AuditProvider
let logger: AuditLogger
const attributes: AuditAttributes = { 'audit.actor.id': 'user-17', 'audit.actor.type': 'user', 'audit.action': 'EXECUTE', 'audit.outcome': 'success' }
const record: DraftRecord = { timestamp: new Date(Date.UTC(2026, 0, 2)), eventName: 'payment.refund', attributes }
const options = () => ({ endpoint: collector.endpoint, integration: 'stripe', spool: false, thread: false } as const)
const create = (more: Parameters<typeof createAuditProvider>[0] | object = {}): AuditProvider => createAuditProvider({ ...options(), ...more })
const loosely = (value: unknown): never => value as never

beforeEach(async () => {
  collector = await startFakeCollector()
  provider = create()
  logger = provider.getAuditLogger('payment-service', '1.2.3', 'https://example.com/schemas/1')
})
afterEach(async () => {
  await provider.shutdown()
  await collector.close()
  expect(collector.broken).toEqual([])
})

const theOne = (): AuditRecord => {
  expect(collector.stored.size).toBe(1)
  return [...collector.stored.values()][0]!
}
const problemKeys = async (given: unknown): Promise<unknown> => {
  const error: unknown = await logger.emit(loosely(given)).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(AuditError)
  expect((error as AuditError).code).toBe('INVALID_EVENT')
  return (error as AuditError).problems?.map(({ key }) => key)
}

test('emit resolves with the receipt of the sink', async () => {
  const receipt = await logger.emit({ ...record, attributes: { ...attributes, 'audit.record.id': 'rec-1' } })
  expect(receipt).toMatchObject({ recordId: 'rec-1', integrityHash: expect.any(String) as string, sinkTimestamp: expect.stringMatching(/^[0-9]{19}$/) as string })
})

test('the record arrives as it was given: times, name, attributes of the draft and one’s own, and no severity or scope', async () => {
  await logger.emit({
    ...record, timestamp: 1_767_312_000_000_000_001n, observedTimestamp: [1_767_312_000, 2],
    attributes: {
      ...attributes, 'audit.outcome': 'failure', 'audit.target.id': 'ch_1', 'audit.target.type': 'payment', 'audit.source.id': '192.0.2.7', 'audit.source.type': 'ipv4', 'audit.schema.version': '3',
      'blotter.request.id': 'r-1', 'blotter.delivery.attempt': 2n, 'error.type': 'CardError', 'exception.message': 'declined', 'app.plan': 'gold', 'app.count': 7n,
    },
  })
  const { eventName, timeUnixNano, observedTimeUnixNano, severityNumber, scopeName, attributes: kept } = theOne()
  expect({ eventName, timeUnixNano, observedTimeUnixNano, severityNumber, scopeName }).toEqual({ eventName: 'payment.refund', timeUnixNano: 1_767_312_000_000_000_001n, observedTimeUnixNano: 1_767_312_000_000_000_002n, severityNumber: 0, scopeName: '' })
  expect(kept).toEqual({
    ...attributes, 'audit.outcome': 'failure', 'audit.record.id': expect.stringMatching(/^[0-9a-f-]{36}$/) as string, 'audit.target.id': 'ch_1', 'audit.target.type': 'payment',
    'audit.source.id': '192.0.2.7', 'audit.source.type': 'ipv4', 'audit.schema.version': '3', 'blotter.request.id': 'r-1', 'blotter.delivery.attempt': 2n,
    'error.type': 'CardError', 'exception.message': 'declined', 'app.plan': 'gold', 'app.count': 7n, 'blotter.integration': 'stripe',
    'blotter.logger.name': 'payment-service', 'blotter.logger.version': '1.2.3', 'blotter.schema_url': 'https://example.com/schemas/1',
  })
})

test('the SDK fills in when it was noticed', async () => {
  const before = BigInt(Date.now()) * 1_000_000n
  await logger.emit(record)
  expect(theOne().timeUnixNano).toBe(BigInt(Date.UTC(2026, 0, 2)) * 1_000_000n)
  expect(theOne().observedTimeUnixNano).toBeGreaterThan(before - 1_000_000_000n)
})

test('the body is fingerprinted, and travels redacted when payloads do', async () => {
  await using open = create({ includePayload: true })
  await logger.emit({ ...record, body: { charge: 'ch_1', password: 'CANARY' } })
  await open.getAuditLogger('x').emit({ ...record, body: { charge: 'ch_1', password: 'CANARY' } })
  const [closed, full] = [...collector.stored.values()]
  expect(closed).toMatchObject({ body: null, attributes: { 'blotter.payload.hash.value': expect.stringMatching(/^hmac-sha256:e1:/) as string } })
  expect(full).toMatchObject({ body: { charge: 'ch_1' } })
  expect(collector.seen.map(({ body }) => body).join()).not.toContain('CANARY')
})

test('error types without a class are kept as they are', async () => {
  await logger.emit({ ...record, attributes: { ...attributes, 'audit.outcome': 'failure', 'error.type': '_OTHER', 'exception.message': 'odd' } })
  expect(theOne().attributes).toMatchObject({ 'error.type': '_OTHER', 'exception.message': 'odd' })
})

test('a record without a mandatory part is refused, every part at once', async () => {
  expect(await problemKeys({})).toEqual(['timestamp', 'eventName', 'audit.actor.id', 'audit.actor.type', 'audit.action', 'audit.outcome'])
  for (const key of Object.keys(attributes)) {
    expect(await problemKeys({ ...record, attributes: { ...attributes, [key]: '' } })).toEqual([key])
    expect(await problemKeys({ ...record, attributes: { ...attributes, [key]: undefined } })).toEqual([key])
  }
  for (const nothing of [undefined, null, 'CANARY', 7]) expect(await problemKeys(nothing)).toEqual(['(record)'])
  expect(collector.seen).toEqual([])
})

test.each([
  ['a timestamp of milliseconds, which could be anything', { timestamp: 1_767_312_000_000 }, ['timestamp']],
  ['an invalid Date', { timestamp: new Date(Number.NaN) }, ['timestamp']],
  ['nanoseconds beyond a second', { timestamp: [1, 1e9] }, ['timestamp']],
  ['noticed before it happened', { observedTimestamp: new Date(Date.UTC(2026, 0, 1)) }, ['observedTimestamp']],
  ['a field of another signal', { severityNumber: 9 }, ['(record)']],
  ['a signature that redaction would break', { attributes: { ...attributes, 'audit.integrity.value': 'CANARY' } }, ['audit.integrity']],
  ['a number of its own in the stream', { attributes: { ...attributes, 'audit.sequence.number': 1 } }, ['attributes["audit.sequence.number"]']],
  ['an outcome that there is not', { attributes: { ...attributes, 'audit.outcome': 'great' } }, ['outcome']],
  ['a claim to the collector’s attributes', { attributes: { ...attributes, 'blotter.workspace': 'other' } }, ['attributes["blotter.workspace"]']],
])('refused: %s', async (_what, change, keys) => {
  expect(await problemKeys({ ...record, ...change })).toEqual(keys)
  expect(collector.seen).toEqual([])
})

test('what is refused is not repeated in the error, nor what a getter threw', async () => {
  const errors = await Promise.all([
    { ...record, attributes: { ...attributes, 'audit.outcome': 'CANARY' }, CANARY: 1 },
    { ...record, get eventName(): string { throw new Error('CANARY') } },
  ].map((given) => logger.emit(loosely(given)).catch((reason: unknown) => reason)))
  expect(errors.map((error) => (error as AuditError).code)).toEqual(['INVALID_EVENT', 'INTERNAL'])
  expect(errors.map((error) => `${String(error)}${JSON.stringify(error)}`).join()).not.toContain('CANARY')
})

test('the request id comes from the context, the actor never does', async () => {
  await withContext({ requestId: 'r-9', actor: 'user-9' }, () => logger.emit(record))
  expect(theOne().attributes).toMatchObject({ 'blotter.request.id': 'r-9', 'audit.actor.id': 'user-17' })
})

test('a record that nobody acknowledges in time is a hard error', async () => {
  collector.reply = () => ({ status: 503 })
  await using impatient = create({ timeoutMs: 50 })
  await expect(impatient.getAuditLogger('x').emit(record)).rejects.toMatchObject({ code: 'DEADLINE', retryable: true })
})

test('after shutdown emit and getAuditLogger are hard errors, and flush and shutdown do nothing', async () => {
  const pending = logger.emit(record)
  const [first, second] = await Promise.all([provider.shutdown(), provider.shutdown()])
  expect(first).toMatchObject({ accepted: 1, pending: 0 })
  expect(second).toEqual(first)
  await expect(pending).resolves.toMatchObject({ leafIndex: 0 })
  await expect(logger.emit(record)).rejects.toMatchObject({ code: 'CLOSED' })
  expect(() => provider.getAuditLogger('y')).toThrow(expect.objectContaining({ code: 'CLOSED' }))
  expect(await provider.forceFlush()).toMatchObject({ accepted: 1 })
  expect(collector.stored.size).toBe(1)
})

test('forceFlush waits for what was emitted and says what is not there yet', async () => {
  const emitted = [logger.emit(record), logger.emit(record)]
  expect(await provider.forceFlush()).toMatchObject({ emitted: 2, accepted: 2, pending: 0 })
  await Promise.all(emitted)
  collector.reply = () => ({ status: 503 })
  const late = logger.emit(record)
  expect(await provider.forceFlush({ timeoutMs: 20 })).toMatchObject({ emitted: 3, accepted: 2 })
  collector.reply = undefined
  await late
})

test('an option that would sample, filter or switch off is refused with its reason', () => {
  for (const key of ['sampler', 'processors', 'enabled', 'samplingRate']) expect(() => create({ [key]: loosely([]) })).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS', problems: [expect.objectContaining({ key, want: expect.stringContaining('neither sampled nor filtered') as string })] }))
  expect(() => create({ colour: 'red' })).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }))
  expect(Object.keys(logger)).toEqual(['name', 'version', 'schemaUrl', 'emit'])
})

test('a logger without a name works, with a warning', async () => {
  const warned = once(process, 'warning')
  await provider.getAuditLogger('').emit(record)
  expect(await warned).toEqual([expect.objectContaining({ name: 'AuditWarning', code: 'UNNAMED_LOGGER' })])
  expect(theOne().attributes).not.toHaveProperty('blotter.logger.name')
})

test('two providers share nothing', async () => {
  await using other = create()
  await provider.shutdown()
  await expect(other.getAuditLogger('x').emit(record)).resolves.toMatchObject({ leafIndex: 0 })
})
