// HubSpot, signature version 3 (developers.hubspot.com/docs/guides/apps/authentication/validating-requests): method, URL,
// body and time. Versions 1 and 2 are plain digests with the secret in front and sign no time: they are not read.

import { defineScheme } from '../define.ts'
import { textSecret } from '../key-formats.ts'
import { absoluteUrl } from '../request.ts'
import type { WebhookScheme } from '../scheme.ts'

export const hubspot: WebhookScheme = defineScheme({
  name: 'hubspot',
  signature: { from: { header: 'x-hubspot-signature-v3' }, encoding: 'base64', versions: { '': 'hmac-sha256' } },
  time: { from: { header: 'x-hubspot-request-timestamp' }, unit: 'ms' },
  urls: (url) => [...new Set([decodeListed(absoluteUrl(url)), url])],
  signed: [{ part: 'method' }, { part: 'url' }, { part: 'body' }, { part: 'timestamp' }],
  covered: 'url+body',
  coveredParts: ['method', 'url', 'body', 'timestamp'],
  keys: { 'hmac-sha256': textSecret },
  wantedSecret: 'the client secret of the app as a text',
})

/** The characters that the documentation lists, and no others: `: / ? @ ! $ ' ( ) * , ;`. */
function decodeListed(url: string): string {
  return url.replace(/%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)))
}
