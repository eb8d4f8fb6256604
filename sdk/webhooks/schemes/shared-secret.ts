// The secret itself comes in a header: nothing is signed, and whoever sees one request can send any other. Grade D.

import { defineScheme } from '../define.ts'
import { textSecret } from '../key-formats.ts'
import type { WebhookScheme } from '../scheme.ts'

export interface SharedSecretOptions {
  /** Name on records. Default `shared-secret`. */
  readonly name?: string
  /** In any case. Default `x-webhook-secret`. */
  readonly header?: string
  /** A word before the secret, such as `Bearer` or `Basic` in `authorization`. Default none. */
  readonly word?: string
  /** Header with the sender's id of the delivery, for the record. Default none. */
  readonly claimedId?: string
}

export function sharedSecretScheme({ name = 'shared-secret', header = 'x-webhook-secret', word, claimedId }: SharedSecretOptions = {}): WebhookScheme {
  return defineScheme({
    name,
    signature: { from: { header: header.toLowerCase() }, encoding: 'text', versions: { [word ?? '']: 'equality' }, ...(word === undefined ? {} : { assign: ' ' }) },
    ...(claimedId === undefined ? {} : { claimedId: claimedId.toLowerCase() }),
    signed: [{ part: 'body' }], // nothing is: a delivery is told apart from another by it
    covered: 'none',
    coveredParts: [],
    keys: { equality: textSecret },
    wantedSecret: 'the secret as a text',
  })
}

export const sharedSecret: WebhookScheme = sharedSecretScheme()
