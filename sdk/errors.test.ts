import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { AuditError, errorTable, withTracked } from './errors.ts'
import type { AuditErrorCode } from './errors.ts'

test.each(Object.keys(errorTable) as AuditErrorCode[])('%s says what it means and what to do', (code) => {
  const error = new AuditError(code, 'detail')
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({ name: 'AuditError', code, retryable: errorTable[code].retryable, hint: errorTable[code].hint })
  expect(error.message).toBe(`${errorTable[code].meaning}: detail`)
})

test('an error shows only what is known of it', () => {
  const error = new AuditError('REFUSED', '', { status: 400, reason: 'MISSING_ATTRIBUTE', recordId: 'r1' })
  expect(Object.keys(error).sort()).toEqual(['code', 'hint', 'name', 'reason', 'recordId', 'retryable', 'status'])
  expect(Object.keys(new AuditError('CLOSED')).sort()).toEqual(['code', 'hint', 'name', 'retryable'])
})

test('what a tracked function returned rides on the error without being printed', () => {
  const error = withTracked(new AuditError('DEADLINE'), { secret: 'CANARY' })
  expect(error.tracked).toEqual({ value: { secret: 'CANARY' } })
  expect(inspect(error)).not.toContain('CANARY')
  expect(JSON.stringify(error)).not.toContain('CANARY')
})
