// Against the libraries that senders and receivers use: what they sign verifies here, what is signed here verifies there.

import { sign as octokitSign, verify as octokitVerify } from '@octokit/webhooks-methods'
import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { schemes } from './schemes/index.ts'
import { signWebhook } from './sign.ts'
import { verifyWebhook } from './verify.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const text = fc.string({ unit: 'grapheme', maxLength: 100 }).map((any) => any.toWellFormed())

test('standardwebhooks verifies what is signed here, and the other way round', async () => {
  const peer = new Webhook(secret)
  const nowMs = Math.floor(Date.now() / 1_000) * 1_000 // the peer knows no other clock
  await fc.assert(fc.asyncProperty(text, async (body) => {
    const signed = signWebhook(schemes['standard-webhooks'], { body: JSON.stringify({ body }), id: 'msg_1' }, secret, { nowMs })
    expect(peer.verify(Buffer.from(signed.body), signed.headers)).toEqual({ body })
    const headers = { 'webhook-id': 'msg_2', 'webhook-timestamp': String(nowMs / 1_000), 'webhook-signature': peer.sign('msg_2', new Date(nowMs), body) }
    expect(await verifyWebhook(schemes['standard-webhooks'], { headers, body: Buffer.from(body) }, secret, { nowMs })).toMatchObject({ kind: 'verified', id: 'msg_2' })
  }), { numRuns: 30 })
})

test('@octokit/webhooks-methods verifies what is signed here, and the other way round', async () => {
  await fc.assert(fc.asyncProperty(text.filter((any) => any !== ''), async (body) => { // the peer throws on an empty body
    const signed = signWebhook(schemes.github, { body }, 'hush')
    expect(await octokitVerify('hush', body, signed.headers['x-hub-signature-256']!)).toBe(true)
    const headers = { 'X-Hub-Signature-256': await octokitSign('hush', body) }
    expect(await verifyWebhook(schemes.github, { headers, body: Buffer.from(body) }, 'hush')).toMatchObject({ kind: 'verified' })
  }), { numRuns: 30 })
})
