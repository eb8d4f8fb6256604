// The options of `verifyWebhooks`, the same for every framework but for the type of its request.

import type { VerifyOptions } from '../webhooks/verify.ts'
import type { ReplayStore } from '../webhooks/replay.ts'
import type { WebhookScheme } from '../webhooks/scheme.ts'
import type { Secrets } from '../webhooks/secrets.ts'
import { assertOptions, optionRules } from './inbound-options.ts'
import type { AuditRequestsOptions, Rules } from './inbound-options.ts'

type Shared<Request> = Pick<AuditRequestsOptions<Request>, 'requestIdHeader' | 'trustedHops' | 'delivery' | 'onAuditFailure'>
type Verification = Pick<VerifyOptions, 'addresses' | 'parameters' | 'toleranceMs' | 'rememberMs' | 'onRotationDue'>

export interface VerifyWebhooksOptions<Request> extends Shared<Request>, Verification {
  /** How the sender signs, such as `schemes.stripe`. Required. A request never chooses it. */
  readonly scheme: WebhookScheme
  /** One secret, several during a rotation, or a `SecretSource`. Required. */
  readonly secrets: Secrets
  /**
   * Finds deliveries that were seen before. Default: a store in the memory of this process, for this middleware. With
   * several processes give one that they share. False: none, and replays within the tolerance reach the handler.
   */
  readonly replay?: ReplayStore | false
  /** What a delivery that was seen before is answered: 200 (default), without calling the handler, because the sender mostly repeats what it thinks was lost; or 401. */
  readonly replayStatus?: 200 | 401
  /** The URL as the sender addresses it, for schemes that sign it. Default: made of the request, which is wrong behind a proxy that changes scheme, host or path. */
  readonly url?: string | ((request: Request) => string)
  /** Bytes that are read of a body; a larger one is refused like any other. Default 5 242 880. They are held in memory before the sender is known. */
  readonly maxBodyBytes?: number
  /** Which platform sends. Default: the name of the scheme. */
  readonly integration?: string
  /** Whether a verified body is fingerprinted. Default true. */
  readonly payload?: boolean
}

export type CheckedWebhookOptions<Request> = VerifyWebhooksOptions<Request> & Required<Pick<VerifyWebhooksOptions<Request>, keyof typeof webhookDefaults>>

export const webhookDefaults = Object.freeze({ replayStatus: 200, maxBodyBytes: 5_242_880, payload: true } as const)

/** The options with their defaults. Throws INVALID_OPTIONS with every problem. */
export function checkWebhookOptions<Request>(given: VerifyWebhooksOptions<Request>): CheckedWebhookOptions<Request> {
  assertOptions(given, rules, ['scheme', 'secrets'])
  return { ...webhookDefaults, ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as unknown as VerifyWebhooksOptions<Request>) }
}

const milliseconds: Rules[string] = { want: 'milliseconds from 0', accepts: (value) => Number.isFinite(value) && (value as number) >= 0 }

const rules: Readonly<Record<keyof VerifyWebhooksOptions<unknown>, Rules[string]>> = {
  scheme: { want: 'a scheme, such as schemes.stripe', accepts: (value) => typeof (value as WebhookScheme | null)?.read === 'function' },
  secrets: { want: 'a secret, a list of secrets, or a SecretSource', accepts: (value) => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0) },
  replay: { want: 'a ReplayStore, or false', accepts: (value) => value === false || typeof (value as ReplayStore | null)?.claim === 'function' },
  replayStatus: { want: '200 or 401', accepts: (value) => value === 200 || value === 401 },
  addresses: { want: 'an address list with `check`', accepts: (value) => typeof (value as { check?: unknown } | null)?.check === 'function' },
  parameters: optionRules.record,
  toleranceMs: milliseconds,
  rememberMs: milliseconds,
  onRotationDue: optionRules.callable,
  url: { want: 'a URL, or a function', accepts: (value) => typeof value === 'function' || (typeof value === 'string' && URL.canParse(value)) },
  maxBodyBytes: { want: 'bytes from 1 to 104 857 600', accepts: (value) => Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= 104_857_600 },
  integration: optionRules.name,
  payload: { want: 'true or false', accepts: (value) => typeof value === 'boolean' },
  requestIdHeader: optionRules.headerName,
  trustedHops: optionRules.hops,
  delivery: optionRules.delivery,
  onAuditFailure: optionRules.onAuditFailure,
}
