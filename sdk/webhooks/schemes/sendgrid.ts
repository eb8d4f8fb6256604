// Twilio SendGrid Event Webhook, with "Signed Event Webhook" turned on. The body ends with CR LF and every byte of it is
// signed. Source: Twilio SendGrid documentation, "Getting started with the Event Webhook Security Features".

import { defineScheme } from '../define.ts'
import { derKey } from '../key-formats.ts'
import type { WebhookScheme } from '../scheme.ts'

export const sendgrid: WebhookScheme = defineScheme({
  name: 'sendgrid',
  signature: { from: { header: 'x-twilio-email-event-webhook-signature' }, encoding: 'base64', versions: { '': 'ecdsa-p256-sha256-der' } },
  time: { from: { header: 'x-twilio-email-event-webhook-timestamp' }, unit: 's' },
  signed: [{ part: 'timestamp' }, { part: 'body' }],
  covered: 'body',
  coveredParts: ['timestamp', 'body'],
  keys: { 'ecdsa-p256-sha256-der': derKey },
  wantedSecret: 'the verification key that SendGrid shows (base64 of an EC public key), or the private key to sign',
})
