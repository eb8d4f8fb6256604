import { expect, test } from 'vitest'
import { AuditError } from '../errors.ts'
import { auditAttributes } from './attributes.ts'
import type { AuditAttributes } from './attributes.ts'

test('an event becomes attributes that OpenTelemetry JS keeps', () => {
  const attributes = auditAttributes({ actor: { id: 'user-17', type: 'user' }, action: 'EXECUTE', target: { id: 'pay_1' }, outcome: 'denied', attempt: 2, recordId: 'rec-1', attributes: { big: 2n ** 70n, small: 7n, at: new Date(0), list: [1n, { a: 2n }] } })
  expect(attributes).toEqual({
    'audit.record.id': 'rec-1', 'audit.actor.id': 'user-17', 'audit.actor.type': 'user', 'audit.action': 'EXECUTE', 'audit.outcome': 'failure', 'blotter.decision': 'deny', 'audit.target.id': 'pay_1',
    'blotter.delivery.attempt': 2, big: '1180591620717411303424', small: 7, at: '1970-01-01T00:00:00.000Z', list: [1, { a: 2 }],
  })
})

test('each call makes an id of its own', () => {
  const event: AuditAttributes = { actor: 'a', action: 'READ' }
  expect(auditAttributes(event)['audit.record.id']).toMatch(/^[0-9a-f-]{36}$/)
  expect(auditAttributes(event)['audit.record.id']).not.toBe(auditAttributes(event)['audit.record.id'])
})

test('secrets stay out also where no processor of ours is registered', () => {
  expect(JSON.stringify(auditAttributes({ actor: 'a', action: 'READ', error: new Error('password=CANARY'), attributes: { apiKey: 'CANARY' } }))).not.toContain('CANARY')
})

test('an event that is not whole is an error', () => {
  expect(() => auditAttributes({ actor: '' } as AuditAttributes)).toThrow(AuditError)
})
