// Stripe (docs.stripe.com/webhooks#verify-manually, stripe-node). The key is the whole text `whsec_…`, not decoded.
// `v0` in the header is a test scheme that proves nothing: it is passed over.

import { defineScheme } from '../define.ts'
import { textSecret } from '../key-formats.ts'
import type { WebhookScheme } from '../scheme.ts'

export const stripe: WebhookScheme = defineScheme({
  name: 'stripe',
  signature: { from: { header: 'stripe-signature' }, separator: ',', assign: '=', encoding: 'hex', versions: { v1: 'hmac-sha256' } },
  time: { from: { item: 't' }, unit: 's' },
  id: { body: ['id'] },
  signed: [{ part: 'timestamp' }, '.', { part: 'body' }],
  covered: 'body',
  coveredParts: ['timestamp', 'body'],
  keys: { 'hmac-sha256': textSecret },
  wantedSecret: 'the signing secret of the endpoint, whsec_ and all',
})
