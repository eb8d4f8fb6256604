// Mailgun (documentation.mailgun.com, webhooks, securing webhooks): time and a random token, in the body beside the event.
// The event itself is NOT signed: whoever saw one delivery can send any event with its signature. The token is new for
// each delivery, so a replay store makes every signature good for one request. Grade C.

import { defineScheme } from '../define.ts'
import { textSecret } from '../key-formats.ts'
import type { WebhookScheme } from '../scheme.ts'

export const mailgun: WebhookScheme = defineScheme({
  name: 'mailgun',
  signature: { from: { body: ['signature', 'signature'] }, encoding: 'hex', versions: { '': 'hmac-sha256' } },
  time: { from: { body: ['signature', 'timestamp'] }, unit: 's' },
  id: { body: ['signature', 'token'] },
  signed: [{ part: 'timestamp' }, { part: 'id' }],
  covered: 'partial',
  coveredParts: ['signature.timestamp', 'signature.token'],
  keys: { 'hmac-sha256': textSecret },
  wantedSecret: 'the HTTP webhook signing key as a text',
})
