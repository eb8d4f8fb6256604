// Linear (linear.app/developers/webhooks#securing-webhooks): the body, which says when it was sent in `webhookTimestamp`.
// The headers Linear-Timestamp, -Event and -Delivery are not signed.

import { defineScheme } from '../define.ts'
import { textSecret } from '../key-formats.ts'
import type { WebhookScheme } from '../scheme.ts'

export const linear: WebhookScheme = defineScheme({
  name: 'linear',
  signature: { from: { header: 'linear-signature' }, encoding: 'hex', versions: { '': 'hmac-sha256' } },
  time: { from: { body: ['webhookTimestamp'] }, unit: 'ms' },
  toleranceMs: 60_000, // what Linear asks for
  claimedId: 'linear-delivery',
  signed: [{ part: 'body' }],
  covered: 'body',
  coveredParts: ['body'],
  keys: { 'hmac-sha256': textSecret },
  wantedSecret: 'the signing secret of the webhook as a text',
})
