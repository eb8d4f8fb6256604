// Zoom (developers.zoom.us/docs/api/webhooks/#verify-webhook-events). Zoom also asks the endpoint to prove that it has the
// secret, at first and every 72 hours: answer that with `zoomChallengeAnswer`, within three seconds.

import { createHmac } from 'node:crypto'
import { defineScheme } from '../define.ts'
import { textSecret } from '../key-formats.ts'
import type { WebhookScheme } from '../scheme.ts'

export const zoom: WebhookScheme = defineScheme({
  name: 'zoom',
  signature: { from: { header: 'x-zm-signature' }, assign: '=', encoding: 'hex', versions: { v0: 'hmac-sha256' } },
  time: { from: { header: 'x-zm-request-timestamp' }, unit: 's' },
  signed: ['v0:', { part: 'timestamp' }, ':', { part: 'body' }],
  covered: 'body',
  coveredParts: ['timestamp', 'body'],
  keys: { 'hmac-sha256': textSecret },
  wantedSecret: 'the secret token of the app as a text',
})

export interface ZoomChallengeAnswer {
  readonly plainToken: string
  readonly encryptedToken: string
}

/**
 * What to answer, as JSON with status 200, when `event` is `endpoint.url_validation`; undefined for every other event.
 * Only for a body that `verifyWebhook` found right: otherwise anybody could have texts of their choice signed.
 */
export function zoomChallengeAnswer(event: unknown, secret: string): ZoomChallengeAnswer | undefined {
  const { event: name, payload } = (typeof event === 'object' && event !== null ? event : {}) as { event?: unknown; payload?: { plainToken?: unknown } }
  const plainToken = payload?.plainToken
  if (name !== 'endpoint.url_validation' || typeof plainToken !== 'string' || !/^[\w-]{1,128}$/.test(plainToken)) return undefined
  return { plainToken, encryptedToken: createHmac('sha256', secret).update(plainToken).digest('hex') }
}
