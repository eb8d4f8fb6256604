import { expect, test } from 'vitest'
import { compareRecords, comparisonLimits, failedLast, nearestSuccess } from './compare.ts'
import { incident, recordView } from './testing/answers.ts'

const failure = recordView(30, { decision: 'deny', reason: 'refused', fingerprint: 'hmac-sha256:e1:aa', attributes: { 'http.status': 401, same: 'x' }, resource: { 'service.version': '1.2.3' } })

test('the last failure of a story is the one that is looked at, refusals among them', () => {
  expect(failedLast(incident.records)!.id).toBe('rec-20')
  expect(failedLast([recordView(1, { outcome: 'success' })])).toBeUndefined()
})

test('the nearest success is the one that shares most, and of those the nearest in time, before or after', () => {
  const success = (number: number, changes = {}): ReturnType<typeof recordView> => recordView(number, { outcome: 'success', ...changes })
  const byTarget = success(59, { actor: { id: 'other', type: 'user' }, integration: 'other' })
  const byActor = success(31, { target: { id: 'pay_2', type: 'payment' }, integration: 'other' })
  const byIntegration = success(32, { target: { id: 'pay_2', type: 'payment' }, actor: { id: 'other', type: 'user' } })
  expect(nearestSuccess(failure, [byIntegration, byActor, byTarget])).toBe(byTarget)
  expect(nearestSuccess(failure, [byIntegration, byActor])).toBe(byActor)
  expect(nearestSuccess(failure, [success(50), success(27), success(34)])!.id).toBe('rec-27')
  const otherEvent = success(31, { event: 'payment.cancel' })
  expect(nearestSuccess(failure, [otherEvent, byIntegration])).toBe(byIntegration)
})

test('nothing is compared with a success of another action, with one that shares nothing, or with a failure', () => {
  const stranger = recordView(31, { outcome: 'success', target: { id: 'x', type: 'y' }, actor: { id: 'other', type: 'user' }, integration: 'other' })
  expect(nearestSuccess(failure, [recordView(31, { outcome: 'success', action: 'READ' }), stranger, recordView(31)])).toBeUndefined()
  expect(nearestSuccess(recordView(1, { target: { id: '', type: '' }, actor: { id: '', type: '' }, integration: '' }), [recordView(2, { outcome: 'success', target: { id: '', type: '' }, actor: { id: '', type: '' }, integration: '' })])).toBeUndefined()
})

test('what differs is named with both values, what is the same or differs always is not', () => {
  const success = recordView(40, { outcome: 'success', fingerprint: 'hmac-sha256:e1:aa', requestId: 'other', attributes: { 'http.status': 200, same: 'x', nested: { a: [1] } }, resource: { 'service.version': '1.2.4' } })
  const { differences, payload, shared, notCompared } = compareRecords(failure, success, [])
  expect(differences).toEqual([
    { field: 'reason', failure: 'refused' }, { field: 'decision', failure: 'deny' }, { field: 'attributes.http.status', failure: '401', success: '200' },
    { field: 'resource.service.version', failure: '1.2.3', success: '1.2.4' }, { field: 'attributes.nested', success: '{"a":[1]}' },
  ])
  expect([payload, shared, notCompared]).toEqual(['same', ['target', 'actor', 'integration'], []])
})

test('payloads are compared by fingerprint, never by value, and only where one key made both', () => {
  const with_ = (fingerprint?: string, fingerprintForm?: string) => compareRecords(failure, recordView(40, { outcome: 'success', ...(fingerprint === undefined ? {} : { fingerprint }), ...(fingerprintForm === undefined ? {} : { fingerprintForm }) }), []).payload
  expect([with_('hmac-sha256:e1:aa'), with_('hmac-sha256:e1:bb'), with_('hmac-sha256:e2:bb'), with_('hmac-sha256:e1:bb', 'raw'), with_()]).toEqual(['same', 'different', 'unknown', 'unknown', 'unknown'])
  expect(JSON.stringify(compareRecords(failure, recordView(40, { fingerprint: 'hmac-sha256:e1:bb' }), []).differences)).not.toContain('hmac')
})

test('masked fields are named and not compared', () => {
  const masked = { ...failure, reason: '[masked:personal]', masked: ['reason'] }
  const { differences, notCompared } = compareRecords(masked, recordView(40, { outcome: 'success', reason: '[masked:personal]', attributes: { 'http.status': '[masked:internal]' } }), [])
  expect(notCompared).toEqual(['attributes.http.status', 'reason'])
  expect(differences.map(({ field }) => field)).not.toContain('reason')
})

test('what succeeded in between is told, whichever of the two came first', () => {
  const rotation = recordView(33, { action: 'UPDATE', outcome: 'success' })
  const story = [recordView(29, { action: 'UPDATE', outcome: 'success' }), failure, rotation, recordView(34, { action: 'UPDATE' }), recordView(35, { outcome: 'success' })]
  expect(compareRecords(failure, story[4]!, story).between).toEqual([rotation])
  expect(compareRecords(story[4]!, failure, story).between).toEqual([rotation])
})

test('however many fields differ and however long they are, the comparison is bounded', () => {
  const attributes = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`a${i}`, 'x'.repeat(10_000)]))
  const { differences } = compareRecords({ ...failure, attributes }, recordView(40), [])
  expect(differences.length).toBe(comparisonLimits.differences)
  expect(JSON.stringify(differences).length).toBeLessThan(60_000)
})
