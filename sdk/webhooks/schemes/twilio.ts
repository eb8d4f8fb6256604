// Twilio (twilio.com/docs/usage/webhooks/webhooks-security, twilio-node): HMAC-SHA1 over the URL and the decoded fields of
// the form in the order of their names, nothing between them; for any other body the URL carries its SHA-256. No time is
// signed. Of a form the fields are covered, not the bytes, nor where a name ends and its value begins.

import { createHash } from 'node:crypto'
import { equal } from '../algorithms.ts'
import { defineScheme } from '../define.ts'
import { textSecret } from '../key-formats.ts'
import { absoluteUrl } from '../request.ts'
import type { Message, RawRequest, WebhookScheme } from '../scheme.ts'
import type { SignedRequest } from '../scheme-data.ts'
import { refuse } from '../verdict.ts'
import { formText, urlVariants } from './twilio-form.ts'

export const twilio: WebhookScheme = defineScheme({
  name: 'twilio',
  signature: { from: { header: 'x-twilio-signature' }, encoding: 'base64', versions: { '': 'hmac-sha1' } },
  claimedId: 'i-twilio-idempotency-token',
  urls: (url) => urlVariants(absoluteUrl(url)),
  signed: [{ part: 'url' }, formFields],
  bodyMatches,
  prepare: withBodyDigest,
  covered: 'url+body',
  coveredParts: ['url', 'body'],
  coveredPartsOf: ({ url, body }) => (bodyDigest(url) === null && body.length > 0 ? ['url', 'form fields'] : ['url', 'body']),
  keys: { 'hmac-sha1': textSecret },
  wantedSecret: 'the auth token of the account as a text',
})

const formType = 'application/x-www-form-urlencoded'

function bodyDigest(url: string): string | null {
  return URL.parse(url)?.searchParams.get('bodySHA256') ?? null
}

/** Which of the two it is stands in the URL, and that is signed: nobody can turn one into the other. */
function formFields({ url, body, header }: SignedRequest): string {
  if (bodyDigest(url) !== null || body.length === 0) return ''
  const type = header('content-type')
  if (type !== undefined && type.split(';')[0]!.trim().toLowerCase() !== formType) refuse('not_covered')
  return formText(body)
}

function bodyMatches({ url, body }: RawRequest): boolean {
  const claimed = bodyDigest(url)
  return claimed === null || equal(Buffer.from(claimed), Buffer.from(createHash('sha256').update(body).digest('hex')))
}

/** What is not a form gets its digest into the URL, as Twilio does. */
function withBodyDigest(message: Message): Message {
  const url = absoluteUrl(message.url)
  if (message.body.length === 0 || message.headers['content-type']?.startsWith(formType) === true || bodyDigest(url) !== null) return message
  const digest = createHash('sha256').update(message.body).digest('hex')
  return { ...message, url: `${url}${url.includes('?') ? '&' : '?'}bodySHA256=${digest}` }
}
