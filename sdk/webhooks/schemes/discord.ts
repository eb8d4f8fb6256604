// Discord interactions and webhook events. Discord says nothing of how old a request may be; the time is signed, so we
// judge it. Discord probes an endpoint with bad signatures and wants 401 for them. Source: Discord Developer
// Documentation, "Setting Up an Endpoint: Validating Security Request Headers".

import { defineScheme } from '../define.ts'
import { ed25519Key } from '../key-formats.ts'
import type { WebhookScheme } from '../scheme.ts'

export const discord: WebhookScheme = defineScheme({
  name: 'discord',
  signature: { from: { header: 'x-signature-ed25519' }, encoding: 'hex', versions: { '': 'ed25519' } },
  time: { from: { header: 'x-signature-timestamp' }, unit: 's' },
  signed: [{ part: 'timestamp' }, { part: 'body' }],
  covered: 'body',
  coveredParts: ['timestamp', 'body'],
  keys: { ed25519: ed25519Key('hex') },
  wantedSecret: "the application's public key as 64 hexadecimal digits, as the developer portal shows it, or the private key to sign",
})
