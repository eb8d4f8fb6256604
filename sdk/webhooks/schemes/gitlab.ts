// GitLab with a signing token (docs.gitlab.com, user/project/integrations/webhooks, 2026): the form of Standard Webhooks,
// HMAC only. The legacy secret token is another scheme, gitlab-token: which one is taken is never the request's choice.

import { defineScheme } from '../define.ts'
import { encodedSecret } from '../key-formats.ts'
import type { WebhookScheme } from '../scheme.ts'
import { standardData } from './standard-webhooks.ts'

const { signature, ...standard } = standardData('gitlab', 'webhook')

export const gitlab: WebhookScheme = defineScheme({
  ...standard,
  signature: { ...signature, versions: { v1: 'hmac-sha256' } },
  keys: { 'hmac-sha256': encodedSecret('base64', 'whsec_') },
  wantedSecret: 'the signing token, whsec_ and base64',
})
