import { expect, test } from 'vitest'
import { epochView } from './view.ts'

const nowMs = Date.parse('2026-11-24T12:00:00Z')
const retired = { epoch: 'e1', state: 'retired', createdAt: '2026-01-01T00:00:00.000Z', retiredAt: '2026-11-01T00:00:00.000Z' } as const

test('an epoch overlaps until its overlap ends, and is retired then', () => {
  expect(epochView({ ...retired, overlapEndsAt: '2026-11-24T12:00:01.000Z' }, nowMs)).toMatchObject({ state: 'overlap', endsAt: '2026-11-24T12:00:01.000Z' })
  expect(epochView({ ...retired, overlapEndsAt: '2026-11-24T12:00:00.000Z' }, nowMs).state).toBe('retired')
})

test('one whose key is going is shown as gone, since nobody uses it any more', () => {
  expect(epochView({ ...retired, state: 'destroying' }, nowMs)).toEqual({ epoch: 'e1', state: 'destroyed', createdAt: retired.createdAt, retiredAt: retired.retiredAt, endsAt: null, destroyedAt: null })
})
