import { parseRedactionPolicy, valueMap } from '@blotter/processors'
import { describe, expect, test } from 'vitest'
import { sampleRecord } from '../../test/support/arbitrary.ts'
import { classifierOf } from './access-classes.ts'
import { createMask, maskFor, refuseHidden, showsPersonal } from './access.ts'
import type { AuditRecord, FieldClass } from '@blotter/processors'

const builtIn = parseRedactionPolicy({ version: 1 })
const reader = (clearance?: FieldClass, workspace = 'shop'): Parameters<typeof createMask>[0] => ({ workspace, environment: 'production', keyId: 'k', ...(clearance === undefined ? {} : { clearance }) })

const record: AuditRecord = {
  ...sampleRecord({ traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), body: valueMap([['note', 'hello'], ['api_key', 'abc']]) }, {
    'audit.actor.id': 'maria', 'audit.action': 'REFUND', 'blotter.request.id': 'req-1', 'blotter.payload.hash.value': 'hmac-sha256:e1:00',
    'shop.basket': 3n, 'customer.email': 'maria@example.com', 'shop.order': valueMap([['phone', '555'], ['lines', 2n]]),
  }),
  resource: valueMap([['service.name', 'shop'], ['owner.email', 'ops@example.com']]),
}

describe('what each clearance shows', () => {
  test.each<FieldClass | undefined>(['secret', 'personal', undefined])('%s: everything, since no secret reaches the store', (clearance) => {
    expect(maskFor(reader(clearance), builtIn)).toBeUndefined()
  })

  test('internal: who and what, nothing about people', () => {
    const { record: shown, masked } = createMask(reader('internal'), builtIn)!.apply(record)
    expect(shown).toMatchObject({ body: '[masked:personal]', traceId: record.traceId, resource: { 'service.name': 'shop', 'owner.email': '[masked:personal]' } })
    expect(shown.attributes).toMatchObject({ 'audit.actor.id': 'maria', 'shop.basket': 3n, 'customer.email': '[masked:personal]', 'shop.order': { phone: '[masked:personal]', lines: 2n } })
    expect(masked.toSorted()).toEqual(['body', 'customer.email', 'resource.owner.email', 'shop.order'])
  })

  test('public: what was done and how it ended', () => {
    const { record: shown, masked } = createMask(reader('public'), builtIn)!.apply(record)
    expect(shown).toMatchObject({ traceId: '', spanId: '', body: '[masked:personal]', resource: { 'service.name': 'shop' } })
    expect(shown.attributes).toMatchObject({ 'audit.actor.id': '[masked:internal]', 'audit.action': 'REFUND', 'blotter.request.id': '[masked:internal]', 'blotter.payload.hash.value': 'hmac-sha256:e1:00', 'shop.basket': '[masked:internal]' })
    expect(masked).toEqual(expect.arrayContaining(['traceId', 'audit.actor.id', 'body']))
  })

  test('nothing of what is hidden is left anywhere, and the record itself is as it was', () => {
    const before = JSON.stringify(record, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value))
    const shown = JSON.stringify(maskFor(reader('public'), builtIn)!(record), (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value))
    for (const hidden of ['maria', 'example.com', 'req-1', 'hello', '555', 'abab']) expect(shown).not.toContain(hidden)
    expect(JSON.stringify(record, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value))).toBe(before)
  })

  test('a record in which nothing is hidden is the same record, and twice masked is once masked', () => {
    const mask = createMask(reader('internal'), builtIn)!
    const plain = sampleRecord({ body: null, resource: valueMap([['service.name', 'shop']]) }, { 'audit.actor.id': 'maria' })
    expect(mask.apply(plain).masked).toEqual([])
    expect(mask.apply(plain).record).toBe(plain)
    expect(mask.apply(mask.apply(record).record).record).toEqual(mask.apply(record).record)
  })
})

describe('the policy decides', () => {
  const policy = parseRedactionPolicy({ version: 1, fields: { 'shop.basket': 'personal', 'customer.email': 'public', 'attributes["shop.vip"]': 'secret' }, classes: { secret: 'keep' }, workspaces: { bank: { classes: { secret: 'remove' } } } })
  const one = sampleRecord({ body: valueMap([['api_key', 'abc'], ['note', 'x']]), resource: valueMap() }, { 'shop.basket': 3n, 'customer.email': 'm@example.com', 'shop.vip': 'yes', 'audit.actor.id': 'maria' })
  test('which class a field has, and whether there are secrets to keep from anybody', () => {
    const { record: shown, masked } = createMask(reader('personal'), policy)!.apply(one)
    expect(shown.attributes).toMatchObject({ 'shop.basket': 3n, 'shop.vip': '[masked:secret]', 'customer.email': 'm@example.com' })
    expect(shown.body).toMatchObject({ api_key: '[masked:secret]', note: 'x' })
    expect(masked.toSorted()).toEqual(['body', 'shop.vip'])
    expect(createMask(reader('internal'), policy)!.apply(one).record.attributes).toMatchObject({ 'shop.basket': '[masked:personal]', 'customer.email': 'm@example.com' })
  })
  test('of the own workspace', () => { expect(createMask(reader('personal', 'bank'), policy)).toBeUndefined() })
})

test('what may not be seen may not be asked for, and what it is stays unsaid', () => {
  const mask = createMask(reader('public'), builtIn)
  const asked = [{ parameter: 'actor', field: 'actorId' }, { parameter: 'action', field: 'action' }, { parameter: 'text', field: undefined }] as const
  expect(() => { refuseHidden(mask, asked) }).toThrow(expect.objectContaining({ code: 'FORBIDDEN', violations: [expect.objectContaining({ field: 'actor' }), expect.objectContaining({ field: 'text' })] }))
  expect(() => { refuseHidden(createMask(reader('internal'), builtIn), asked.slice(0, 2)) }).not.toThrow()
  expect(() => { refuseHidden(undefined, asked) }).not.toThrow()
})

test('a record shows something personal when it has a payload or a personal name, not when those were taken out', () => {
  const classifier = classifierOf(builtIn, 'shop')
  const shows = (attributes: Parameters<typeof sampleRecord>[1], body: AuditRecord['body'] = null): boolean => showsPersonal(sampleRecord({ body, resource: valueMap() }, attributes), classifier)
  expect([shows({ 'audit.actor.id': 'maria' }), shows({ 'user.email': '[redacted:email]' }), shows({}, '')]).toEqual([false, false, false])
  expect([shows({ 'user.email': 'm@example.com' }), shows({}, 'hello'), shows({}, valueMap([['a', 1n]]))]).toEqual([true, true, true])
})
