// GitLab's legacy secret token: sent along as it is in `X-Gitlab-Token`. Nothing is signed; see gitlab for what is.

import type { WebhookScheme } from '../scheme.ts'
import { sharedSecretScheme } from './shared-secret.ts'

export const gitlabToken: WebhookScheme = sharedSecretScheme({ name: 'gitlab-token', header: 'x-gitlab-token', claimedId: 'idempotency-key' })
