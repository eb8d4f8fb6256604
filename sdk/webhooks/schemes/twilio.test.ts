import fc from 'fast-check'
import { expect, test } from 'vitest'
import { signWebhook } from '../sign.ts'
import { verifyWebhook } from '../verify.ts'
import { twilio } from './twilio.ts'

const url = 'https://hooks.example.com/sms?tenant=7'
const headers = { 'content-type': 'application/x-www-form-urlencoded' }
const sign = (body: string): ReturnType<typeof signWebhook> => signWebhook(twilio, { body, url, headers }, 'token')

test('any form survives sign and verify, and its fields count', async () => {
  const field = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).map((text) => text.toWellFormed())
  await fc.assert(fc.asyncProperty(fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 6 }), async (fields) => {
    const signed = sign(new URLSearchParams(fields).toString())
    expect(await verifyWebhook(twilio, signed, 'token')).toMatchObject({ kind: 'verified', proof: { coveredParts: ['url', 'form fields'] } })
    const more = Buffer.concat([signed.body, Buffer.from('&Zz=1')])
    expect(await verifyWebhook(twilio, { ...signed, body: more }, 'token')).toMatchObject({ reason: 'bad_signature' })
  }), { numRuns: 50 })
})

test.each(['&', '=', '&&', '=x', 'a', 'a&b=1', 'Sid=%', 'Sid=%ff', 'Sid=1&'])('a body %j that says nothing or nothing clear is refused beside the signature of an empty one', async (body) => {
  const signed = signWebhook(twilio, { body: '', url, headers }, 'token')
  expect(await verifyWebhook(twilio, signed, 'token')).toMatchObject({ kind: 'verified' })
  expect(await verifyWebhook(twilio, { ...signed, body: Buffer.from(body) }, 'token')).toMatchObject({ reason: 'malformed' })
})

test('a body that is no form is covered by the digest in the URL, or not at all', async () => {
  const json = signWebhook(twilio, { body: '{"a":1}', url, headers: { 'content-type': 'application/json' } }, 'token')
  expect(json.url).toMatch(/^https:\/\/hooks\.example\.com\/sms\?tenant=7&bodySHA256=[0-9a-f]{64}$/)
  expect(await verifyWebhook(twilio, json, 'token')).toMatchObject({ kind: 'verified' })
  expect(await verifyWebhook(twilio, { ...json, body: Buffer.from('{"a":2}') }, 'token')).toMatchObject({ reason: 'bad_signature' })
  const bare = signWebhook(twilio, { body: '', url }, 'token')
  expect(await verifyWebhook(twilio, { ...bare, body: Buffer.from('{"a":1}'), headers: { ...bare.headers, 'content-type': 'application/json' } }, 'token')).toMatchObject({ reason: 'not_covered' })
})

test('the digest cannot be taken out of the URL, nor another one put in front', async () => {
  const json = signWebhook(twilio, { body: '{"a":1}', url, headers: { 'content-type': 'application/json' } }, 'token')
  expect(await verifyWebhook(twilio, { ...json, url }, 'token')).toMatchObject({ kind: 'refused' })
  expect(await verifyWebhook(twilio, { ...json, url: json.url.replace('bodySHA256=', 'bodySHA256=0&bodySHA256=') }, 'token')).toMatchObject({ kind: 'refused' })
})

test('a form that is larger than any of Twilio’s is refused before it is read', async () => {
  const signed = sign('Sid=1')
  expect(await verifyWebhook(twilio, { ...signed, body: Buffer.alloc(1_048_577, 'a=1&') }, 'token')).toMatchObject({ reason: 'too_large' })
})

test('the URL of the options counts, not the one that the server saw', async () => {
  const signed = sign('Sid=1')
  expect(await verifyWebhook(twilio, { ...signed, url: '/sms?tenant=7' }, 'token', { url })).toMatchObject({ kind: 'verified' })
})
