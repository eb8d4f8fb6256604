import { expect, test } from 'vitest'
import { createInFlight } from './in-flight.ts'

test('a second try of the same delivery learns how the first one ends', async () => {
  const inFlight = createInFlight()
  const end = inFlight.begin('a')
  const seen = inFlight.ending('a')
  expect(inFlight.ending('b')).toBeUndefined()
  end(false)
  expect(await seen).toBe(false)
  expect(inFlight.ending('a')).toBeUndefined()
})
