// Square (developer.squareup.com/docs/webhooks/step3validate): the notification URL of the subscription, to the letter, and
// the body. No time is signed. Give the URL in the options; the one that your server sees may differ.

import { defineScheme } from '../define.ts'
import { textSecret } from '../key-formats.ts'
import { absoluteUrl } from '../request.ts'
import type { WebhookScheme } from '../scheme.ts'

export const square: WebhookScheme = defineScheme({
  name: 'square',
  signature: { from: { header: 'x-square-hmacsha256-signature' }, encoding: 'base64', versions: { '': 'hmac-sha256' } },
  id: { body: ['event_id'] },
  urls: (url) => [absoluteUrl(url)],
  signed: [{ part: 'url' }, { part: 'body' }],
  covered: 'url+body',
  coveredParts: ['url', 'body'],
  keys: { 'hmac-sha256': textSecret },
  wantedSecret: 'the signature key of the subscription as a text',
})
