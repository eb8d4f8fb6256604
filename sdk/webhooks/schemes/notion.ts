// Notion (developers.notion.com/reference/webhooks#step-3-validating-event-payloads-recommended). The key is the verification
// token of the handshake. The body has a `timestamp`, of the event and not of the delivery: how old it is cannot be told.

import { defineScheme } from '../define.ts'
import { textSecret } from '../key-formats.ts'
import type { WebhookScheme } from '../scheme.ts'

export const notion: WebhookScheme = defineScheme({
  name: 'notion',
  signature: { from: { header: 'x-notion-signature' }, assign: '=', encoding: 'hex', versions: { sha256: 'hmac-sha256' } },
  id: { body: ['id'] },
  signed: [{ part: 'body' }],
  covered: 'body',
  coveredParts: ['body'],
  keys: { 'hmac-sha256': textSecret },
  wantedSecret: 'the verification token of the handshake as a text',
})
