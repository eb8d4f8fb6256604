import { expect, test } from 'vitest'
import { createTurns } from './turns.ts'

test('each workspace is served in its turn, however many another has waiting, and in its own order', () => {
  const turns = createTurns<string>()
  for (let i = 0; i < 5; i += 1) turns.add('flood', `flood-${i}`)
  expect([turns.next(), turns.next()]).toEqual(['flood-0', 'flood-1'])
  turns.add('shop', 'shop-0')
  turns.add('shop', 'shop-1')
  turns.add('bank', 'bank-0')
  expect(Array.from({ length: 7 }, () => turns.next())).toEqual(['flood-2', 'shop-0', 'bank-0', 'flood-3', 'shop-1', 'flood-4', undefined])
})
