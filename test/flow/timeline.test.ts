// Timelines as their readers get them: through a real port, from the real store, with keys that may see more or less.

import { join } from 'node:path'
import { createAudit } from '@blotter/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createKey } from '../../collector/authenticate/key-file.ts'
import { eventually } from '../support/eventually.ts'
import { runCollector } from '../support/running.ts'
import type { Audit, AuditEvent } from '@blotter/sdk'
import type { FieldClass } from '@blotter/processors'
import type { TimelineAnswer } from '../../collector/query/timeline/answer.ts'
import type { RunningCollector } from '../support/running.ts'

let collector: RunningCollector
let key: string
let audit: Audit
beforeAll(async () => {
  collector = await runCollector()
  key = await collector.key('shop', 'production', ['ingest', 'read', 'admin'])
  audit = createAudit({ endpoint: collector.url, spool: false, key, integration: 'stripe', service: { name: 'shop' }, includePayload: true })
  for (const [i, one] of incident.entries()) await audit.record({ recordId: `inc-${i}`, actor: { id: 'robot', type: 'service' }, action: 'DELIVER', target: { id: 'hook', type: 'webhook' }, event: 'webhook.delivery', ...one } as AuditEvent)
})
afterAll(async () => {
  await audit.close()
  await collector.remove()
})

const startNano = 1_760_000_000_000_000_000n
const second = (n: number): bigint => startNano + BigInt(n) * 1_000_000_000n
const incident: Partial<AuditEvent>[] = [
  { occurredAt: second(0), outcome: 'success', requestId: 'req-a', deliveryId: 'd0' },
  ...[10, 20, 40, 80].map((n, i) => ({ occurredAt: second(n), outcome: 'failure' as const, requestId: 'req-1', deliveryId: 'd1', attempt: i + 1, reason: 'the teapot was busy' })),
  { occurredAt: second(160), outcome: 'success', requestId: 'req-1', deliveryId: 'd1', attempt: 5 },
  { occurredAt: second(170), outcome: 'denied', requestId: 'req-9', actor: { id: 'stranger', type: 'user' }, action: 'READ', event: 'contact.read', payload: { note: 'hello' } },
]

const get = (query: string, withKey = key): Promise<Response> => fetch(`${collector.url}/v1/timeline?${query}`, { headers: { Authorization: `Bearer ${withKey}` } })
async function ask(query: string, withKey = key): Promise<TimelineAnswer> {
  const response = await get(query, withKey)
  expect(response.status, await response.clone().text()).toBe(200)
  return await response.json() as TimelineAnswer
}
const ids = ({ records }: TimelineAnswer): string[] => records.map(({ id }) => id)

test('attempts are folded, milestones marked, both times told, and nothing is missing', async () => {
  const answer = await ask('delivery_id=d1')
  expect(answer.records.map(({ id, folded, milestones, depth }) => [id, folded?.count, milestones, depth])).toEqual([
    ['inc-1', 2, ['first_failure'], 0], ['inc-4', undefined, ['last_failure'], 0], ['inc-5', undefined, ['first_success_after'], 0],
  ])
  expect(answer.records[0]!.folded).toMatchObject({ kind: 'attempts', recordIds: ['inc-2', 'inc-3'], outcomes: { failure: 3 } })
  expect(answer.milestones.map(({ kind, recordId, afterMs }) => [kind, recordId, afterMs])).toEqual([['first_failure', 'inc-1', 0], ['last_failure', 'inc-4', 70_000], ['first_success_after', 'inc-5', 150_000]])
  expect(answer.records[0]!.storedAt > answer.records[0]!.occurredAt).toBe(true)
  expect(answer).toMatchObject({ complete: true, truncated: false, notFollowed: [], gaps: [], skew: [] })
  expect(answer.completeness.drainedUpTo > answer.records[0]!.storedAt).toBe(true)
  expect(answer.completeness.sources).toMatchObject([{ integration: 'stripe', newestOccurredAt: answer.records.at(-1)!.occurredAt, silent: false }])
})

test('fold=false gives every record', async () => { expect(ids(await ask('delivery_id=d1&fold=false'))).toEqual(['inc-1', 'inc-2', 'inc-3', 'inc-4', 'inc-5']) })

const window = `from=2025-10-09T08:53:20Z&to=2025-10-09T09:00:00Z`
test.each([
  ['outcome=denied', ['inc-6']], [`outcome=failure&${window}`, ['inc-1', 'inc-2', 'inc-3', 'inc-4', 'inc-6']], ['action=READ&integration=stripe', ['inc-6']], ['event=contact.*', ['inc-6']], [`text=TEAPOT&${window}`, ['inc-1', 'inc-2', 'inc-3', 'inc-4']],
  [`text=hello&${window}`, ['inc-6']], ['request_id=req-1&outcome=success', ['inc-5']], [`${window}&integration=stripe&action=DELIVER&outcome=success`, ['inc-0', 'inc-5']],
])('asked by %s', async (query, expected) => { expect(ids(await ask(`${query}&related=false&fold=false`))).toEqual(expected) })

test('pages are parts of one answer, also while records arrive that would stand between them', async () => {
  const whole = ids(await ask(`${window}&fold=false&limit=100`))
  const pages: string[][] = []
  let cursor = ''
  for (let i = 0; i < 10; i += 1) {
    const answer = await ask(`${window}&fold=false&limit=2${cursor}`)
    pages.unshift(ids(answer))
    if (answer.older === undefined) break
    expect(answer.truncated).toBe(true)
    cursor = `&cursor=${answer.older}`
    await audit.record({ recordId: `late-${i}`, event: 'x.y', actor: 'late', action: 'READ', outcome: 'success', occurredAt: second(5 * i) })
  }
  expect(pages.flat()).toEqual(whole)
  expect(ids(await ask(`${window}&fold=false&limit=100`)).length).toBeGreaterThan(whole.length)
  expect((await get(`${window}&fold=false&limit=3${cursor}`)).status).toBe(400)
})

test('a source that fell silent is shown, and for how long it usually is', async () => {
  const pinger = createAudit({ endpoint: collector.url, spool: false, key, integration: 'pinger', service: { name: 'pinger' } })
  const minutes = [...Array.from({ length: 31 }, (_, i) => 2 * i), ...Array.from({ length: 10 }, (_, i) => 80 + 2 * i)]
  for (const n of minutes) await pinger.record({ event: 'ping', actor: 'pinger', action: 'READ', outcome: 'success', occurredAt: second(100_000 + n * 60) })
  await pinger.close()
  const { gaps } = await ask('from=2025-10-10T12:40:00Z&to=2025-10-10T14:20:00Z&integration=pinger')
  expect(gaps).toEqual([{ kind: 'silence', integration: 'pinger', from: '2025-10-10T13:40:00.000000000Z', to: '2025-10-10T14:00:00.000000000Z', minutes: 20, expectedMinutes: 2 }])
})

describe('a key with a clearance', () => {
  const keyFor = async (clearance: FieldClass): Promise<string> => (await createKey(join(collector.data, 'keys', 'api-keys.json'), { workspace: 'shop', environment: 'production', scopes: ['read'], clearance }, new Date())).key

  test('internal: payloads are masked', async () => {
    const [record] = (await ask('record_id=inc-6', await keyFor('internal'))).records
    expect(record).toMatchObject({ actor: { id: 'stranger' }, body: '[masked:personal]', masked: ['body'] })
  })

  test('public: neither who nor by which request; and it may not ask for them', async () => {
    const publicKey = await keyFor('public')
    const answer = await ask('record_id=inc-1', publicKey)
    const text = JSON.stringify(answer)
    for (const hidden of ['robot', 'hook', 'req-1', 'd1', 'teapot']) expect(text).not.toContain(`"${hidden}"`)
    expect(answer.records[0]).toMatchObject({ action: 'DELIVER', actor: { id: '[masked:internal]' }, requestId: '[masked:internal]' })
    expect(answer.records.at(-1)!.via).toMatchObject({ id: '[masked:internal]' })
    for (const query of ['actor=robot', 'request_id=req-1', `text=teapot&${window}`]) {
      const refused = await get(query, publicKey)
      expect([refused.status, await refused.json()]).toMatchObject([403, { code: 'FORBIDDEN' }])
    }
    expect((await get('outcome=failure', publicKey)).status).toBe(200)
  })
})

describe('who looked', () => {
  const lookedAt = async (event: string, keyId: string): Promise<readonly unknown[]> =>
    (await ask(`event=${event}&actor=key:${keyId}&related=false`)).records.map(({ action, target, attributes }) => [action, target.id, attributes['blotter.read.kinds'], attributes['blotter.read.records'], attributes['blotter.export.format']])
  const idOf = (apiKey: string): string => apiKey.split('_')[1]!

  test('at something personal is a record: by which kinds of things, never by which', async () => {
    const reader = await collector.key('shop', 'production', ['read'])
    await ask('record_id=inc-6&related=false', reader)
    await ask('delivery_id=d1', reader) // nothing personal in it
    await eventually('the read is recorded', async () => (await lookedAt('blotter.records.read', idOf(reader))).length > 0)
    expect(await lookedAt('blotter.records.read', idOf(reader))).toEqual([['READ', 'timeline', ['record_id'], 1, undefined]])
  })

  test('and exported is a record too, before the file leaves', async () => {
    const reader = await collector.key('shop', 'production', ['read'])
    const response = await get('delivery_id=d1&format=csv', reader)
    expect([response.status, response.headers.get('Content-Type'), response.headers.get('Content-Disposition')]).toMatchObject([200, expect.stringContaining('text/csv'), expect.stringMatching(/^attachment; filename="blotter-timeline-[0-9-]+\.csv"$/)])
    expect((await response.text()).split('\n').length).toBeGreaterThan(3)
    expect(await lookedAt('blotter.records.exported', idOf(reader))).toEqual([['EXPORT', 'timeline', ['delivery_id'], 5, 'csv']])
  })
})

test('administrators make keys that show no more than their own', async () => {
  const { key: admin } = await createKey(join(collector.data, 'keys', 'api-keys.json'), { workspace: 'shop', environment: 'production', scopes: ['admin'], clearance: 'internal' }, new Date())
  const make = (body: object): Promise<Response> => fetch(`${collector.url}/v1/keys`, { method: 'POST', headers: { 'Authorization': `Bearer ${admin}`, 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
  expect((await make({ scopes: ['read'] })).status).toBe(403) // personal, when nothing is said
  const made = await make({ scopes: ['read'], clearance: 'internal' })
  expect([made.status, await made.json()]).toMatchObject([201, { clearance: 'internal' }])
  expect((await make({ scopes: ['read'], clearance: 'all' })).status).toBe(400)
  const full = key.split('_')[1]!
  expect((await fetch(`${collector.url}/v1/keys/${full}/rotate`, { method: 'POST', headers: { Authorization: `Bearer ${admin}` } })).status).toBe(403)
})

test('many who ask at once are answered or told to come back, and then there is room again', async () => {
  const answers = await Promise.all(Array.from({ length: 40 }, () => get('delivery_id=d1')))
  expect(answers.filter(({ status }) => status !== 200 && status !== 429)).toEqual([])
  for (const refused of answers.filter(({ status }) => status === 429)) expect([refused.headers.get('Retry-After'), await refused.json()]).toMatchObject([expect.any(String), { code: 'BUSY' }])
  expect((await get('delivery_id=d1')).status).toBe(200)
})

test.each(['', 'requestid=1', 'cursor=x&actor=a', 'limit=0&actor=a', 'actor=a&actor=b', 'text=a', 'format=pdf&actor=a', `actor=${'a'.repeat(2000)}`])('a question that cannot be answered, %j, is refused without a word of it', async (query) => {
  const response = await get(query)
  const body = await response.json() as { code: string; details: unknown[] }
  expect([response.status, body.code]).toEqual([400, 'INVALID_QUERY'])
  expect(body.details.length).toBeGreaterThan(0)
})
