// The rules of OTLP/HTTP (opentelemetry-proto 1.11.0): what a stock client may send, what it hears, and what it hears
// when it is wrong. After every test a good record is still taken, and nothing that was sent ever comes back.

import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { Writer } from 'protobufjs/minimal.js'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../../collector/app.ts'
import { createKey, revokeKey } from '../../collector/authenticate/key-file.ts'
import { eventually } from '../support/eventually.ts'
import { runCollector } from '../support/running.ts'
import { decodeResponse, decodeStatus, encodeRequest } from './otlp-schema.ts'
import type { Hono } from 'hono'
import type { RecordView } from '../../collector/query/view.ts'
import type { RunningCollector } from '../support/running.ts'

/** Planted in whatever is refused. It must not be in any answer, any log line or any metric. */
const canary = 'CANARY7c41e0'

const contentTypes = { json: 'application/json', protobuf: 'application/x-protobuf' } as const
type Form = keyof typeof contentTypes
const forms: readonly Form[] = ['json', 'protobuf']

let collector: RunningCollector
let app: Hono
let key: string
const heard: string[] = []
let good = 0

beforeAll(async () => {
  collector = await runCollector({ retentionPaths: [fileURLToPath(new URL('retention.yaml', import.meta.url))] })
  app = createApp(collector.service)
  key = await collector.key('shop', 'production', ['ingest', 'read'])
})
afterAll(() => collector.remove())

afterEach(async () => {
  for (const form of forms) {
    const answer = await send('/v1/logs', form, encoded(form, request([record(`good-${good}`, { requestId: 'req-good' })])))
    expect([answer.status, answer.said]).toEqual([200, {}])
    good += 1
  }
})

describe('success', () => {
  test.each(forms)('%s: a full success is an empty response in the encoding of the request', async (form) => {
    const answer = await send('/v1/logs', form, encoded(form, request([record('success')])))
    expect(answer).toMatchObject({ status: 200, contentType: contentTypes[form] })
    expect(answer.body.toString()).toBe(form === 'json' ? '{}' : '')
  })

  test('a Content-Type may have parameters and any letter case, and has a second name for protobuf', async () => {
    for (const name of ['application/json; charset=utf-8', 'Application/JSON']) {
      expect(await send('/v1/logs', 'json', encoded('json', request([record(name)])), { 'Content-Type': name })).toMatchObject({ status: 200, contentType: 'application/json' })
    }
    expect(await send('/v1/logs', 'protobuf', encoded('protobuf', request([record('second name')])), { 'Content-Type': 'application/protobuf' })).toMatchObject({ status: 200, contentType: 'application/x-protobuf' })
  })

  test.each(['/v1/logs', '/v1/audit'])('%s: a request without records succeeds', async (path) => {
    const nothing = path === '/v1/logs' ? {} : { receipts: [] }
    for (const body of ['', '{}', '{"resourceLogs":[]}', '{"resourceLogs":[{"scopeLogs":[{"logRecords":[]}]}]}']) {
      expect(await send(path, 'json', Buffer.from(body))).toMatchObject({ status: 200, contentType: 'application/json', said: nothing })
    }
    for (const body of [Buffer.alloc(0), encodeRequest({ resourceLogs: [{ scopeLogs: [{}] }] })]) {
      expect(await send(path, 'protobuf', body)).toMatchObject({ status: 200, contentType: 'application/x-protobuf', said: {} })
    }
  })

  test.each(forms)('%s: one record of three over the limits is a partial success, and the other two are kept', async (form) => {
    const tooMuch = record('too much', { requestId: 'req-partial', attributes: Array.from({ length: 300 }, (_, i) => ({ key: `${canary}${i}`, value: { stringValue: canary } })) })
    const answer = await send('/v1/logs', form, encoded(form, request([record(`first-${form}`, { requestId: `req-partial-${form}` }), tooMuch, record(`third-${form}`, { requestId: `req-partial-${form}` })])))
    expect(answer).toMatchObject({ status: 200, contentType: contentTypes[form], said: { partialSuccess: { rejectedLogRecords: '1', errorMessage: 'OVER_LIMIT' } } })
    expect((await timeline(`request_id=req-partial-${form}`)).map(({ id }) => id)).toEqual([`first-${form}`, `third-${form}`])
  })

  test.each(forms)('%s: on /v1/audit there is no partial success, but a receipt for each record or nothing at all', async (form) => {
    const tooMuch = record('too much', { body: { stringValue: canary.repeat(50_000) } })
    const refused = await send('/v1/audit', form, encoded(form, request([record(`audit-1-${form}`, { requestId: `req-audit-${form}` }), tooMuch])))
    expect(refused).toMatchObject({ status: 400, contentType: contentTypes[form], said: { code: 3 } })
    expect(await timeline(`request_id=req-audit-${form}`)).toEqual([])
    const taken = await send('/v1/audit', form, encoded(form, request([record(`audit-1-${form}`, { requestId: `req-audit-${form}` })])))
    expect(taken).toMatchObject({ status: 200, contentType: contentTypes[form] })
    expect(decodeOtlp(form, taken.body)).toEqual(form === 'json' ? { receipts: [expect.objectContaining({ recordId: `audit-1-${form}` })] } : {}) // a client that knows OTLP alone skips them
  })
})

describe('what JSON may say in two ways', () => {
  test('64-bit ints as numbers and as strings', async () => {
    const attributes = (min: unknown, big: unknown, one: unknown): object[] => [['min', min], ['big', big], ['one', one]].map(([name, value]) => ({ key: name, value: { intValue: value } }))
    const strings = record('strings', { requestId: 'req-ints', attributes: attributes('-9223372036854775808', '9007199254740993', '1') })
    const numbers = record('numbers', { requestId: 'req-ints', timeUnixNano: 1_795_500_634_000_000_000, attributes: attributes(-9_223_372_036_854_775_808, 4_503_599_627_370_497, 1) })
    expect((await send('/v1/logs', 'json', encoded('json', request([strings, numbers])))).said).toEqual({})
    const [first, second] = await timeline('request_id=req-ints')
    expect(first!.attributes).toEqual({ min: '-9223372036854775808', big: '9007199254740993', one: 1 })
    expect(second).toMatchObject({ occurredAt: '2026-11-24T06:10:34.000000000Z', attributes: { min: '-9223372036854775808', big: 4_503_599_627_370_497, one: 1 } })
  })

  test('ids in hex of any letter case, and all zeros for none', async () => {
    const ids = [
      { traceId: '0AF7651916CD43DD8448EB211C80319C', spanId: 'B7AD6B7169203331' },
      { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' },
      { traceId: '00000000000000000000000000000000', spanId: '0000000000000000' },
      { traceId: '', spanId: '' },
    ]
    expect((await send('/v1/logs', 'json', encoded('json', request(ids.map((id, i) => record(`ids-${i}`, { requestId: 'req-ids', ...id })))))).said).toEqual({})
    const kept = await timeline('request_id=req-ids&related=false')
    expect(kept.map(({ traceId, spanId }) => [traceId, spanId])).toEqual([
      ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'], ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'], [undefined, undefined], [undefined, undefined],
    ])
    expect(await timeline('trace_id=0AF7651916CD43DD8448EB211C80319C&related=false')).toHaveLength(2)
  })

  test('numbers that JSON has no word for, bytes in both alphabets, and null for what is not set', async () => {
    const attributes = [
      { key: 'nan', value: { doubleValue: 'NaN' } }, { key: 'infinite', value: { doubleValue: '-Infinity' } }, { key: 'text', value: { doubleValue: '0.5' } },
      { key: 'bytes', value: { bytesValue: '+/8=' } }, { key: 'url', value: { bytesValue: '-_8' } },
      { key: 'null', value: null }, { key: 'empty', value: {} }, { key: 'inner', value: { stringValue: null } },
    ]
    expect((await send('/v1/logs', 'json', encoded('json', request([record('odd', { requestId: 'req-odd', attributes, severityText: null, flags: null, body: null })])))).said).toEqual({})
    expect((await timeline('request_id=req-odd'))[0]!.attributes).toEqual({ nan: 'NaN', infinite: '-Infinity', text: 0.5, bytes: '+/8=', url: '+/8=', null: null, empty: null, inner: null })
  })
})

describe('what protobuf may say in its own way', () => {
  test('every 64-bit int, fields in any order, and ids of zeros for none', async () => {
    const values = ['-9223372036854775808', '9223372036854775807', '-1', '9007199254740993'].map((value, i) => ({ key: `int${i}`, value: { intValue: value } }))
    const scopeLogs = encodeRequest({ resourceLogs: [{ scopeLogs: [{ logRecords: [record('any order', { requestId: 'req-order', attributes: values, traceId: '0'.repeat(32), spanId: '0'.repeat(16) })] }] }] })
    const resource = encodeRequest({ resourceLogs: [{ resource: { attributes: [{ key: 'service.name', value: { stringValue: 'order' } }] } }] })
    const body = wrapped(1, Buffer.concat([unwrapped(scopeLogs), unwrapped(resource)])) // the resource after what it belongs to
    expect((await send('/v1/logs', 'protobuf', body)).said).toEqual({})
    const [kept] = await timeline('request_id=req-order')
    expect(kept).toMatchObject({ resource: { 'service.name': 'order' }, attributes: { int0: '-9223372036854775808', int1: '9223372036854775807', int2: -1, int3: '9007199254740993' } })
    expect([kept!.traceId, kept!.spanId]).toEqual([undefined, undefined])
  })

  test('a number that we know with another wire type is a field that we do not know', async () => {
    const others = Writer.create()
      .uint32((1 << 3) | 2).string(canary).uint32((2 << 3) | 2).string(canary).uint32((3 << 3) | 0).uint32(7).uint32((5 << 3) | 1).fixed64(7).uint32((6 << 3) | 5).fixed32(7)
      .uint32((8 << 3) | 0).uint32(7).uint32((9 << 3) | 0).uint32(7).uint32((11 << 3) | 2).string(canary).uint32((12 << 3) | 0).uint32(7).finish()
    const whole = unwrapped(unwrapped(unwrapped(encodeRequest({ resourceLogs: [{ scopeLogs: [{ logRecords: [record('wire types', { requestId: 'req-wire', severityNumber: 9 })] }] }] }))))
    expect((await send('/v1/logs', 'protobuf', wrapped(1, wrapped(2, wrapped(2, Buffer.concat([others, whole, others])))))).said).toEqual({})
    expect((await timeline('request_id=req-wire'))[0]).toMatchObject({ id: 'wire types', event: 'payment.refund', occurredAt: '2026-11-24T06:10:34.000000000Z', severity: { number: 9, text: '' }, attributes: {} })
  })
})

describe('in both encodings', () => {
  test('text of any kind comes through as it is', async () => {
    const text = '\uFEFFmarks, Grüße, 世界, 🌍, \0, \u2028, "quotes" and \\'
    for (const form of forms) {
      expect((await send('/v1/logs', form, encoded(form, request([record(`text-${form}`, { requestId: `req-text-${form}`, body: { stringValue: text }, attributes: [{ key: text, value: { stringValue: text } }, { key: '', value: { stringValue: '' } }, { key: '__proto__', value: { stringValue: 'x' } }] })])))).said).toEqual({})
      const [kept] = await timeline(`request_id=req-text-${form}`)
      expect(kept!.body).toBe(text)
      expect(Object.entries(kept!.attributes)).toEqual(expect.arrayContaining([[text, text], ['', ''], ['__proto__', 'x']]))
    }
  })

  test('whatever a wrong clock or a wrong unit says, the record is kept, and the store goes on', async () => {
    const times = { '1': '1970-01-01T00:00:00.000000001Z', '1795500634': '1970-01-01T00:00:01.795500634Z', '1795500634123': '1970-01-01T00:29:55.500634123Z', '1795500634123456': '1970-01-21T18:45:00.634123456Z', '99999999999999999': '1973-03-03T09:46:39.999999999Z', '4291747199999999999': '2105-12-31T23:59:59.999999999Z' }
    for (const form of forms) {
      expect((await send('/v1/logs', form, encoded(form, request(Object.keys(times).map((time) => record(`time-${form}-${time}`, { requestId: `req-time-${form}`, timeUnixNano: time, observedTimeUnixNano: time })))))).said).toEqual({})
      const kept = await timeline(`request_id=req-time-${form}&related=false`)
      expect(kept.map(({ occurredAt }) => occurredAt)).toEqual(Object.values(times))
      expect(kept.map(({ observedAt }) => observedAt)).toEqual(Object.values(times))
    }
    expect(await timeline('from=1970-01-01&to=1970-01-02&related=false')).not.toEqual([])
  })

  test('a time that no clock could say is the record\'s problem, not the request\'s', async () => {
    for (const form of forms) {
      const late = ['4291747200000000000', '18446744073709551615'].map((time) => record('late', { timeUnixNano: time }))
      expect((await send('/v1/logs', form, encoded(form, request([record(`in-time-${form}`, { requestId: `req-late-${form}` }), ...late])))).said).toEqual({ partialSuccess: { rejectedLogRecords: '2', errorMessage: 'OVER_LIMIT' } })
      expect(await timeline(`request_id=req-late-${form}`)).toHaveLength(1)
    }
  })
})

describe('fields that we do not know are skipped', () => {
  test('json, at every level', async () => {
    const more = { unknown: { deep: [canary] }, schemaUrl: canary }
    const whole = record('unknown-json', { requestId: 'req-unknown-json', body: { kvlistValue: { values: [{ key: 'a', value: { intValue: '1', ...more }, ...more }], ...more }, ...more }, ...more })
    const body = { resourceLogs: [{ resource: { attributes: [], ...more }, scopeLogs: [{ scope: { name: 'x', attributes: [], ...more }, logRecords: [whole], ...more }], ...more }], ...more }
    expect((await send('/v1/logs', 'json', encoded('json', body))).said).toEqual({})
    expect((await timeline('request_id=req-unknown-json'))[0]).toMatchObject({ id: 'unknown-json', body: { a: 1 } })
    expect(JSON.stringify(await timeline('request_id=req-unknown-json'))).not.toContain(canary)
  })

  test('protobuf, at every level and of every wire type', async () => {
    const unknown = (writer: Writer): Writer => writer
      .uint32(500 << 3).uint64(1).uint32((501 << 3) | 1).fixed64(1).uint32((502 << 3) | 2).string(canary).uint32((503 << 3) | 5).fixed32(1)
      .uint32((504 << 3) | 3).uint32((1 << 3) | 2).string(canary).uint32((504 << 3) | 4)
    const more = unknown(Writer.create()).finish()
    const message = (field: number, ...parts: Uint8Array[]): Buffer => wrapped(field, Buffer.concat([more, ...parts, more]))
    const text = (value: string): Buffer => message(2, Writer.create().uint32(10).string(value).finish())
    const attribute = (field: number, name: string, value: string): Buffer => message(field, Writer.create().uint32(10).string(name).finish(), text(value))
    const logRecord = message(2,
      Writer.create().uint32(9).fixed64(1_795_500_634).finish(), Writer.create().uint32(98).string('unknown.fields').finish(),
      message(5, message(6, attribute(1, 'a', 'b'))), attribute(6, 'audit.record.id', 'unknown-protobuf'), attribute(6, 'blotter.request.id', 'req-unknown-protobuf'))
    const body = Buffer.concat([more, message(1, message(1, attribute(1, 'service.name', 'shop')), message(2, message(1, Writer.create().uint32(10).string('x').finish()), logRecord)), more])
    expect((await send('/v1/logs', 'protobuf', body)).said).toEqual({})
    expect((await timeline('request_id=req-unknown-protobuf'))[0]).toMatchObject({ id: 'unknown-protobuf', event: 'unknown.fields', integration: 'shop', body: { a: 'b' }, attributes: {} })
  })
})

const compress = { gzip: gzipSync, deflate: deflateSync, zstd: zstdCompressSync } as const

describe('compression', () => {
  test.each(forms.flatMap((form) => [...Object.keys(compress), 'GZIP', 'identity'].map((name) => ({ form, name }))))('$form with $name', async ({ form, name }) => {
    const plain = encoded(form, request([record(`${form}-${name}`, { requestId: `req-${form}-${name}` })]))
    const body = name === 'identity' ? plain : compress[name.toLowerCase() as keyof typeof compress](plain)
    expect(await send('/v1/logs', form, body, { 'Content-Encoding': name })).toMatchObject({ status: 200, said: {}, contentType: contentTypes[form] })
    expect(await timeline(`request_id=req-${form}-${name}`)).toHaveLength(1)
  })

  test.each(forms)('%s: whole data only, and data of the kind that was announced', async (form) => {
    const plain = encoded(form, request([record('never', { body: { stringValue: canary.repeat(100) } })]))
    for (const [name, pack] of Object.entries(compress)) {
      const packed = pack(plain)
      for (const body of [packed.subarray(0, -5), packed.subarray(0, 3), plain, Buffer.alloc(0)]) {
        const answer = await send('/v1/logs', form, body, { 'Content-Encoding': name })
        expect([name, body.length, answer.status, answer.said]).toEqual([name, body.length, 400, expect.objectContaining({ code: 3 })])
      }
    }
    expect(await timeline('record_id=never')).toEqual([])
  })

  test.each(Object.keys(compress))('%s: what inflates beyond the limit is refused, not inflated', async (name) => {
    const bomb = compress[name as keyof typeof compress](Buffer.alloc(100 * 1024 * 1024, ' '))
    expect(bomb.length).toBeLessThan(1024 * 1024)
    expect(await send('/v1/logs', 'json', bomb, { 'Content-Encoding': name })).toMatchObject({ status: 413, contentType: 'application/json', said: { code: 8 } })
  })
})

describe('a body of 100 MB is refused before it is read', () => {
  test.each(forms)('%s, when it says so', async (form) => {
    const large = stream(100)
    const answer = await send('/v1/logs', form, large.body, { 'Content-Length': String(100 * 1024 * 1024) })
    expect(answer).toMatchObject({ status: 413, contentType: contentTypes[form], said: { code: 8 } })
    expect(large.megabytesTaken()).toBeLessThanOrEqual(1) // which the stream itself reads ahead
  })

  test.each(forms)('%s, when it does not', async (form) => {
    const large = stream(100)
    expect(await send('/v1/logs', form, large.body)).toMatchObject({ status: 413, contentType: contentTypes[form], said: { code: 8 } })
    expect(large.megabytesTaken()).toBeLessThanOrEqual(22)
    expect(large.cancelled()).toBe(true)
  })

  test('and a body that says less than it holds is cut where it stops being allowed', async () => {
    const large = stream(100)
    expect(await send('/v1/logs', 'json', large.body, { 'Content-Length': '10' })).toMatchObject({ status: 413 })
    expect(large.megabytesTaken()).toBeLessThanOrEqual(22)
  })
})

describe('over a real connection', () => {
  test.each([true, false])('who sends too much hears so, and is not just cut off (Content-Length: %s)', async (declared) => {
    const answers = await Promise.all(Array.from({ length: 4 }, () => upload(60, declared)))
    expect(answers).toEqual(Array(4).fill(413)) // a broken connection would make stock clients send the same again
  })
})

describe('refused, with the reason and without an echo', () => {
  const broken = (changes: object): Buffer => encoded('json', request([{ timeUnixNano: '1', body: { stringValue: canary }, ...changes }]))
  const value = (anyValue: unknown): Buffer => broken({ attributes: [{ key: canary, value: anyValue }] })
  const malformedJson: Record<string, Buffer> = {
    'cut off': Buffer.from(`{"resourceLogs":[{"${canary}`), 'no JSON': Buffer.from(canary), 'a list': Buffer.from(`["${canary}"]`), 'a text': Buffer.from(`"${canary}"`), 'nothing': Buffer.from('null'), 'a number': Buffer.from('1'),
    'two values': Buffer.from(`{} "${canary}"`), 'not UTF-8': Buffer.concat([Buffer.from(`{"${canary}":"`), Buffer.from([0xff]), Buffer.from('"}')]), 'a tail of NUL': Buffer.from(`{}\0${canary}`),
    'a text for a list': Buffer.from(`{"resourceLogs":"${canary}"}`), 'an object for a list': Buffer.from(`{"resourceLogs":{"${canary}":1}}`), 'attributes as an object': broken({ attributes: { [canary]: 1 } }),
    'a key that is no text': broken({ attributes: [{ key: 1, value: { stringValue: canary } }] }), 'a text for a value': value(canary), 'a list for a value': value([canary]),
    'an id in base64': broken({ traceId: 'CvdlGRbNQ92ESOshHIAxnA==' }), 'a short id': broken({ traceId: '0af7' }), 'an id of words': broken({ spanId: canary.padEnd(16, 'x') }), 'a time of words': broken({ timeUnixNano: canary }),
    'an int of words': value({ intValue: canary }), 'an int beyond 64 bits': value({ intValue: '9223372036854775808' }), 'a fraction for an int': value({ intValue: 1.5 }), 'a text for a boolean': value({ boolValue: 'true' }),
    'words for a number': value({ doubleValue: canary }), 'bytes that are not base64': value({ bytesValue: `${canary}!` }), 'a name for a severity': broken({ severityNumber: 'SEVERITY_NUMBER_INFO' }),
    'levels without end': Buffer.from('['.repeat(1_000_000)), 'levels under a field that nobody knows': Buffer.from(`{"${canary}":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
    'a value of a thousand levels': value(JSON.parse(`${'{"arrayValue":{"values":['.repeat(1000)}${']}}'.repeat(1000)}`)),
  }
  test.each(Object.keys(malformedJson))('json: %s', async (name) => {
    const answer = await send('/v1/logs', 'json', malformedJson[name]!)
    expect(answer).toMatchObject({ status: 400, contentType: 'application/json', said: { code: 3, details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'MALFORMED_BODY' }, { '@type': 'type.googleapis.com/google.rpc.BadRequest' }] } })
  })

  const inRecord = (field: Uint8Array): Buffer => wrapped(1, wrapped(2, wrapped(2, field)))
  const whole = encodeRequest(request([record('cut off', { body: { stringValue: canary } })]))
  const malformedProtobuf: Record<string, Uint8Array> = {
    'no protobuf': Buffer.from(canary), 'cut off': whole.subarray(0, -3), 'JSON': encoded('json', request([record('in JSON')])), 'gzip that was not announced': gzipSync(whole),
    'a length beyond the end': Buffer.from([10, 100, 1]), 'a member longer than its message': Buffer.from([10, 3, 18, 100, 1]), 'field 0': Buffer.from([0, 0]), 'a wire type that does not exist': Buffer.from([10, 2, 0xff, 0x07]), 'a varint without end': Buffer.alloc(20, 0xff),
    'text that is not UTF-8': inRecord(Buffer.from([98, 2, 0xc3, 0x28])), 'an id of 15 bytes': inRecord(Writer.create().uint32(74).bytes(Buffer.alloc(15, 1)).finish()), 'a group that does not end': Buffer.from([(9 << 3) | 3, 8, 1]),
    'spans': spans(), 'a group within a group without end': Buffer.alloc(100_000, (9 << 3) | 3),
  }
  test.each(Object.keys(malformedProtobuf))('protobuf: %s', async (name) => {
    const answer = await send('/v1/logs', 'protobuf', malformedProtobuf[name]!)
    expect(answer).toMatchObject({ status: 400, contentType: 'application/x-protobuf', said: { code: 3, message: expect.stringContaining('the body could not be decoded') } })
  })

  test.each(forms)('%s: sixteen levels of values are taken, wherever they stand, and seventeen are too many', async (form) => {
    const levels = (count: number): object => (count === 0 ? { stringValue: 'x' } : { kvlistValue: { values: [{ key: 'k', value: levels(count - 1) }] } })
    const deep = (place: 'body' | 'attribute', count: number): Promise<Answer> => {
      const where = place === 'body' ? { body: levels(count) } : { attributes: [{ key: 'a', value: levels(count) }] }
      return send('/v1/logs', form, encoded(form, request([record(`levels-${form}-${place}-${count}`, { requestId: `req-levels-${form}`, ...where })])))
    }
    for (const place of ['body', 'attribute'] as const) {
      expect((await deep(place, 16)).said).toEqual({})
      expect((await deep(place, 17)).said).toEqual({ partialSuccess: { rejectedLogRecords: '1', errorMessage: 'OVER_LIMIT' } })
      expect(await deep(place, 25)).toMatchObject({ status: 400, said: { code: 3 } }) // not even decoded
    }
  })

  test('brackets inside of texts are no levels', async () => {
    expect((await send('/v1/logs', 'json', encoded('json', request([record('brackets', { body: { stringValue: `${'[{'.repeat(1000)}\\"${'['.repeat(100)}` } })])))).said).toEqual({})
  })

  test.each(forms)('%s: names in snake_case on /v1/audit, which would store nothing', async (form) => {
    const snakes = [{ resource_logs: [{ scope_logs: [{ log_records: [{ event_name: canary }] }] }] }, { resourceLogs: [{ scope_logs: [{ log_records: [{ event_name: canary }] }] }] }, { resourceLogs: [{ scopeLogs: [{ log_records: [{ event_name: canary }] }] }] }]
    const otherMessage = Writer.create().uint32(7 << 3 | 2).string(canary).finish()
    for (const body of form === 'json' ? snakes.map((snake) => encoded('json', snake)) : [otherMessage]) {
      expect(await send('/v1/audit', form, body)).toMatchObject({ status: 400, contentType: contentTypes[form], said: { code: 3, message: expect.stringContaining('no records under the names of OTLP') } })
    }
  })

  test.each(forms)('%s: a record without what every audit record must say, on /v1/audit', async (form) => {
    const answer = await send('/v1/audit', form, encoded(form, request([{ timeUnixNano: '1', eventName: 'x', body: { stringValue: canary } }])))
    expect(answer).toMatchObject({ status: 400, contentType: contentTypes[form], said: { code: 3, message: expect.stringContaining('audit.actor.id') } })
  })

  test.each(forms)('%s: an id that another record has', async (form) => {
    expect((await send('/v1/logs', form, encoded(form, request([record(`twice-${form}`)])))).said).toEqual({})
    const other = encoded(form, request([record(`twice-${form}`, { body: { stringValue: canary } })]))
    expect(await send('/v1/audit', form, other)).toMatchObject({ status: 409, contentType: contentTypes[form], said: { code: 6 } })
    expect((await send('/v1/logs', form, other)).said).toEqual({ partialSuccess: { rejectedLogRecords: '1', errorMessage: 'RECORD_CONFLICT' } })
    expect((await send('/v1/logs', form, encoded(form, request([record(`twice-${form}`)])))).said).toEqual({})
  })

  test('a Content-Type or a Content-Encoding that is not understood', async () => {
    const body = encoded('json', request([record('unsupported', { body: { stringValue: canary } })]))
    for (const type of ['text/plain', '', canary, `application/${canary}`, 'application/jsonl', 'application/grpc']) {
      expect(await send('/v1/logs', 'json', body, { 'Content-Type': type })).toMatchObject({ status: 415, contentType: 'application/json', said: { code: 3 } })
    }
    for (const form of forms) {
      for (const name of ['br', canary, 'gzip, gzip', 'snappy']) {
        expect(await send('/v1/logs', form, body, { 'Content-Encoding': name })).toMatchObject({ status: 415, contentType: contentTypes[form], said: { code: 3 } })
      }
    }
  })

  test.each(forms)('%s: another method, with the one that is taken', async (form) => {
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
      const answer = await send('/v1/logs', form, method === 'GET' ? undefined : Buffer.from(canary), {}, method)
      expect(answer).toMatchObject({ status: 405, contentType: contentTypes[form], said: { code: 12 } })
      expect(answer.headers.get('Allow')).toBe('POST') // RFC 9110, section 15.5.6
    }
  })

  test('a path that is not there', async () => {
    for (const path of ['/v1/traces', '/v1/logs/', `/${canary}`, `/v1/logs/../${canary}`, `/v1/${canary}?${canary}`]) {
      expect(await send(path, 'json', Buffer.from(`{"${canary}":1}`))).toMatchObject({ status: 404, contentType: 'application/json', said: { code: 'NOT_FOUND', hint: expect.any(String) } })
    }
  })
})

describe('keys', () => {
  const keyFile = (): string => join(collector.data, 'keys', 'api-keys.json')
  const withKey = (form: Form, authorization: string | null): Promise<Answer> => send('/v1/logs', form, encoded(form, request([record('with a wrong key', { body: { stringValue: canary } })])), { Authorization: authorization })

  test.each(forms)('%s: none, one that nobody made, one that is no key', async (form) => {
    for (const authorization of [null, `Bearer ${canary}`, `Bearer ${key}x`, `Bearer ${key.slice(0, -1)}`, `Basic ${Buffer.from(`${canary}:${canary}`).toString('base64')}`, key, 'Bearer', `Bearer ${canary} ${canary}`]) {
      const answer = await withKey(form, authorization)
      expect(answer).toMatchObject({ status: 401, contentType: contentTypes[form], said: { code: 16 } })
      expect(answer.headers.get('WWW-Authenticate')).toBe('Bearer')
    }
    expect(await timeline('record_id=with%20a%20wrong%20key')).toEqual([])
  })

  test.each(forms)('%s: one without the scope', async (form) => {
    const reader = await collector.key('shop', 'production', ['read'])
    expect(await withKey(form, `Bearer ${reader}`)).toMatchObject({ status: 403, contentType: contentTypes[form], said: { code: 7 } })
    const writer = await collector.key('shop', 'production', ['ingest'])
    expect((await app.request('/v1/timeline?last=1h', { headers: { Authorization: `Bearer ${writer}` } })).status).toBe(403)
  })

  test.each(forms)('%s: one whose time is over', async (form) => {
    const { key: expired } = await createKey(keyFile(), { workspace: 'shop', environment: 'production', scopes: ['ingest', 'read'], expiresAt: '2001-01-02T00:00:00.000Z' }, new Date('2001-01-01'))
    expect(await withKey(form, `Bearer ${expired}`)).toMatchObject({ status: 401, contentType: contentTypes[form], said: { code: 16 } })
  })

  test('one that was revoked: before it was used at once, and while it is in use within a moment', async () => {
    const made = await Promise.all([1, 2].map(async () => createKey(keyFile(), { workspace: 'shop', environment: 'production', scopes: ['ingest'] }, new Date())))
    const [unused, used] = made as [(typeof made)[0], (typeof made)[0]]
    await revokeKey(keyFile(), unused.apiKey.id, new Date())
    expect(await withKey('json', `Bearer ${unused.key}`)).toMatchObject({ status: 401 })
    const sendWith = (): Promise<Answer> => send('/v1/logs', 'json', encoded('json', request([])), { Authorization: `Bearer ${used.key}` })
    expect(await sendWith()).toMatchObject({ status: 200 })
    await revokeKey(keyFile(), used.apiKey.id, new Date())
    await eventually('the revoked key is refused', async () => (await sendWith()).status === 401)
  })
})

describe('in the end', () => {
  test('every good record between the bad requests is there', async () => {
    expect(await timeline('request_id=req-good&related=false&limit=10000')).toHaveLength(good)
  })

  test('nothing that was sent is in an answer, a log line or a metric', async () => {
    await collector.service.refusals.flush()
    expect(heard.length).toBeGreaterThan(200)
    expect(heard.filter((text) => text.includes(canary))).toEqual([])
    expect(collector.logged()).not.toContain(canary)
    expect(await collector.metrics()).not.toContain(canary)
    expect(heard.filter((text) => /\bat .+:\d+:\d+/.test(text))).toEqual([]) // nor where in the code it went wrong
  })

  test('the refusals are records themselves, without what was refused', async () => {
    const refusals = (await timeline('target=/v1/logs&integration=blotter&related=false')).concat(await timeline('target=/v1/audit&integration=blotter&related=false'))
    expect(new Set(refusals.map(({ reason }) => reason))).toEqual(new Set(['MALFORMED_BODY', 'MALFORMED_ENCODING', 'TOO_LARGE', 'OVER_LIMIT', 'NO_RECORDS', 'MISSING_ATTRIBUTE', 'RECORD_CONFLICT', 'UNSUPPORTED_MEDIA_TYPE', 'METHOD_NOT_ALLOWED', 'FORBIDDEN', 'KEY_EXPIRED', 'KEY_REVOKED']))
    expect(JSON.stringify(refusals)).not.toContain(canary)
  })

  test('records of ten years in one request, as a backfill sends them, are kept', async () => {
    const months = Array.from({ length: 120 }, (_, month) => record(`month-${month}`, { requestId: 'req-years', timeUnixNano: String(BigInt(Date.UTC(2015, month, 2)) * 1_000_000n) }))
    expect((await send('/v1/logs', 'protobuf', encoded('protobuf', request(months)))).said).toEqual({})
    expect(await timeline('request_id=req-years&related=false')).toHaveLength(120)
  })
})

interface Answer {
  readonly status: number
  readonly contentType: string | null
  readonly headers: Headers
  readonly body: Buffer
  /** What the body says, by its Content-Type. */
  readonly said: object
}

type Body = Uint8Array | ReadableStream<Uint8Array> | undefined

/** A header of `null` is left out. */
async function send(path: string, form: Form, body: Body, headers: Readonly<Record<string, string | null>> = {}, method = 'POST'): Promise<Answer> {
  const all = { 'Content-Type': contentTypes[form], Authorization: `Bearer ${key}`, 'User-Agent': canary, 'X-Request-Id': canary, ...headers }
  const present = Object.entries(all).filter((header): header is [string, string] => header[1] !== null)
  const response = await app.request(new Request(`http://localhost${path}`, { method, headers: present, ...(body === undefined ? {} : { body: body as ReadableStream, duplex: 'half' }) }))
  const bytes = Buffer.from(await response.arrayBuffer())
  heard.push(JSON.stringify([...response.headers]), bytes.toString())
  const contentType = response.headers.get('Content-Type')
  const ok = response.status === 200
  const said = contentType === contentTypes.protobuf ? (ok ? decodeResponse(bytes) : decodeStatus(bytes)) : JSON.parse(bytes.toString()) as object
  return { status: response.status, contentType, headers: response.headers, body: bytes, said }
}

async function timeline(query: string): Promise<readonly RecordView[]> {
  expect(await collector.service.catchUp(30_000)).toBe(true)
  return collector.timeline(query, key)
}

function request(logRecords: readonly object[]): object {
  return { resourceLogs: [{ resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] }, scopeLogs: [{ logRecords }] }] }
}

interface Changes { readonly requestId?: string; readonly attributes?: readonly object[]; readonly [field: string]: unknown }

/** A whole audit record in OTLP's JSON form. */
function record(id: string, { requestId = 'req-1', attributes = [], ...changes }: Changes = {}): object {
  const own = { 'audit.record.id': id, 'audit.actor.id': 'maria', 'audit.actor.type': 'user', 'audit.action': 'CREATE', 'audit.outcome': 'success', 'blotter.request.id': requestId }
  return { eventName: 'payment.refund', timeUnixNano: '1795500634000000000', attributes: [...Object.entries(own).map(([name, value]) => ({ key: name, value: { stringValue: value } })), ...attributes], ...changes }
}

function encoded(form: Form, message: object): Buffer {
  return form === 'json' ? Buffer.from(JSON.stringify(message)) : encodeRequest(message)
}

function decodeOtlp(form: Form, body: Buffer): unknown {
  return form === 'json' ? JSON.parse(body.toString()) as unknown : decodeResponse(body)
}

/** An ExportTraceServiceRequest, as a client sends it that has the two paths mixed up. */
function spans(): Buffer {
  const span = Writer.create().uint32(10).bytes(Buffer.alloc(16, 7)).uint32(18).bytes(Buffer.alloc(8, 7)).uint32(42).string(`GET /${canary}`).uint32(48).uint32(2)
    .uint32(57).fixed64('1795500634000000000').uint32(65).fixed64('1795500634000000001').uint32(74).bytes(Writer.create().uint32(10).string('http.route').uint32(18).bytes(Writer.create().uint32(10).string(canary).finish()).finish()).finish()
  return wrapped(1, wrapped(2, wrapped(2, span)))
}

/** `message` as field `field` of another. */
function wrapped(field: number, message: Uint8Array): Buffer {
  return Buffer.from(Writer.create().uint32((field << 3) | 2).bytes(message).finish())
}

/** The one member of a message of less than 16 kB. */
function unwrapped(message: Uint8Array): Uint8Array {
  return message.subarray(message[1]! < 0x80 ? 2 : 3)
}

/** Sends so many megabytes until it is answered. The status, or why there was none. */
function upload(megabytes: number, declared: boolean): Promise<number | string> {
  const chunk = Buffer.alloc(1024 * 1024, canary)
  return new Promise((resolve) => {
    let left = megabytes
    const outgoing = httpRequest(`${collector.url}/v1/logs`, { method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${key}`, ...(declared ? { 'Content-Length': megabytes * chunk.length } : {}) } }, (response) => {
      left = 0
      resolve(response.statusCode!)
      response.resume().once('close', () => { outgoing.destroy() })
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) => { resolve(error.code ?? error.name) })
    const write = (): void => {
      while (left > 0) {
        left -= 1
        if (!outgoing.write(chunk)) { outgoing.once('drain', write); return }
      }
      outgoing.end()
    }
    write()
  })
}

/** A body of so many megabytes, and how many of them were taken. */
function stream(megabytes: number): { readonly body: ReadableStream<Uint8Array>; megabytesTaken(): number; cancelled(): boolean } {
  const chunk = Buffer.alloc(1024 * 1024, canary)
  let taken = 0
  let cancelled = false
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (taken === megabytes) controller.close()
      else controller.enqueue(new Uint8Array(chunk)) // whoever reads a body owns what it is given
      taken += 1
    },
    cancel() { cancelled = true },
  })
  return { body, megabytesTaken: () => taken, cancelled: () => cancelled }
}
