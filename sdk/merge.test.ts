import { expect, test } from 'vitest'
import type { AuditEvent } from './event.ts'
import { merge } from './merge.ts'

test('the later part wins, and what it leaves undefined takes nothing away', () => {
  expect(merge({ requestId: 'r-1', reason: 'old' }, { reason: 'new', requestId: undefined } as unknown as Partial<AuditEvent>)).toEqual({ requestId: 'r-1', reason: 'new' })
  expect(Object.keys(merge({}, { reason: undefined } as unknown as Partial<AuditEvent>))).toEqual([])
})

test('attributes are merged one level down, everything else is replaced whole', () => {
  expect(merge({ attributes: { a: 1, b: { c: 1 } }, actor: { id: 'u', type: 'user' } }, { attributes: { b: { d: 2 } }, actor: { id: 'v' } }))
    .toEqual({ attributes: { a: 1, b: { d: 2 } }, actor: { id: 'v' } })
  expect(merge({ attributes: { a: 1 } }, {})).toEqual({ attributes: { a: 1 } })
})

test('neither part is changed', () => {
  const under = Object.freeze({ attributes: Object.freeze({ a: 1 }) })
  const over = Object.freeze({ attributes: Object.freeze({ b: 1 }) })
  expect(merge(under, over)).toEqual({ attributes: { a: 1, b: 1 } })
})

test('a key __proto__ from parsed JSON stays a key, so that the check of the event can refuse it', () => {
  const merged = merge({}, JSON.parse('{"__proto__":{"actor":"somebody"}}') as Partial<AuditEvent>)
  expect(Object.keys(merged)).toEqual(['__proto__'])
  expect(merged.actor).toBeUndefined()
})
