import { createPayloadRedactor, fingerprint, fingerprintKey, rawDigest, toValue } from '@blotter/processors'
import { expect, test } from 'vitest'
import { BlotterError } from '../errors.ts'
import { lookUp } from './look-up.ts'
import type { Epoch } from '../secrets/epochs.ts'

const keys = ['e3', 'e2'].map((epoch, i) => fingerprintKey(epoch, new Uint8Array(32).fill(i)))
const epochs: readonly Epoch[] = [
  { epoch: 'e1', state: 'destroyed', createdAt: '2026-01-01T00:00:00.000Z', retiredAt: '2026-02-01T00:00:00.000Z', destroyedAt: '2026-03-01T00:00:00.000Z' },
  { epoch: 'e2', state: 'retired', createdAt: '2026-02-01T00:00:00.000Z', retiredAt: '2026-03-01T00:00:00.000Z' },
  { epoch: 'e3', state: 'current', createdAt: '2026-03-01T00:00:00.000Z' },
]
const redactor = createPayloadRedactor()
const ask = (payload: string | Uint8Array): ReturnType<typeof lookUp> => lookUp(Buffer.from(payload), keys, epochs, redactor)

test('a payload has a fingerprint under every key that still is, and the periods of the others are unknown', () => {
  const payload = { id: 'pay_5d903041', password: 'one' }
  const { fingerprints, unknown } = ask(JSON.stringify(payload))
  expect(fingerprints).toEqual(keys.map((key, i) => ({ epoch: key.epoch, current: i === 0, ...fingerprint(toValue(payload), key, redactor), raw: rawDigest(JSON.stringify(payload), key).value })))
  expect(unknown).toEqual([{ epoch: 'e1', from: '2026-01-01T00:00:00.000Z', until: '2026-02-01T00:00:00.000Z' }])
})

test('text and bytes are looked up as what they are', () => {
  for (const payload of ['id=pay_5d903041&amount=1', '--boundary\r\nContent-Disposition: form-data', new Uint8Array([0, 255, 1, 2, 3, 4, 5, 6])]) {
    const [first] = ask(payload).fingerprints
    expect([first!.form, first!.value]).toEqual(['raw', first!.raw])
  }
})

test.each(['', ' ', 'yes', '1234567', 'true', 'null', '{}', '[]', '[true,false,null]', '{"paid":true}', '{"a":1,"b":2}', '{"long_name_of_a_member":"no"}', '1234567890123', '"4242424242424242"', '  "a whole sentence in quotes" '])('%j says too little to be looked up', (payload) => {
  expect(() => ask(payload)).toThrow(BlotterError)
  try { ask(payload) } catch (error) { expect((error as BlotterError).code).toBe('GUESSABLE_PAYLOAD') }
})
