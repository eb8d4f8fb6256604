import { expect, test } from 'vitest'
import { createRefusals, systemPrincipal } from './refusals.ts'
import type { Value } from '@blotter/processors'
import type { Principal } from './authenticate/authenticate.ts'
import type { EmitSelf } from './refusals.ts'

const shop: Principal = { workspace: 'shop', environment: 'production', keyId: 'abc', scopes: new Set(['read'] as const) }

interface Emitted { readonly event: string; readonly attributes: { readonly [key: string]: Value }; readonly workspace: string }

function collecting(fail: () => boolean = () => false): { readonly emitted: Emitted[]; readonly emit: EmitSelf } {
  const emitted: Emitted[] = []
  return {
    emitted,
    emit: async (event, attributes, { workspace }) => {
      if (fail()) throw new Error('the journal is full')
      emitted.push({ event, attributes, workspace })
    },
  }
}

test('a flood of refusals becomes one record for each reason, path and caller, with its count', async () => {
  const { emit, emitted } = collecting()
  const refusals = createRefusals(emit, systemPrincipal)
  for (let i = 0; i < 1000; i += 1) refusals.note('UNAUTHENTICATED', '/v1/logs', undefined)
  refusals.note('FORBIDDEN', '/v1/logs', shop)
  refusals.note('FORBIDDEN', '/v1/audit', shop)
  await refusals.flush()
  expect(emitted.map(({ attributes, workspace }) => [workspace, attributes['blotter.reason'], attributes['audit.target.id'], attributes['blotter.refused.count'], attributes['audit.actor.id']])).toEqual([
    ['blotter', 'UNAUTHENTICATED', '/v1/logs', 1000n, 'unknown'], ['shop', 'FORBIDDEN', '/v1/logs', 1n, 'key:abc'], ['shop', 'FORBIDDEN', '/v1/audit', 1n, 'key:abc'],
  ])
  expect(emitted.every(({ event, attributes }) => event === 'blotter.request.refused' && attributes['blotter.decision'] === 'deny')).toBe(true)
})

test('each of them is a record of its own', async () => {
  const { emit, emitted } = collecting()
  const refusals = createRefusals(emit, systemPrincipal)
  for (let i = 0; i < 3; i += 1) {
    refusals.note('TOO_LARGE', '/v1/logs', shop)
    await refusals.flush()
  }
  expect(new Set(emitted.map(({ attributes }) => attributes['audit.record.id'])).size).toBe(3)
})

test('what could not be written is counted on and written later', async () => {
  let full = true
  const { emit, emitted } = collecting(() => full)
  const refusals = createRefusals(emit, systemPrincipal)
  refusals.note('TOO_LARGE', '/v1/logs', shop)
  await refusals.flush()
  refusals.note('TOO_LARGE', '/v1/logs', shop)
  await refusals.flush()
  full = false
  await refusals.flush()
  await refusals.flush()
  expect(emitted.map(({ attributes }) => attributes['blotter.refused.count'])).toEqual([2n])
})

test('nothing gathered is nothing written', async () => {
  const { emit, emitted } = collecting()
  await createRefusals(emit, systemPrincipal).flush()
  expect(emitted).toEqual([])
})

test('what is due at the same time is done after each flush, also when some of it fails', async () => {
  const { emit, emitted } = collecting()
  const refusals = createRefusals(emit, systemPrincipal)
  const done: string[] = []
  refusals.alongside(async () => { done.push(`first, after ${emitted.length}`); throw new Error('the disk is full') })
  refusals.alongside(async () => { done.push('second'); await refusals.emit('blotter.key.created', {}, shop) })
  refusals.note('KEY_EXPIRED', '/v1/logs', shop)
  await refusals.flush()
  await refusals.flush()
  expect(done).toEqual(['first, after 1', 'second', 'first, after 2', 'second'])
  expect(emitted.map(({ event, attributes }) => [event, attributes['blotter.reason']])).toEqual([['blotter.request.refused', 'KEY_EXPIRED'], ['blotter.key.created', undefined], ['blotter.key.created', undefined]])
})
