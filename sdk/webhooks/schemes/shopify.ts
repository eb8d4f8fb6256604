// Shopify (shopify.dev/docs/apps/build/webhooks/subscribe/https). No time is signed; topic, shop, webhook id and time of
// triggering are headers that nobody signed.

import { defineScheme } from '../define.ts'
import { textSecret } from '../key-formats.ts'
import type { WebhookScheme } from '../scheme.ts'

export const shopify: WebhookScheme = defineScheme({
  name: 'shopify',
  signature: { from: { header: 'x-shopify-hmac-sha256' }, encoding: 'base64', versions: { '': 'hmac-sha256' } },
  claimedId: 'x-shopify-webhook-id',
  signed: [{ part: 'body' }],
  covered: 'body',
  coveredParts: ['body'],
  keys: { 'hmac-sha256': textSecret },
  wantedSecret: 'the client secret of the app as a text',
})
