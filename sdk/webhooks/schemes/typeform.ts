// Typeform (typeform.com/developers/webhooks/secure-your-webhooks). No time is signed.

import { defineScheme } from '../define.ts'
import { textSecret } from '../key-formats.ts'
import type { WebhookScheme } from '../scheme.ts'

export const typeform: WebhookScheme = defineScheme({
  name: 'typeform',
  signature: { from: { header: 'typeform-signature' }, assign: '=', encoding: 'base64', versions: { sha256: 'hmac-sha256' } },
  id: { body: ['event_id'] },
  signed: [{ part: 'body' }],
  covered: 'body',
  coveredParts: ['body'],
  keys: { 'hmac-sha256': textSecret },
  wantedSecret: 'the secret of the webhook as a text',
})
