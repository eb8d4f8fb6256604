// Airtable (airtable.com/developers/web/api/webhooks-overview): a ping without content, signed with the MAC secret, whose
// base64 is decoded first. The body says when in `timestamp`. What changed is fetched by cursor.

import { defineScheme } from '../define.ts'
import { encodedSecret } from '../key-formats.ts'
import type { WebhookScheme } from '../scheme.ts'

export const airtable: WebhookScheme = defineScheme({
  name: 'airtable',
  signature: { from: { header: 'x-airtable-content-mac' }, assign: '=', encoding: 'hex', versions: { 'hmac-sha256': 'hmac-sha256' } },
  time: { from: { body: ['timestamp'] }, unit: 'iso' },
  signed: [{ part: 'body' }],
  covered: 'body',
  coveredParts: ['body'],
  keys: { 'hmac-sha256': encodedSecret('base64') },
  wantedSecret: 'macSecretBase64 of the webhook',
})
