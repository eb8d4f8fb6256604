// The key of the fingerprints: the developer's, or the workspace's own, fetched from the collector and asked for again
// when it has become old, since keys are rotated. Whoever needs it at the same time shares one request; pauses between
// failures are kept here, so that it does not matter how often one asks.

import { fingerprintKey } from '@blotter/processors'
import type { FingerprintKey } from '@blotter/processors'
import { decodeSecret, isEpoch } from './options.ts'
import type { FingerprintKeyOptions } from './options.ts'
import { refusal } from './request.ts'
import type { Refusal, Request } from './request.ts'
import { pauseMs, pauseUntil } from './time.ts'
import type { Timing } from './time.ts'

export const keyPath = '/v1/fingerprint/key'

/** With its secret, from which the key of the gap records is derived. */
export interface WorkspaceKey extends FingerprintKey {
  readonly secret: Uint8Array
}

export type Fetched = { readonly kind: 'ok'; readonly key: WorkspaceKey } | { readonly kind: 'retry'; readonly why: string } | Refusal

/** Where the key is kept between two runs of the process. Neither may throw: without it, the key is fetched. */
export interface KeyCache {
  read(): { readonly epoch: unknown; readonly key: unknown } | undefined
  write(epoch: string, secret: Uint8Array): void
}

export interface Keyring {
  /** The key, if it is there already. An old one is good until the next one is here. */
  readonly current: WorkspaceKey | undefined
  /** The key, or what one more attempt to get it came to. */
  ask(): Promise<Fetched>
}

/** How long a key is not asked for again, unless the collector says. */
const usualAgeMs = 3_600_000

/** A key that could not be renewed is asked for again after this. */
const renewAgainMs = 60_000

export function createKeyring(given: FingerprintKeyOptions | undefined, request: Request, timing: Timing, attemptTimeoutMs: number, cache?: KeyCache): Keyring {
  const cached = given === undefined ? cache?.read() : undefined
  let current = given === undefined ? parseKey(cached?.epoch, cached?.key) : parseKey(given.epoch, given.secret)
  let shared: Promise<Fetched> | undefined
  let failures = 0
  let notBeforeMs = 0
  let oldAtMs = given === undefined ? timing.nowMs() : Number.POSITIVE_INFINITY // a cached one is good until there is a newer one

  async function fetchKey(): Promise<Fetched> {
    await pauseUntil(notBeforeMs, timing)
    const answer = await request('GET', keyPath, undefined, attemptTimeoutMs)
    if (answer.kind === 'ok') return keep(answer.json)
    failures += 1
    notBeforeMs = timing.nowMs() + pauseMs(failures, answer.kind === 'retry' ? answer.afterMs : 0, timing.random())
    return answer
  }

  function keep(json: unknown): Fetched {
    const { epoch, key, maxAgeSeconds } = (json ?? {}) as { epoch?: unknown; key?: unknown; maxAgeSeconds?: unknown }
    const fetched = parseKey(epoch, key)
    if (fetched === undefined) return refusal('NOT_A_COLLECTOR', 200, 'no fingerprint key in the answer', false)
    failures = 0
    current = fetched
    cache?.write(fetched.epoch, fetched.secret)
    oldAtMs = timing.nowMs() + (typeof maxAgeSeconds === 'number' && maxAgeSeconds >= 1 ? maxAgeSeconds * 1000 : usualAgeMs)
    return { kind: 'ok', key: fetched }
  }

  function fetchShared(): Promise<Fetched> {
    shared ??= fetchKey().finally(() => { shared = undefined })
    return shared
  }

  /** Beside the records, which do not wait for it. */
  function renewed(): WorkspaceKey | undefined {
    if (current !== undefined && timing.nowMs() >= oldAtMs) {
      oldAtMs = timing.nowMs() + renewAgainMs
      fetchShared().catch(() => {}) // the key that is there goes on
    }
    return current
  }

  return {
    get current() { return renewed() },
    ask: async () => (current === undefined ? fetchShared() : { kind: 'ok', key: current }),
  }
}

function parseKey(epoch: unknown, secret: unknown): WorkspaceKey | undefined {
  const bytes = decodeSecret(secret)
  return isEpoch(epoch) && bytes !== undefined ? { ...fingerprintKey(epoch, bytes), secret: bytes } : undefined
}
