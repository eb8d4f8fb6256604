// The key of the fingerprints: the developer's, or the workspace's own, fetched from the collector and asked for again
// when it has become old, since keys are rotated. Callers that need it at the same time share one request; one that failed
// is made again by the next who needs it.

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
  /** The key, if it is there already. An old one is good until the next one is here. */
  readonly current: FingerprintKey | undefined
  /** Tries for as long as the ticket waits, and refuses it when there is no key for it. Undefined when it is settled. */
  keyFor(ticket: Ticket, recordId: string): Promise<FingerprintKey | undefined>
}

/** How long a key is not asked for again, unless the collector says. */
const usualAgeMs = 3_600_000

/** A key that could not be renewed is asked for again after this. */
const renewAgainMs = 60_000

export function createKeyring(given: FingerprintKeyOptions | undefined, request: Request, timing: Timing): Keyring {
  let current = given === undefined ? undefined : parseKey(given.epoch, given.secret)
  let shared: Promise<Fetched> | undefined
  let failures = 0
  let notBeforeMs = 0
  let oldAtMs = Number.POSITIVE_INFINITY

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
    const { epoch, key, maxAgeSeconds } = (answer.json ?? {}) as { epoch?: unknown; key?: unknown; maxAgeSeconds?: unknown }
    const fetched = parseKey(epoch, key)
    if (fetched === undefined) return refusal('NOT_A_COLLECTOR', 200, 'no fingerprint key in the answer', false)
    current = fetched
    oldAtMs = timing.nowMs() + (typeof maxAgeSeconds === 'number' && maxAgeSeconds >= 1 ? maxAgeSeconds * 1000 : usualAgeMs)
    return { kind: 'ok', key: current }
  }

  /** Beside the records, which do not wait for it. */
  function renewed(): FingerprintKey | undefined {
    if (timing.nowMs() >= oldAtMs) {
      oldAtMs = timing.nowMs() + renewAgainMs
      shared ??= fetchKey().finally(() => { shared = undefined })
      shared.catch(() => {}) // the key that is there goes on
    }
    return current
  }

  return {
    get current() { return renewed() },
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
