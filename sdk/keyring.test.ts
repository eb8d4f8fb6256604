import { expect, test } from 'vitest'
import { createDeliver } from './deliver.ts'
import type { Ticket } from './deliver.ts'
import { createKeyring } from './keyring.ts'
import type { Keyring } from './keyring.ts'
import type { Answer } from './request.ts'
import { createManualTime, settle } from './testing/manual-time.ts'
import type { ManualTime } from './testing/manual-time.ts'

const good: Answer = { kind: 'ok', json: { epoch: 'e7', key: Buffer.alloc(32, 1).toString('base64') } }

function setUp(answers: Answer[]): { keyring: Keyring; calls: () => number; time: ManualTime; ticket: () => Ticket } {
  const time = createManualTime()
  let calls = 0
  const keyring = createKeyring(undefined, async () => { calls += 1; return answers.shift() ?? good }, time)
  const deliver = createDeliver({ request: () => new Promise(() => {}), timeoutMs: 10_000, maxBatch: 1, maxQueue: 10, timing: time })
  return { keyring, time, calls: () => calls, ticket: () => deliver.admit('r1') }
}

test('a given key is there at once and nothing is fetched', () => {
  const keyring = createKeyring({ epoch: 'e1', secret: new Uint8Array(32) }, () => { throw new Error('not asked for') }, createManualTime())
  expect(keyring.current?.epoch).toBe('e1')
})

test('callers at the same time share one request, and later ones find the key there', async () => {
  const { keyring, calls, ticket } = setUp([])
  expect(keyring.current).toBeUndefined()
  const keys = await Promise.all([keyring.keyFor(ticket(), 'r1'), keyring.keyFor(ticket(), 'r2')])
  expect(keys.map((key) => key?.epoch)).toEqual(['e7', 'e7'])
  expect(keyring.current).toBe(keys[0])
  await keyring.keyFor(ticket(), 'r3')
  expect(calls()).toBe(1)
})

test('a failure that passes is tried again after a pause, shared as well', async () => {
  const { keyring, calls, time, ticket } = setUp([{ kind: 'retry', why: 'status 503', afterMs: 2_000 }])
  const keys = Promise.all([keyring.keyFor(ticket(), 'r1'), keyring.keyFor(ticket(), 'r2')])
  await time.advance(1_999)
  expect(calls()).toBe(1)
  await time.advance(1)
  expect((await keys).map((key) => key?.epoch)).toEqual(['e7', 'e7'])
  expect(calls()).toBe(2)
})

test('a refusal refuses the record that needs the key, and the next one asks again', async () => {
  const { keyring, ticket } = setUp([{ kind: 'refused', code: 'FORBIDDEN', detail: 'status 403', status: 403, perRecord: false }])
  const refused = ticket()
  const failure = expect(refused.receipt).rejects.toMatchObject({ code: 'FORBIDDEN', recordId: 'r1' })
  expect(await keyring.keyFor(refused, 'r1')).toBeUndefined()
  await failure
  expect((await keyring.keyFor(ticket(), 'r2'))?.epoch).toBe('e7')
})

test.each<[string, unknown]>([['nothing', null], ['no key', { epoch: 'e1' }], ['a short key', { epoch: 'e1', key: 'AAAA' }], ['no epoch', { key: Buffer.alloc(32).toString('base64') }]])('%s in place of a key is not a collector', async (_what, json) => {
  const { keyring, ticket } = setUp([{ kind: 'ok', json }])
  const refused = ticket()
  const failure = expect(refused.receipt).rejects.toMatchObject({ code: 'NOT_A_COLLECTOR' })
  await keyring.keyFor(refused, 'r1')
  await failure
})

test('a key that has become old is asked for again beside the records, which go on with the old one until the new one is here', async () => {
  const answerOf = (epoch: string, more: object = {}): Answer => ({ kind: 'ok', json: { epoch, key: Buffer.alloc(32, 1).toString('base64'), ...more } })
  const { keyring, calls, time, ticket } = setUp([answerOf('e1', { maxAgeSeconds: 60 }), { kind: 'retry', why: 'status 503', afterMs: 0 }, { kind: 'ok', json: {} }, answerOf('e2')])
  const first = ticket()
  first.receipt.catch(() => {}) // nobody answers it here
  await keyring.keyFor(first, 'r1')
  await time.advance(59_999)
  expect([keyring.current?.epoch, calls()]).toEqual(['e1', 1])
  for (const failed of [2, 3]) { // the collector does not answer, then something else does
    await time.advance(60_000)
    expect([keyring.current?.epoch, keyring.current?.epoch]).toEqual(['e1', 'e1'])
    await time.advance(30_000)
    expect(calls()).toBe(failed)
    expect(keyring.current?.epoch).toBe('e1')
  }
  await time.advance(60_000)
  expect(keyring.current?.epoch).toBe('e1')
  await settle()
  expect(keyring.current?.epoch).toBe('e2')
  await time.advance(3_599_000)
  expect([keyring.current?.epoch, calls()]).toEqual(['e2', 4])
})

test('a given key is never asked for again', async () => {
  const time = createManualTime()
  const keyring = createKeyring({ epoch: 'e1', secret: new Uint8Array(32) }, () => { throw new Error('not asked for') }, time)
  await time.advance(100_000_000)
  expect(keyring.current?.epoch).toBe('e1')
})

test('it stops asking when nobody waits any more', async () => {
  const { keyring, calls, time, ticket } = setUp(Array.from({ length: 100 }, () => ({ kind: 'retry', why: 'status 503', afterMs: 0 })))
  const late = ticket()
  const failure = expect(late.receipt).rejects.toMatchObject({ code: 'DEADLINE', message: expect.stringContaining('status 503, asking for the fingerprint key') })
  const key = keyring.keyFor(late, 'r1')
  await time.advance(10_000)
  await failure
  await time.advance(10_000)
  expect(await key).toBeUndefined()
  const asked = calls()
  await time.advance(60_000)
  await settle()
  expect(calls()).toBe(asked)
})
