// One payload, seen by an SDK, by the collector and by whoever asks for it; before and after its key was rotated, and when
// that key is gone.

import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeRequest, toValue } from '@blotter/processors'
import { createAudit } from '@blotter/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lookUpLimits } from '../../collector/fingerprint/api.ts'
import { sampleRecord } from '../support/arbitrary.ts'
import { runBlotter } from '../support/collector-process.ts'
import { directoryForTest } from '../support/directory.ts'
import { eventually } from '../support/eventually.ts'
import { runCollector } from '../support/running.ts'
import type { EpochView } from '../../collector/fingerprint/view.ts'
import type { LookUp } from '../../collector/fingerprint/look-up.ts'
import type { RecordView } from '../../collector/query/view.ts'
import type { Audit } from '@blotter/sdk'
import type { RunningCollector } from '../support/running.ts'

const canary = 'CANARY7d20'
const payload = { id: 'pay_5d903041', amount: 4200, live: true, note: null, password: canary, customer: { email: 'maria@example.com' }, card: { number: '4000056655665556' } }

let collector: RunningCollector
let [ingest, read, admin, system] = ['', '', '', '']
let audit: Audit
let firstValue = ''

beforeAll(async () => {
  collector = await runCollector({ redact: { paths: ['body.customer.email'], keys: ['tax id'] } })
  ingest = await collector.key('shop', 'production', ['ingest'])
  read = await collector.key('shop', 'production', ['read'])
  admin = await collector.key('shop', 'production', ['admin'])
  system = await collector.key('blotter', 'system', ['read'])
  audit = createAudit({ endpoint: collector.url, spool: false, key: ingest, integration: 'shop', redact: { paths: ['body.customer.email'], keys: ['tax id'] } })
})
afterAll(async () => {
  await audit.close()
  await collector.remove()
})

interface Answer<T> { readonly status: number; readonly headers: Headers; readonly body: T; readonly text: string }

async function call<T>(method: string, path: string, key: string, body?: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Answer<T>> {
  const response = await fetch(`${collector.url}${path}`, { method, ...(body === undefined ? {} : { body }), headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', ...headers } })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: JSON.parse(text) as T, text }
}

const lookUp = async (body: string, key = read): Promise<LookUp> => (await call<LookUp>('POST', '/v1/fingerprint', key, body)).body
const blotter = (...words: string[]): ReturnType<typeof runBlotter> => runBlotter(['fingerprint', ...words], { BLOTTER_DATA: collector.data, BLOTTER_URL: collector.url, BLOTTER_KEY: read })

async function send(id: string, body: unknown, attributes: Record<string, string> = {}, copies = 1): Promise<void> {
  const records = Array.from({ length: copies }, (_, i) => sampleRecord({ body: toValue(body) }, { 'audit.record.id': `${id}-${i}`, 'blotter.request.id': id, ...attributes }))
  expect((await call('POST', '/v1/logs', ingest, encodeRequest(records))).status).toBe(200)
}

const valueOf = async (id: string): Promise<string | undefined> => (await collector.timeline(`request_id=${id}&related=false`, read))[0]?.fingerprint

/** What the collector says about itself, once all of it is written. */
async function told(event: string, key: string): Promise<readonly RecordView[]> {
  await collector.service.refusals.flush()
  return (await collector.timeline('integration=blotter&from=2020-01-01&related=false&limit=10000', key)).filter((record) => record.event === event)
}

test('an SDK, the collector and a look-up give one payload one fingerprint, however it travels', async () => {
  await audit.record({ event: 'payment.refund', actor: 'maria', action: 'CREATE', requestId: 'by-sdk', payload })
  await send('by-collector', payload)
  await send('by-collector-text', JSON.stringify(payload, null, 2))
  await send('by-thread', payload, {}, 20)
  const { fingerprints: [first, ...others], unknown } = await lookUp(` ${JSON.stringify(Object.fromEntries(Object.entries(payload).reverse()))}\n`)
  expect([first?.epoch, first?.current, first?.form, others, unknown]).toEqual(['e1', true, 'jcs', [], []])
  firstValue = first!.value
  expect(firstValue).toMatch(/^hmac-sha256:e1:[0-9a-f]{32}$/)
  for (const id of ['by-sdk', 'by-collector', 'by-collector-text', 'by-thread']) expect([id, await valueOf(id)]).toEqual([id, firstValue])
  for (const other of [{ ...payload, password: 'other' }, { ...payload, customer: { email: 'jo@example.com' } }, { ...payload, card: { number: '4242424242424242' } }, { ...payload, amount: '4200' }]) expect((await lookUp(JSON.stringify(other))).fingerprints[0]!.value).not.toBe(firstValue)
})

test('another workspace has other fingerprints of the same payload', async () => {
  expect((await lookUp(JSON.stringify(payload), await collector.key('bank', 'production', ['read']))).fingerprints[0]!.value).not.toBe(firstValue)
})

test('text and bytes are fingerprinted as they are, by the SDK and in a look-up', async () => {
  const form = 'id=pay_5d903041&amount=4200&currency=eur'
  await audit.record({ event: 'webhook.received', actor: 'crm', action: 'IMPORT', requestId: 'by-form', payload: Buffer.from(form) })
  const [found] = (await lookUp(form)).fingerprints
  expect([found!.form, found!.value, await valueOf('by-form')]).toEqual(['raw', found!.raw, found!.raw])
})

test('what says too little, is too large, or comes from whoever may not ask is refused, without an echo', async () => {
  const asked: [Promise<Answer<{ code: string }>>, number, string][] = [
    [call('POST', '/v1/fingerprint', read, '{"paid":true}'), 400, 'GUESSABLE_PAYLOAD'],
    [call('POST', '/v1/fingerprint', read, ''), 400, 'GUESSABLE_PAYLOAD'],
    [call('POST', '/v1/fingerprint', read, JSON.stringify(canary)), 400, 'GUESSABLE_PAYLOAD'],
    [call('POST', '/v1/fingerprint', read, canary.repeat(lookUpLimits.bytes / 8)), 413, 'TOO_LARGE'],
    [call('POST', '/v1/fingerprint', read, canary, { 'Content-Encoding': 'gzip' }), 400, 'MALFORMED_ENCODING'],
    [call('POST', '/v1/fingerprint', ingest, JSON.stringify(payload)), 403, 'FORBIDDEN'],
    [call('POST', '/v1/fingerprint', `${read}x`, JSON.stringify(payload)), 401, 'UNAUTHENTICATED'],
    [call('POST', '/v1/fingerprint/rotate', read), 403, 'FORBIDDEN'],
    [call('POST', '/v1/fingerprint/rotate', admin, `{"overlap":"${canary}"}`), 400, 'INVALID_KEY_REQUEST'],
    [call('POST', '/v1/fingerprint/rotate', admin, `{"${canary}":1}`), 400, 'INVALID_KEY_REQUEST'],
    [call('POST', '/v1/fingerprint/rotate', admin, '{}', { 'Content-Type': 'text/plain' }), 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [call('GET', '/v1/fingerprint/epochs', ingest), 403, 'FORBIDDEN'],
  ]
  for (const [answer, status, code] of asked) {
    const { status: got, body, text } = await answer
    expect([got, body.code]).toEqual([status, code])
    expect(text).not.toContain('CANARY')
  }
})

test('a key that asks too often hears so, and when to come back; others do not', async () => {
  const eager = await collector.key('shop', 'production', ['read'])
  const answers = await Promise.all(Array.from({ length: lookUpLimits.burst + 5 }, () => call<{ code: string }>('POST', '/v1/fingerprint', eager, '{"paid":true}')))
  const limited = answers.filter(({ status }) => status === 429)
  expect(limited.length).toBeGreaterThan(0)
  expect(limited[0]).toMatchObject({ body: { code: 'RATE_LIMITED' } })
  expect(Number(limited[0]!.headers.get('Retry-After'))).toBeGreaterThanOrEqual(1 / lookUpLimits.perSecond)
  expect((await lookUp(JSON.stringify(payload))).fingerprints).toHaveLength(1)
  expect(await collector.metric('blotter_fingerprint_look_ups_total', 'result="limited"')).toBe(limited.length)
})

test('each look-up is a record of who asked with which keys, and of nothing that was in the payload', async () => {
  const looked = await told('blotter.fingerprint.looked_up', read)
  expect(looked.length).toBe(await collector.metric('blotter_fingerprint_look_ups_total', 'result="answered"') - 1) // one was another workspace's
  expect(looked[0]).toMatchObject({ actor: { id: `key:${read.slice(4, 16)}` }, action: 'READ', attributes: { 'blotter.fingerprint.epochs': ['e1'] } })
  expect(looked.every(({ fingerprint }) => fingerprint === undefined)).toBe(true)
  expect((await told('blotter.request.refused', read)).map(({ reason, target }) => [reason, target.id])).toContainEqual(['GUESSABLE_PAYLOAD', '/v1/fingerprint'])
})

test('after a rotation new records have new fingerprints, in every thread and without a restart, and both are found', async () => {
  const { status, body } = await call<{ current: EpochView; retired: EpochView }>('POST', '/v1/fingerprint/rotate', admin, '{"overlap":"7d"}')
  expect([status, body.current.epoch, body.retired.epoch, body.retired.state]).toEqual([201, 'e2', 'e1', 'overlap'])
  await send('after', payload)
  expect(await valueOf('after')).toMatch(/^hmac-sha256:e2:/)
  let round = 0
  await eventually('a thread has the new key', async () => {
    await send(`thread-${round += 1}`, payload, {}, 20)
    return (await valueOf(`thread-${round}`))?.startsWith('hmac-sha256:e2:')
  })
  const { fingerprints } = await lookUp(JSON.stringify(payload))
  expect(fingerprints.map(({ epoch, current }) => [epoch, current])).toEqual([['e2', true], ['e1', false]])
  expect([fingerprints[0]!.value, fingerprints[1]!.value]).toEqual([await valueOf('after'), firstValue])
  const file = join(await directoryForTest(), 'payload.json')
  await writeFile(file, JSON.stringify(payload))
  const story = JSON.parse((await blotter(file, '--timeline', '--json')).stdout) as { records: RecordView[] }
  expect(story.records.map(({ requestId }) => requestId)).toEqual(expect.arrayContaining(['by-sdk', 'by-collector', 'after']))
  expect((await told('blotter.fingerprint.epoch_begun', system)).map(({ actor, target }) => [actor.id, target.id])).toEqual([[`key:${admin.slice(4, 16)}`, 'e2']])
})

test('a sender that still has the old key is taken as it is', async () => {
  await audit.record({ event: 'payment.refund', actor: 'maria', action: 'CREATE', requestId: 'old-sdk', payload })
  expect(await valueOf('old-sdk')).toBe(firstValue)
  expect(await collector.metric('blotter_old_fingerprints_total')).toBe(1)
  const fresh = createAudit({ endpoint: collector.url, spool: false, key: ingest, integration: 'shop', redact: { paths: ['body.customer.email'], keys: ['tax id'] } })
  await fresh.record({ event: 'payment.refund', actor: 'maria', action: 'CREATE', requestId: 'new-sdk', payload })
  await fresh.close()
  expect(await valueOf('new-sdk')).toBe(await valueOf('after'))
})

test('by command: the epochs, a payload in a table, and what is wrong in one line', async () => {
  expect((await blotter('epochs')).stdout).toMatch(/e1 +overlap +\d{4}-\d\d-\d\d +\d{4}-\d\d-\d\d +\d{4}-\d\d-\d\d\ne2 +current +\d{4}-\d\d-\d\d\n/)
  const file = join(await directoryForTest(), 'payload.json')
  await writeFile(file, JSON.stringify(payload))
  expect((await blotter(file)).stdout).toMatch(new RegExp(`e2 \\(current\\) +jcs +hmac-sha256:e2:[0-9a-f]{32} +hmac-sha256:e2:[0-9a-f]{32}\\ne1 +jcs +${firstValue} `))
  const wrong: [string[], string][] = [
    [[], 'say a file with a payload'], [['nothing.json'], 'there is no file "nothing.json"'], [['rotate', '--overlap', 'soon'], '--overlap takes'], [['destroy'], 'say which epoch'],
    [['destroy', 'e2', '--yes'], 'rotate first'], [['destroy', 'e9', '--yes'], 'no epoch of that name'], [['destroy', 'e1'], 'Say --yes to do it'], [['epochs', '--data', '/nowhere'], 'is not the data directory'],
  ]
  for (const [words, expected] of wrong) {
    const { code, stderr } = await blotter(...words)
    expect([words, code, stderr.includes(expected), stderr.trim().split('\n').length]).toEqual([words, 2, true, 1])
  }
  expect((await blotter('epochs', '--json')).stdout).toContain('"overlap"') // none of that destroyed anything
})

test('a destroyed key ends what could be told about its period, at once and for good', async () => {
  expect(await blotter('destroy', 'e1', '--yes')).toMatchObject({ code: 0, stdout: expect.stringContaining('The key of e1 is destroyed') as string })
  await eventually('the collector has noticed', async () => (await call<{ epochs: EpochView[] }>('GET', '/v1/fingerprint/epochs', read)).body.epochs[0]?.state === 'destroyed')
  const { fingerprints, unknown } = await lookUp(JSON.stringify(payload))
  expect([fingerprints.map(({ epoch }) => epoch), unknown.map(({ epoch }) => epoch)]).toEqual([['e2'], ['e1']])
  expect(await valueOf('by-sdk')).toBe(firstValue) // a sealed record never changes
  const file = join(await directoryForTest(), 'payload.json')
  await writeFile(file, JSON.stringify(payload))
  expect((await blotter(file)).stdout).toMatch(/\nUnknown: whether it occurred from \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d; the key of e1 was destroyed\.\n/)
  expect((await blotter(file, '--timeline')).stdout).toMatch(/ records, [\s\S]*\nUnknown: whether/)
  await writeFile(file, JSON.stringify({ ...payload, id: 'pay_of_nobody' }))
  expect((await blotter(file, '--timeline')).stdout).toMatch(/^No records match under the keys that there are\.\n\nUnknown: whether/)
  await send('late', payload, { 'blotter.payload.hash.value': firstValue, 'blotter.payload.hash.canonicalization': 'jcs' })
  await send('late-without-body', null, { 'blotter.payload.hash.value': firstValue, 'blotter.payload.hash.canonicalization': 'jcs' })
  expect([await valueOf('late'), await valueOf('late-without-body')]).toEqual([fingerprints[0]!.value, undefined])
  expect((await told('blotter.fingerprint.epoch_destroyed', system)).map(({ actor, action, target }) => [actor.type, action, target.id])).toEqual([['user', 'DELETE', 'e1']])
  await blotter('destroy', 'e1', '--yes')
  expect(await told('blotter.fingerprint.epoch_destroyed', system)).toHaveLength(1)
})

test('a restart goes on with the same keys, and what happened while it was stopped is recorded then', async () => {
  const before = (await lookUp(JSON.stringify(payload))).fingerprints[0]!.value
  await collector.restart()
  expect((await lookUp(JSON.stringify(payload))).fingerprints.map(({ value }) => value)).toEqual([before])
  expect(await collector.metric('blotter_fingerprint_epochs', 'state="destroyed"')).toBe(1)
})

test('no secret of the payload is on the disk, in the log or in a metric', async () => {
  const files = (await readdir(collector.data, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  for (const { parentPath, name } of files) expect([name, (await readFile(join(parentPath, name))).includes(canary)]).toEqual([name, false])
  expect(collector.logged() + await collector.metrics()).not.toContain(canary)
})
