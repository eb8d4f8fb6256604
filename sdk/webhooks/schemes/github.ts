// GitHub (docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries). No time is signed: how old a delivery is
// cannot be told, and event and delivery id in the headers are not signed either. `X-Hub-Signature` (SHA-1) is not read.

import { defineScheme } from '../define.ts'
import { textSecret } from '../key-formats.ts'
import type { WebhookScheme } from '../scheme.ts'

export const github: WebhookScheme = defineScheme({
  name: 'github',
  signature: { from: { header: 'x-hub-signature-256' }, assign: '=', encoding: 'hex', versions: { sha256: 'hmac-sha256' } },
  claimedId: 'x-github-delivery',
  signed: [{ part: 'body' }],
  covered: 'body',
  coveredParts: ['body'],
  keys: { 'hmac-sha256': textSecret },
  wantedSecret: 'the secret of the webhook as a text',
})
