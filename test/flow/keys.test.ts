// Keys from their first day to their last, through a real port and the real command; and what a record may claim.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeRequest } from '@blotter/processors'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createKey } from '../../collector/authenticate/key-file.ts'
import { sampleRecord } from '../support/arbitrary.ts'
import { runBlotter, startCollector } from '../support/collector-process.ts'
import { directoryForTest } from '../support/directory.ts'
import { eventually } from '../support/eventually.ts'
import { encodeProtobuf } from '../support/otlp-protobuf.ts'
import { runCollector } from '../support/running.ts'
import type { RecordView } from '../../collector/query/view.ts'
import type { AuditRecord, Value } from '@blotter/processors'
import type { CollectorProcess } from '../support/collector-process.ts'
import type { RunningCollector } from '../support/running.ts'

let collector: RunningCollector
let admin: string
let ingest: string
beforeAll(async () => {
  collector = await runCollector()
  admin = await collector.key('shop', 'production', ['admin', 'read'])
  ingest = await collector.key('shop', 'production', ['ingest', 'read'])
})
afterAll(() => collector.remove())

interface Answer { readonly status: number; readonly headers: Headers; readonly body: Readonly<Record<string, never>> }

async function call(method: string, path: string, key: string | undefined, body?: string | object, headers: Record<string, string> = {}): Promise<Answer> {
  const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }
  const response = await fetch(`${collector.url}${path}`, { method, ...sent, headers: { 'Content-Type': 'application/json', ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }), ...headers } })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text.startsWith('{') ? JSON.parse(text) as Answer['body'] : {} }
}

const send = (path: string, key: string | undefined, records: readonly AuditRecord[]): Promise<Answer> => call('POST', path, key, encodeRequest(records))
const claiming = (id: string, attributes: Record<string, Value> = {}): AuditRecord => sampleRecord({}, { 'audit.record.id': id, 'blotter.request.id': id, ...attributes })

/** What the collector says about itself in a workspace, once all of it is written. */
async function told(event: string, key: string): Promise<readonly RecordView[]> {
  await collector.service.refusals.flush()
  return (await collector.timeline('integration=blotter&from=2020-01-01&related=false&limit=10000', key)).filter((record) => record.event === event)
}

describe('over HTTP', () => {
  test('a key is created, listed, rotated with an overlap, given an end and revoked; each is a record', async () => {
    const created = await call('POST', '/v1/keys', admin, { scopes: ['ingest'], name: 'webhook', expires: '90d' })
    expect(created).toMatchObject({ status: 201, body: { workspace: 'shop', environment: 'production', scopes: ['ingest'], name: 'webhook', state: 'live', notices: [] } })
    expect(created.headers.get('Cache-Control')).toBe('no-store')
    const { id, key } = created.body as unknown as { id: string; key: string }
    expect((await send('/v1/audit', key, [claiming('with-new-key')])).status).toBe(200)

    const rotated = await call('POST', `/v1/keys/${id}/rotate`, admin, { overlap: '1h' })
    expect(rotated).toMatchObject({ status: 201, body: { replaces: id, scopes: ['ingest'], name: 'webhook', replaced: { id, notices: ['expires_soon'] } } })
    const next = rotated.body as unknown as { id: string; key: string }
    for (const good of [key, next.key]) expect((await send('/v1/logs', good, [claiming(`overlap-${good.slice(4, 16)}`)])).status).toBe(200)

    expect(await call('POST', `/v1/keys/${next.id}/expire`, admin, { expires: '1d' })).toMatchObject({ status: 200, body: { id: next.id, notices: ['expires_soon'] } })
    expect((await call('POST', `/v1/keys/${id}/revoke`, admin)).status).toBe(200)
    expect((await send('/v1/logs', key, [claiming('too-late')])).status).toBe(401) // at once
    expect((await send('/v1/logs', next.key, [claiming('still-good')])).status).toBe(200)

    const { body: { keys } } = await call('GET', '/v1/keys', admin)
    expect(keys).toMatchObject([{ scopes: ['admin', 'read'] }, { scopes: ['ingest', 'read'] }, { id, state: 'revoked' }, { id: next.id, state: 'live', lastUsedAt: expect.stringMatching(/:00:00.000Z$/) as string }])
    expect(JSON.stringify(keys)).not.toMatch(/[0-9a-f]{64}|blt_/)
    const mine = (await Promise.all(['created', 'rotated', 'expiry_set', 'revoked'].map((action) => told(`blotter.key.${action}`, admin)))).flat().filter(({ actor }) => actor.id === `key:${admin.slice(4, 16)}`)
    expect(mine.map(({ event, target }) => [event, target.id])).toEqual([['blotter.key.created', id], ['blotter.key.rotated', next.id], ['blotter.key.expiry_set', next.id], ['blotter.key.revoked', id]])
    expect(mine[1]!.attributes).toMatchObject({ 'blotter.key.replaces': id, 'blotter.key.name': 'webhook', 'blotter.key.scopes': ['ingest'] })
  })

  test('an administrator reaches the keys of the own workspace and environment, and learns nothing of others', async () => {
    for (const [workspace, environment] of [['bank', 'production'], ['shop', 'staging']] as const) {
      const { body } = await call('POST', '/v1/keys', await collector.key(workspace, environment, ['admin']), { scopes: ['read'] })
      for (const action of ['rotate', 'revoke']) expect(await call('POST', `/v1/keys/${String(body['id'])}/${action}`, admin)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
      expect(await call('POST', `/v1/keys/${String(body['id'])}/expire`, admin, { expires: '1d' })).toMatchObject({ status: 404 })
      expect(JSON.stringify((await call('GET', '/v1/keys', admin)).body)).not.toContain(String(body['id']))
    }
    expect(await call('POST', '/v1/keys', admin, { scopes: ['read'], workspace: 'bank' })).toMatchObject({ status: 400, body: { code: 'INVALID_KEY_REQUEST' } })
  })

  test('without the scope there is nothing to see or to change, and that was tried is a record', async () => {
    for (const [method, path] of [['GET', '/v1/keys'], ['POST', '/v1/keys'], ['POST', '/v1/keys/abc/rotate'], ['POST', '/v1/keys/abc/revoke']] as const) {
      expect(await call(method, path, ingest)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
      expect(await call(method, path, undefined)).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } })
    }
    const refusals = (await told('blotter.request.refused', admin)).filter(({ reason }) => reason === 'FORBIDDEN')
    expect(refusals.map(({ target }) => target.id)).toEqual(expect.arrayContaining(['/v1/keys', '/v1/keys/:id/rotate', '/v1/keys/:id/revoke']))
  })

  test.each<[string, string | object]>([
    ['no body', ''], ['not JSON', '{"scopes":["read"'], ['a list', '[]'], ['an unknown scope', { scopes: ['CANARY'] }], ['no scope', { scopes: [] }], ['an unknown member', { scopes: ['read'], CANARY: 1 }],
    ['a time in the past', { scopes: ['read'], expires: '2020-01-01' }], ['no address', { scopes: ['read'], addresses: ['CANARY'] }], ['a name that cannot be seen', { scopes: ['read'], name: '\u202eCANARY' }], ['depth', '['.repeat(60_000)],
  ])('%s is refused, without an echo', async (_, body) => {
    const answer = await call('POST', '/v1/keys', admin, body)
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_KEY_REQUEST' } })
    expect(JSON.stringify(answer.body)).not.toContain('CANARY')
  })

  test('a request that is too large, or that a page in a browser could send, is refused', async () => {
    expect(await call('POST', '/v1/keys', admin, 'x'.repeat(65 * 1024))).toMatchObject({ status: 413 })
    expect(await call('POST', '/v1/keys', admin, { scopes: ['read'] }, { 'Content-Type': 'text/plain' })).toMatchObject({ status: 415 })
    expect(await call('OPTIONS', '/v1/keys', admin)).toMatchObject({ status: 204 })
  })

  test('a key that is bound to addresses is none from elsewhere, and the caller hears no difference', async () => {
    const make = async (addresses: string[]): Promise<string> => String((await call('POST', '/v1/keys', admin, { scopes: ['ingest'], addresses })).body['key'])
    const [here, elsewhere] = [await make(['127.0.0.0/8', '::1']), await make(['192.0.2.0/24'])]
    expect((await send('/v1/logs', here, [claiming('from-here')])).status).toBe(200)
    const [refused, unknown] = [await send('/v1/logs', elsewhere, [claiming('from-elsewhere')]), await send('/v1/logs', `${elsewhere.slice(0, -1)}_`, [claiming('from-elsewhere')])]
    expect(refused).toMatchObject({ status: 401, body: { code: 16 } })
    expect(JSON.stringify(refused.body).replace(/"requestId":"[^"]+"/, '')).toBe(JSON.stringify(unknown.body).replace(/"requestId":"[^"]+"/, ''))
    expect((await call('POST', '/v1/logs', elsewhere, '{}', { 'X-Forwarded-For': '192.0.2.1' })).status).toBe(401)
    expect((await told('blotter.request.refused', admin)).map(({ reason, actor }) => [reason, actor.id])).toContainEqual(['KEY_ADDRESS', `key:${elsewhere.slice(4, 16)}`])
  })
})

describe('by command, while the collector runs', () => {
  const keys = async (...words: string[]): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> => runBlotter(['keys', ...words, '--data', collector.data])

  test('a key is created, rotated and revoked, each noticed within a second and each a record', async () => {
    const created = await keys('create', '--workspace', 'cli', '--environment', 'staging', '--scopes', 'ingest,read', '--name', 'nightly import')
    const key = created.stdout.trim()
    expect(key).toMatch(/^blt_[0-9a-f]{12}_[0-9A-Za-z]{38}$/)
    expect(created.stderr).not.toContain(key)
    expect((await send('/v1/logs', key, [claiming('by-command')])).status).toBe(200)
    const next = JSON.parse((await keys('rotate', key, '--overlap', '0h', '--json')).stdout) as { key: string; id: string }
    await eventually('the old key is refused', async () => (await send('/v1/logs', key, [claiming('by-command')])).status === 401)
    expect((await send('/v1/logs', next.key, [claiming('by-command-2')])).status).toBe(200)
    await collector.service.refusals.flush()
    const table = (await keys('list')).stdout
    expect(table).toMatch(new RegExp(`${next.id} +nightly import +cli +staging +ingest,read +personal +anywhere +\\d{4}-\\d\\d-\\d\\d +\\d{4}-\\d\\d-\\d\\d +live\n`))
    expect(table).toMatch(new RegExp(`${key.slice(4, 16)} .* expired `))
    const records = [...await told('blotter.key.created', next.key), ...await told('blotter.key.rotated', next.key)]
    expect(records.map(({ target, actor }) => [target.id, actor.type, actor.id.startsWith('user:')])).toEqual([[key.slice(4, 16), 'user', true], [next.id, 'user', true]])
    expect((await keys('revoke', next.id)).code).toBe(0)
    await eventually('the new key is refused', async () => (await send('/v1/logs', next.key, [claiming('by-command-3')])).status === 401)
  })

  test.each([
    [['rotate', 'nothing'], 'no key with that id'], [['rotate'], 'blotter keys rotate ID'], [['expire', 'abc'], '--expires is missing'], [['create', '--workspace', 'a', '--environment', 'b', '--scopes', 'all'], '--scopes takes some of ingest'],
    [['create', '--workspace', 'a', '--environment', 'b', '--scopes', 'read', '--addresses', '10.0.0.1/8'], '--addresses takes'], [['create', '--workspace', 'a', '--environment', 'b', '--scopes', 'read', '--expires', 'soon'], '--expires takes'], [['delete'], 'say create, list, rotate, expire, revoke'],
  ])('%j says what to do instead', async (words, expected) => {
    const { code, stderr } = await keys(...words)
    expect(code).toBe(2)
    expect(stderr).toContain(expected)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })
})

test('the use of an expired and of a revoked key is a record of their owner; the caller hears the same as with any wrong key', async () => {
  const expired = await createKey(join(collector.data, 'keys', 'api-keys.json'), { workspace: 'shop', environment: 'production', scopes: ['ingest'], expiresAt: new Date(Date.now() - 1).toISOString() }, new Date())
  const revoked = (await call('POST', '/v1/keys', admin, { scopes: ['ingest'] })).body as unknown as { id: string; key: string }
  await call('POST', `/v1/keys/${revoked.id}/revoke`, admin)
  const answers = await Promise.all([expired.key, revoked.key, `blt_000000000000_${'x'.repeat(32)}`].map((key) => send('/v1/audit', key, [claiming('nobody')])))
  expect(new Set(answers.map(({ status, body }) => `${status} ${JSON.stringify(body).replace(/"requestId":"[^"]+"/, '')}`)).size).toBe(1)
  expect(answers[0]).toMatchObject({ status: 401 })
  expect((await told('blotter.request.refused', admin)).map(({ reason, actor }) => [reason, actor.id])).toEqual(expect.arrayContaining([['KEY_EXPIRED', `key:${expired.apiKey.id}`], ['KEY_REVOKED', `key:${revoked.id}`]]))
})

describe('a record that claims another environment or workspace', () => {
  const foreign = { 'deployment.environment.name': 'CANARY-sandbox' }

  test('is refused on /v1/audit with everything beside it, by its place and without its words', async () => {
    const answer = await send('/v1/audit', ingest, [claiming('beside'), claiming('foreign', foreign)])
    expect(answer).toMatchObject({ status: 400, body: { code: 3, details: [{ reason: 'ENVIRONMENT_MISMATCH' }, { fieldViolations: [{ field: 'records[1].attributes.deployment.environment.name' }] }] } })
    expect(JSON.stringify(answer.body)).not.toContain('CANARY')
    expect(await collector.timeline('request_id=beside', ingest)).toEqual([])
  })

  test('is rejected by partial success on /v1/logs, in both encodings, and the others are kept', async () => {
    const records = (form: string): AuditRecord[] => [claiming(`fine-${form}`), claiming(`foreign-${form}`, { 'blotter.workspace': 'bank' }), claiming(`same-${form}`, { 'blotter.environment': 'production', 'blotter.workspace': 'shop' })]
    expect((await send('/v1/logs', ingest, records('json'))).body).toEqual({ partialSuccess: { rejectedLogRecords: '1', errorMessage: 'ENVIRONMENT_MISMATCH' } })
    const response = await fetch(`${collector.url}/v1/logs`, { method: 'POST', body: new Uint8Array(encodeProtobuf(records('protobuf'))), headers: { 'Content-Type': 'application/x-protobuf', Authorization: `Bearer ${ingest}` } })
    expect(Buffer.from(await response.arrayBuffer()).toString()).toContain('ENVIRONMENT_MISMATCH')
    for (const form of ['json', 'protobuf']) {
      expect(await collector.timeline(`request_id=foreign-${form}`, ingest)).toEqual([])
      for (const kept of ['fine', 'same']) expect(await collector.timeline(`request_id=${kept}-${form}`, ingest)).toMatchObject([{ workspace: 'shop', environment: 'production' }])
    }
  })

  test('is counted, and is a record with whose key it was and how often, and never what was claimed', async () => {
    for (const path of ['audit', 'logs']) await eventually('all is accounted for', async () => { // what the collector says about itself meanwhile included
      const text = await collector.metrics()
      const sum = (name: string): number => [...text.matchAll(new RegExp(`^blotter_records_${name}_total\\{path="${path}".*\\} (\\d+)$`, 'gm'))].reduce((total, [, count]) => total + Number(count), 0)
      return sum('received') > 0 && sum('received') === sum('kept') + sum('duplicate') + sum('rejected') + sum('failed')
    })
    expect(await collector.metric('blotter_records_rejected_total', 'path="logs",reason="ENVIRONMENT_MISMATCH"')).toBe(2)
    expect(await collector.metric('blotter_records_rejected_total', 'path="audit",reason="ENVIRONMENT_MISMATCH"')).toBe(2)
    const refusals = (await told('blotter.request.refused', admin)).filter(({ reason }) => reason === 'ENVIRONMENT_MISMATCH')
    const counted = refusals.map(({ target, actor, workspace, attributes }) => [target.id, actor.id, workspace, attributes['blotter.refused.count']])
    expect(counted.filter(([path]) => path === '/v1/audit')).toEqual([['/v1/audit', `key:${ingest.slice(4, 16)}`, 'shop', 1]])
    expect(counted.filter(([path]) => path === '/v1/logs').reduce((sum, [,,, count]) => sum + Number(count), 0)).toBe(2)
    expect(JSON.stringify(refusals)).not.toMatch(/CANARY|bank/)
  })
})

test('keys are counted by state, and no metric names one', async () => {
  const text = await collector.metrics()
  for (const state of ['live', 'expires_soon', 'expired', 'revoked']) expect(Number(new RegExp(`^blotter_keys\\{state="${state}"\\} (\\d+)`, 'm').exec(text)?.[1])).toBeGreaterThan(0)
  expect(text).not.toContain('blt_')
})

/** Another collector than the one above: the engine binds one data directory per process. */
async function elsewhere(config: string): Promise<CollectorProcess & { readonly url: string; readonly data: string }> {
  const data = await directoryForTest()
  await writeFile(join(data, 'blotter.yaml'), config)
  return { data, ...(await startCollector({ data, config: join(data, 'blotter.yaml') })) }
}

test('a collector without keys gives none away over HTTP, and has nothing that a claim could contradict', async () => {
  const open = await elsewhere('environments: { claims: refuse }')
  const answer = await fetch(`${open.url}/v1/keys`, { method: 'POST', body: '{"scopes":["admin"]}', headers: { 'Content-Type': 'application/json' } })
  expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('blotter keys create') as string])
  const claim = await fetch(`${open.url}/v1/audit`, { method: 'POST', body: encodeRequest([claiming('open', { 'deployment.environment.name': 'development' })]), headers: { 'Content-Type': 'application/json' } })
  expect(claim.status).toBe(200)
  expect(await (await fetch(`${open.url}/v1/timeline?request_id=open`)).json()).toMatchObject({ records: [{ workspace: 'default', environment: 'local' }] })
  expect(await open.stop()).toMatchObject({ code: 0 })
})

test('where stock agents cannot be changed, what they claim can be ignored; keys that are made while no collector runs are records once one does', async () => {
  const lenient = await elsewhere('environments: { claims: ignore }')
  await lenient.stop()
  const { key, apiKey } = await createKey(join(lenient.data, 'keys', 'api-keys.json'), { workspace: 'shop', environment: 'production', scopes: ['ingest', 'read'] }, new Date(), { by: 'user:maria' })
  const again = await startCollector({ data: lenient.data, config: join(lenient.data, 'blotter.yaml') })
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` }
  const answer = await fetch(`${again.url}/v1/audit`, { method: 'POST', body: encodeRequest([claiming('lenient', { 'blotter.environment': 'sandbox', 'deployment.environment.name': 'sandbox' })]), headers })
  expect(answer.status).toBe(200)
  const ask = async (query: string): Promise<object[]> => (await (await fetch(`${again.url}/v1/timeline?${query}`, { headers })).json() as { records: object[] }).records
  expect(await ask('request_id=lenient')).toMatchObject([{ environment: 'production' }])
  const created = await eventually('the new key is a record', async () => (await ask(`target=${apiKey.id}&related=false`))[0])
  expect(created).toMatchObject({ event: 'blotter.key.created', actor: { id: 'user:maria', type: 'user' }, action: 'CREATE', workspace: 'shop' })
  expect(await again.stop()).toMatchObject({ code: 0 })
})

test('a record whose SDK threw attributes away says so, in both encodings', async () => {
  const record = (form: string): AuditRecord => ({ ...claiming(`dropped-${form}`), droppedAttributesCount: 3 })
  expect((await send('/v1/audit', ingest, [record('json')])).status).toBe(200)
  expect((await fetch(`${collector.url}/v1/audit`, { method: 'POST', body: new Uint8Array(encodeProtobuf([record('protobuf')])), headers: { 'Content-Type': 'application/x-protobuf', Authorization: `Bearer ${ingest}` } })).status).toBe(200)
  for (const form of ['json', 'protobuf']) expect(await collector.timeline(`request_id=dropped-${form}`, ingest)).toMatchObject([{ incomplete: ['droppedAttributes'], droppedAttributes: 3 }])
})

test('a verb that a path does not take hears which it takes; nothing invites a browser', async () => {
  for (const [method, path, status, allow] of [['GET', '/v1/logs', 405, 'POST'], ['HEAD', '/v1/audit', 405, 'POST'], ['OPTIONS', '/v1/audit', 204, 'POST'], ['PUT', '/v1/keys', 405, 'GET, POST, HEAD'], ['POST', '/v1/timeline', 405, 'GET, HEAD'], ['GET', '/v1/keys/abc/revoke', 405, 'POST']] as const) {
    const answer = await call(method, path, ingest)
    expect([method, path, answer.status, answer.headers.get('Allow')]).toEqual([method, path, status, allow])
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  }
  expect((await call('HEAD', '/healthz', undefined)).status).toBe(200)
  expect((await call('OPTIONS', '/v1/nothing', undefined)).status).toBe(404)
})

test('receipts that would not fit into an answer are not promised: the request is refused whole', async () => {
  const records = Array.from({ length: 2500 }, (_, i) => sampleRecord({}, { 'audit.record.id': `${i}-`.padEnd(1000, 'x') }))
  expect(await send('/v1/audit', ingest, records)).toMatchObject({ status: 413, body: { code: 8, details: [{ reason: 'TOO_LARGE' }] } })
  expect((await send('/v1/audit', ingest, records.slice(0, 1000))).status).toBe(200)
})
