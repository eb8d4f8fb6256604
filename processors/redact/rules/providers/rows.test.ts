import { describe, expect, test } from 'vitest'
import { createDetector } from '../../detect.ts'
import { base64url, hex, parts, uuid } from '../secret.ts'
import { address, credentials, isolated, looksRandom, uuids } from './rows.ts'

const hex32 = '3f9a1c7be2d84056af13c9d27e5b8064'

describe('a provider whose keys have no mark', () => {
  const detect = createDetector([...credentials(['post_office', 'oura_']), ...uuids(['parcel'])])

  test.each([
    `POST_OFFICE_API_KEY=${hex32}`, `postOfficeToken: "${hex32}"`, `post-office:\n  secret: ${hex32}\n`, `{"post_office":"${hex32}"}`, `new PostOffice("${hex32}")`, `<PostOfficeKey>${hex32}</PostOfficeKey>`, `post office api key is ${hex32}`,
    `X-Post-Office-Token: ${hex32}`, `OURA_TOKEN=${hex32}`, 'PARCEL_KEY=7b0c4f2e-91ad-4d6b-8e35-c2f1a07d9b64',
  ])('loses what is called its key, or is given to it: %j', (text) => { expect(detect(text, () => {})).toContain('[redacted:') })

  test.each([
    `post_office_order=${hex32}`, `postOffice.order=${hex32}`, `post_office_idempotency_key=${hex32}`, `{"provider":"post-office","idempotencyKey":"${hex32}"}`, `post-office cache_key: ${hex32}`, `post_office_id=${hex32}`, `post office delivered ${hex32}`, `https://post-office.example.com/${hex32}`, `post_office_hash: ${hex32}`, 'post_office_key=the-name-of-a-key-in-words', 'POST_OFFICE_KEY=$POST_OFFICE_KEY_OF_2026',
    `encourage_token_${hex32}`, 'post_office_key: main.3f9a1c7be2d84056.chunk.js', 'parcel 7b0c4f2e-91ad-4d6b-8e35-c2f1a07d9b64 arrived', 'parcel_id=7b0c4f2e-91ad-4d6b-8e35-c2f1a07d9b64',
  ])('keeps ids, hashes, words and files: %j', (text) => { expect(detect(text, () => {})).toBe(text) })

  test('takes the whole value or nothing of it', () => {
    expect(detect(`post_office_key=${hex32}/${hex32}`, () => {})).not.toContain('redacted')
    expect(detect(`post_office_key=${'a1'.repeat(200)}`, () => {})).not.toContain('redacted')
  })
})

describe('a mark of letters', () => {
  const detect = createDetector([isolated('example_token', 'exa', parts('EXA', base64url(24)))])
  const token = 'EXAq7Lw2Zt9Xk4Bv8Nc3Mf6Rh1D'

  test.each([token, `"${token}"`, `token=${token}`, `(${token})`, `a, ${token}.`])('counts where it stands apart: %s', (text) => { expect(detect(text, () => {})).not.toContain(token) })
  test.each([`A${token}`, `${token}A`, `/${token}`, `${token}/`, `+${token}`, `${token}==`, `${token}-x`])('is chance inside of base64: %s', (text) => { expect(detect(text, () => {})).toBe(text) })
})

test('an address keeps what says where a request went', () => {
  const detect = createDetector([address('example_webhook', 'hooks.example.com/', parts(hex(8), '/', uuid))])
  expect(detect('POST https://hooks.example.com/0a1b2c3d/7b0c4f2e-91ad-4d6b-8e35-c2f1a07d9b64 200', () => {})).toBe('POST https://hooks.example.com/[redacted:example_webhook] 200')
})

test.each([[hex32, true], ['q7Lw2Zt9Xk4Bv8Nc', true], ['live_updates_of_inventory_2026', false], ['aaaaaaaaaaaaaaaa1a1a1a1a', false], ['theNameOfAFunction', false], ['test_theNameOfAFunctionIn2026', false], ['sk_AbXcQpRtLmNzWdKvYg7ZeTuH', true]])('%s looks random: %s', (text, random) => {
  expect(looksRandom(text)).toBe(random)
})
