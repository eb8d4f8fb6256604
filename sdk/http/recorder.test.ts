import { expect, test, vi } from 'vitest'
import { AuditError } from '../errors.ts'
import { createWarn, safely } from './recorder.ts'

test('warnings come once a minute and say how many they stand for; of foreign errors they repeat nothing', () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  let nowMs = 0
  const warn = createWarn('a request', () => nowMs)
  warn(new AuditError('QUEUE_FULL'))
  warn(new Error('CANARY'))
  warn(new Error('CANARY'))
  nowMs = 60_000
  warn(new Error('CANARY'))
  expect(warned.mock.calls).toEqual([
    ['no audit record of a request: Too many records are waiting', { type: 'AuditWarning', code: 'QUEUE_FULL' }],
    ['no audit record of a request: something other than the audit failed (3 times since the last warning)', { type: 'AuditWarning', code: 'INTERNAL' }],
  ])
  warned.mockRestore()
})

test('a function that is told and throws is no failure of the request', () => {
  const warn = vi.fn()
  const error = new Error('first')
  safely(() => { throw new Error('second') }, warn)(error)
  expect(warn).toHaveBeenCalledExactlyOnceWith(error)
})
