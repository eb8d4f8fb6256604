// Svix (docs.svix.com/receiving/verifying-payloads/how-manual): the form of Standard Webhooks under names of its own.
// Senders that use Svix may send either set of headers: take `standard-webhooks` for `webhook-id` and the like.

import { defineScheme } from '../define.ts'
import type { WebhookScheme } from '../scheme.ts'
import { standardData } from './standard-webhooks.ts'

export const svix: WebhookScheme = defineScheme(standardData('svix', 'svix'))
