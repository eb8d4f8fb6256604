import { expect, test } from 'vitest'
import { createKeyring } from './keyring.ts'
import type { KeyCache, Keyring } from './keyring.ts'
import type { Answer } from './request.ts'
import { createManualTime, settle } from './testing/manual-time.ts'
import type { ManualTime } from './testing/manual-time.ts'

const answerOf = (epoch: string, more: object = {}): Answer => ({ kind: 'ok', json: { epoch, key: Buffer.alloc(32, 1).toString('base64'), ...more } })
const busy = (afterMs = 0): Answer => ({ kind: 'retry', why: 'status 503', afterMs })

function setUp(answers: Answer[], cache?: KeyCache): { keyring: Keyring; calls: () => number; time: ManualTime } {
  const time = createManualTime()
  let calls = 0
  const keyring = createKeyring(undefined, async () => { calls += 1; return answers.shift() ?? answerOf('e7') }, time, 10_000, cache)
  return { keyring, time, calls: () => calls }
}

test('a given key is there at once, is never asked for, and never becomes old', async () => {
  const time = createManualTime()
  const keyring = createKeyring({ epoch: 'e1', secret: new Uint8Array(32) }, () => { throw new Error('not asked for') }, time, 10_000)
  expect(keyring.current?.epoch).toBe('e1')
  await time.advance(100_000_000)
  expect((await keyring.ask()).kind).toBe('ok')
})

test('callers at the same time share one request, and later ones find the key there', async () => {
  const { keyring, calls } = setUp([])
  expect(keyring.current).toBeUndefined()
  expect(await Promise.all([keyring.ask(), keyring.ask()])).toMatchObject([{ key: { epoch: 'e7' } }, { key: { epoch: 'e7' } }])
  await keyring.ask()
  expect(calls()).toBe(1)
})

test('a failure is told, and the next attempt waits as long as the collector asked for', async () => {
  const { keyring, calls, time } = setUp([busy(2_000)])
  expect(await keyring.ask()).toMatchObject({ kind: 'retry', why: 'status 503' })
  const next = keyring.ask()
  await time.advance(1_999)
  expect(calls()).toBe(1)
  await time.advance(1)
  expect(await next).toMatchObject({ key: { epoch: 'e7' } })
})

test('a refusal is told, and the next attempt does not come at once', async () => {
  const { keyring, calls, time } = setUp([{ kind: 'refused', code: 'FORBIDDEN', detail: 'status 403', status: 403, perRecord: false }])
  expect(await keyring.ask()).toMatchObject({ kind: 'refused', code: 'FORBIDDEN' })
  const next = keyring.ask()
  await settle()
  expect(calls()).toBe(1)
  await time.advance(1_000)
  expect((await next).kind).toBe('ok')
})

test.each<[string, unknown]>([['nothing', null], ['no key', { epoch: 'e1' }], ['a short key', { epoch: 'e1', key: 'AAAA' }], ['no epoch', { key: Buffer.alloc(32).toString('base64') }]])('%s in place of a key is not a collector', async (_what, json) => {
  expect(await setUp([{ kind: 'ok', json }]).keyring.ask()).toMatchObject({ kind: 'refused', code: 'NOT_A_COLLECTOR' })
})

test('a key that has become old is asked for again beside the records, which go on with the old one until the new one is here', async () => {
  const { keyring, calls, time } = setUp([answerOf('e1', { maxAgeSeconds: 60 }), busy(), { kind: 'ok', json: {} }, answerOf('e2')])
  await keyring.ask()
  await time.advance(59_999)
  expect([keyring.current?.epoch, calls()]).toEqual(['e1', 1])
  for (const failed of [2, 3]) { // the collector does not answer, then something else does
    await time.advance(60_000)
    expect([keyring.current?.epoch, keyring.current?.epoch]).toEqual(['e1', 'e1'])
    await time.advance(30_000)
    expect(calls()).toBe(failed)
  }
  await time.advance(60_000)
  expect(keyring.current?.epoch).toBe('e1')
  await settle()
  expect(keyring.current?.epoch).toBe('e2')
  await time.advance(3_599_000)
  expect([keyring.current?.epoch, calls()]).toEqual(['e2', 4])
})

test('a key that was kept is there at once, is renewed at its first use, and the new one is kept', async () => {
  const kept: string[] = []
  const { keyring, calls } = setUp([answerOf('e2')], { read: () => ({ epoch: 'e1', key: Buffer.alloc(32).toString('base64') }), write: (epoch) => { kept.push(epoch) } })
  expect(keyring.current?.epoch).toBe('e1')
  await settle()
  expect([keyring.current?.epoch, calls(), kept]).toEqual(['e2', 1, ['e2']])
})

test('what was kept and is no key counts as nothing', () => {
  expect(setUp([], { read: () => ({ epoch: 'E 1', key: 5 }), write() {} }).keyring.current).toBeUndefined()
})
