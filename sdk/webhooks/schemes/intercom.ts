// Intercom (developers.intercom.com/docs/webhooks/webhook-notifications#signed-notifications). HMAC with SHA-1, which is all
// there is: collisions of SHA-1 do not break an HMAC. No time is signed.

import { defineScheme } from '../define.ts'
import { textSecret } from '../key-formats.ts'
import type { WebhookScheme } from '../scheme.ts'

export const intercom: WebhookScheme = defineScheme({
  name: 'intercom',
  signature: { from: { header: 'x-hub-signature' }, assign: '=', encoding: 'hex', versions: { sha1: 'hmac-sha1' } },
  id: { body: ['id'] },
  signed: [{ part: 'body' }],
  covered: 'body',
  coveredParts: ['body'],
  keys: { 'hmac-sha1': textSecret },
  wantedSecret: 'the client secret of the app as a text',
})
