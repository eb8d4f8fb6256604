// Slack (docs.slack.dev/authentication/verifying-requests-from-slack): events, commands and interactions alike.

import { defineScheme } from '../define.ts'
import { textSecret } from '../key-formats.ts'
import type { WebhookScheme } from '../scheme.ts'

export const slack: WebhookScheme = defineScheme({
  name: 'slack',
  signature: { from: { header: 'x-slack-signature' }, assign: '=', encoding: 'hex', versions: { v0: 'hmac-sha256' } },
  time: { from: { header: 'x-slack-request-timestamp' }, unit: 's' },
  id: { body: ['event_id'] },
  signed: ['v0:', { part: 'timestamp' }, ':', { part: 'body' }],
  covered: 'body',
  coveredParts: ['timestamp', 'body'],
  keys: { 'hmac-sha256': textSecret },
  wantedSecret: 'the signing secret of the app as a text',
})
