// The key of the fingerprints: the developer's, or the workspace's own, fetched once from the collector. Callers that
// need it at the same time share one request; one that failed is made again by the next who needs it.

import { fingerprintKey } from '@blotter/processors'
import type { FingerprintKey } from '@blotter/processors'
import type { Ticket } from './deliver.ts'
import { attemptLimitMs, refusalError } from './deliver.ts'
import { decodeSecret, isEpoch } from './options.ts'
import type { FingerprintKeyOptions } from './options.ts'
import { refusal } from './request.ts'
import type { Refusal, Request } from './request.ts'
import { pauseMs, pauseUntil } from './time.ts'
import type { Timing } from './time.ts'

export const keyPath = '/v1/fingerprint/key'

type Fetched = { readonly kind: 'ok'; readonly key: FingerprintKey } | { readonly kind: 'retry'; readonly why: string } | Refusal

export interface Keyring {
  /** The key, if it is there already. */
  readonly current: FingerprintKey | undefined
  /** Tries for as long as the ticket waits, and refuses it when there is no key for it. Undefined when it is settled. */
  keyFor(ticket: Ticket, recordId: string): Promise<FingerprintKey | undefined>
}

export function createKeyring(given: FingerprintKeyOptions | undefined, request: Request, timing: Timing): Keyring {
  let current = given === undefined ? undefined : parseKey(given.epoch, given.secret)
  let shared: Promise<Fetched> | undefined
  let failures = 0
  let notBeforeMs = 0

  async function fetchKey(): Promise<Fetched> {
    await pauseUntil(notBeforeMs, timing)
    const answer = await request('GET', keyPath, undefined, attemptLimitMs)
    if (answer.kind === 'retry') {
      failures += 1
      notBeforeMs = timing.nowMs() + pauseMs(failures, answer.afterMs, timing.random())
      return answer
    }
    failures = 0
    if (answer.kind === 'refused') return answer
    const { epoch, key } = (answer.json ?? {}) as { epoch?: unknown; key?: unknown }
    current = parseKey(epoch, key)
    return current === undefined ? refusal('NOT_A_COLLECTOR', 200, 'no fingerprint key in the answer', false) : { kind: 'ok', key: current }
  }

  return {
    get current() { return current },
    async keyFor(ticket, recordId) {
      while (!ticket.settled) {
        if (current !== undefined) return current
        shared ??= fetchKey().finally(() => { shared = undefined })
        const fetched = await shared
        if (fetched.kind === 'ok') return fetched.key
        if (fetched.kind === 'refused') ticket.refuse(refusalError(fetched, recordId))
        else ticket.why = `${fetched.why}, asking for the fingerprint key`
      }
      return undefined
    },
  }
}

function parseKey(epoch: unknown, secret: unknown): FingerprintKey | undefined {
  const bytes = decodeSecret(secret)
  return isEpoch(epoch) && bytes !== undefined ? fingerprintKey(epoch, bytes) : undefined
}
