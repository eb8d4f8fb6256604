import { expect, test } from 'vitest'
import { Denied } from '../run.ts'
import { actionOf, methodName, outcomeOf, statusError } from './ending.ts'

test('the status says how it ended', () => {
  for (const status of [200, 204, 301, 304]) expect(outcomeOf({ status })).toEqual({ outcome: 'success' })
  for (const [status, reason] of [[401, 'Unauthorized'], [403, 'Forbidden']] as const) expect(outcomeOf({ status })).toEqual({ outcome: 'denied', reason })
  expect(outcomeOf({ status: 404 })).toEqual({ outcome: 'failure', reason: 'Not Found' })
  expect(outcomeOf({ status: 499 })).toEqual({ outcome: 'failure', reason: 'status 499' })
  expect(outcomeOf({ status: 503 })).toEqual({ outcome: 'failure', reason: 'Service Unavailable', error: statusError(503) })
  expect(statusError(503)).toMatchObject({ name: '503', message: '' })
})

test('what was thrown is the error of a failure, and of nothing else', () => {
  const error = new RangeError('no')
  expect(outcomeOf({ status: 500, error })).toMatchObject({ outcome: 'failure', error })
  expect(outcomeOf({ status: undefined, error })).toEqual({ outcome: 'failure', error })
  expect(outcomeOf({ status: 400, error })).toEqual({ outcome: 'failure', reason: 'Bad Request' })
  expect(outcomeOf({ status: 500, error: new Denied('not yours') })).toEqual({ outcome: 'denied', reason: 'not yours' })
})

test('of an aborted request nobody knows', () => {
  expect(outcomeOf({ status: 200, aborted: true })).toMatchObject({ outcome: 'unknown' })
  expect(outcomeOf({ status: 500, error: new Error(''), aborted: true })).not.toHaveProperty('error')
})

test('methods have actions and names of low cardinality', () => {
  expect(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'PURGE', 'constructor'].map((method) => actionOf(method))).toEqual(['READ', 'READ', 'CREATE', 'UPDATE', 'UPDATE', 'DELETE', 'EXECUTE', 'EXECUTE'])
  expect(actionOf('POST', { POST: 'EXECUTE' })).toBe('EXECUTE')
  expect(['GET', 'PURGE', 'get'].map(methodName)).toEqual(['GET', '_OTHER', '_OTHER'])
})
