import { expect, test } from 'vitest'
import { sampleRecord } from '../test/support/arbitrary.ts'
import { DecodeError, decodeRequest, encodeRequest } from './otlp.ts'

const wrap = (logRecord: object): object => ({ resourceLogs: [{ resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] }, scopeLogs: [{ scope: { name: 'app' }, logRecords: [logRecord] }] }] })

test('64-bit integers are accepted as numbers and as strings', () => {
  const [asNumber] = decodeRequest(wrap({ timeUnixNano: 1700000000000000000, attributes: [{ key: 'n', value: { intValue: 5 } }] }))
  const [asString] = decodeRequest(wrap({ timeUnixNano: '1700000000000000000', attributes: [{ key: 'n', value: { intValue: '5' } }] }))
  expect(asNumber).toEqual(asString)
  expect(asString!.attributes['n']).toBe(5n)
})

test('ids are hex in any case, and all zeros means none', () => {
  const [record] = decodeRequest(wrap({ traceId: 'ABCDEF0123456789ABCDEF0123456789', spanId: '0000000000000000' }))
  expect(record).toMatchObject({ traceId: 'abcdef0123456789abcdef0123456789', spanId: '' })
})

test('an empty request holds no records', () => {
  expect(decodeRequest({})).toEqual([])
  expect(decodeRequest({ resourceLogs: [{ scopeLogs: [{}] }] })).toEqual([])
})

test.each([
  ['resourceLogs', { resourceLogs: {} }],
  ['resourceLogs[0].scopeLogs[0].logRecords[0].traceId', wrap({ traceId: 'c2VjcmV0' })],
  ['resourceLogs[0].scopeLogs[0].logRecords[0].timeUnixNano', wrap({ timeUnixNano: 'yesterday' })],
  ['resourceLogs[0].scopeLogs[0].logRecords[0].attributes[0].value', wrap({ attributes: [{ key: 'n', value: { intValue: '9223372036854775808' } }] })],
  ['resourceLogs[0].scopeLogs[0].logRecords[0].severityNumber', wrap({ severityNumber: 'INFO' })],
])('what has the wrong type is refused by place, without an echo: %s', (place, request) => {
  expect(() => decodeRequest(request)).toThrow(DecodeError)
  expect(() => decodeRequest(request)).toThrow(`${place}: expected`)
  expect(() => decodeRequest(request)).not.toThrow(/yesterday|c2VjcmV0/)
})

test('records of one resource travel under one resource entry', () => {
  const one = sampleRecord(), two = { ...sampleRecord(), resource: one.resource }
  const request = JSON.parse(encodeRequest([one, two])) as { resourceLogs: unknown[] }
  expect(request.resourceLogs).toHaveLength(1)
})
