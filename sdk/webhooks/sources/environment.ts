// Secrets from environment variables, read at each use: one that changes in a running process, as test runners do, counts.

import { AuditError } from '../../errors.ts'
import type { Secret, SecretSource } from '../secrets.ts'

/**
 * Each variable holds one secret, and its name is the secret's id. Those that are not set are passed over, so that a
 * second one is there only during a rotation. With none set, `verifyWebhook` rejects with INVALID_OPTIONS.
 * @example secretsFromEnvironment('STRIPE_WEBHOOK_SECRET', 'STRIPE_WEBHOOK_SECRET_OLD')
 */
export function secretsFromEnvironment(...names: readonly string[]): SecretSource {
  return {
    secrets() {
      const found = names.flatMap((name): Secret[] => {
        const secret = process.env[name]?.trim() ?? ''
        return secret === '' ? [] : [{ id: name, secret }]
      })
      if (found.length === 0) throw new AuditError('INVALID_OPTIONS', `secrets: got nothing, want one of the environment variables ${names.join(', ')} to be set`)
      return found
    },
  }
}
