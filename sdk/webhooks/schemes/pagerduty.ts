// PagerDuty, webhooks version 3 (developer.pagerduty.com/docs/verifying-webhook-signatures). A list: during a rotation there
// is one signature for each secret. No time is signed.

import { defineScheme } from '../define.ts'
import { textSecret } from '../key-formats.ts'
import type { WebhookScheme } from '../scheme.ts'

export const pagerduty: WebhookScheme = defineScheme({
  name: 'pagerduty',
  signature: { from: { header: 'x-pagerduty-signature' }, separator: ',', assign: '=', encoding: 'hex', versions: { v1: 'hmac-sha256' } },
  id: { body: ['event', 'id'] },
  signed: [{ part: 'body' }],
  covered: 'body',
  coveredParts: ['body'],
  keys: { 'hmac-sha256': textSecret },
  wantedSecret: 'the secret of the webhook subscription as a text',
})
