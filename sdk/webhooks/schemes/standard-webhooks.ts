// Standard Webhooks 1.0.0 (github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md): HMAC (`v1`) and
// Ed25519 (`v1a`) over id, time and body. OpenAI, Anthropic, Clerk, Resend, Replicate, Brex, Render and others send it.

import { defineScheme } from '../define.ts'
import { ed25519Key, encodedSecret } from '../key-formats.ts'
import type { WebhookScheme } from '../scheme.ts'
import type { SchemeData } from '../scheme-data.ts'

/** Its header names begin with something else in Svix's own. */
export function standardData(name: string, prefix: string): SchemeData {
  return {
    name,
    signature: { from: { header: `${prefix}-signature` }, separator: ' ', assign: ',', encoding: 'base64', versions: { v1: 'hmac-sha256', v1a: 'ed25519' } },
    time: { from: { header: `${prefix}-timestamp` }, unit: 's' },
    id: { header: `${prefix}-id` },
    idForm: /^[\x21-\x2d\x2f-\x7e]{1,256}$/, // without the full stop, or the id could take a part of the body in
    signed: [{ part: 'id' }, '.', { part: 'timestamp' }, '.', { part: 'body' }],
    covered: 'body',
    coveredParts: ['id', 'timestamp', 'body'],
    keys: { 'hmac-sha256': encodedSecret('base64', 'whsec_'), ed25519: ed25519Key('base64', { public: 'whpk_', private: 'whsk_' }) },
    wantedSecret: 'whsec_ and base64, or whpk_ and base64 of an Ed25519 key (whsk_ to sign)',
  }
}

export const standardWebhooks: WebhookScheme = defineScheme(standardData('standard-webhooks', 'webhook'))
