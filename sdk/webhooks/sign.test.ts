import { expect, test } from 'vitest'
import { AuditError } from '../errors.ts'
import { schemes } from './schemes/index.ts'
import { signWebhook } from './sign.ts'
import type { WebhookMessage } from './sign.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

function failure(work: () => unknown): AuditError {
  try {
    work()
  } catch (error) {
    if (error instanceof AuditError) return error
    throw error
  }
  throw new Error('it did not throw')
}

test('headers of the message stay, in lower case, and those of the scheme go over them', () => {
  const signed = signWebhook(schemes.github, { body: 'x', headers: { 'Content-Type': 'text/plain', 'X-Hub-Signature-256': 'mine' } }, 'hush')
  expect(signed.headers).toEqual({ 'content-type': 'text/plain', 'x-hub-signature-256': expect.stringMatching(/^sha256=[0-9a-f]{64}$/) })
})

test('the body is a copy: what the caller does to its buffer later does not reach what is sent', () => {
  const body = Buffer.from('abc')
  const signed = signWebhook(schemes.github, { body }, 'hush')
  body.fill(0)
  expect(Buffer.from(signed.body).toString()).toBe('abc')
})

test('an id is made when none is given, and one with a full stop cannot be signed', () => {
  const ids = [1, 2].map(() => signWebhook(schemes['standard-webhooks'], { body: 'x' }, secret).headers['webhook-id'])
  expect(new Set(ids).size).toBe(2)
  for (const id of ids) expect(id).toMatch(/^msg_[0-9a-f-]{36}$/)
  expect(failure(() => signWebhook(schemes['standard-webhooks'], { body: 'x', id: 'a.b' }, secret)).code).toBe('INVALID_OPTIONS')
})

test('everything that is wrong is said at once, without what was given', () => {
  const error = failure(() => signWebhook(schemes.stripe, { body: 7, id: 'a b', method: 7 } as unknown as WebhookMessage, 'whsec_x', { nowMs: Number.NaN }))
  expect(error.problems?.map(({ key }) => key)).toEqual(['message.body', 'message.id', 'message.method', 'nowMs'])
  const wrongSecret = failure(() => signWebhook(schemes['standard-webhooks'], { body: 'x' }, 'hush hush'))
  expect(wrongSecret.code).toBe('INVALID_OPTIONS')
  expect(String(wrongSecret)).not.toContain('hush')
})

test('what the scheme would refuse to read is not written', () => {
  const form = { body: '&&', url: 'https://hooks.example.com/sms', headers: { 'content-type': 'application/x-www-form-urlencoded' } }
  expect(failure(() => signWebhook(schemes.twilio, form, 'token'))).toMatchObject({ code: 'INVALID_OPTIONS', message: expect.stringContaining('malformed') })
  expect(failure(() => signWebhook(schemes.square, { body: 'x', url: '/hook' }, 'key')).code).toBe('INVALID_OPTIONS')
})
