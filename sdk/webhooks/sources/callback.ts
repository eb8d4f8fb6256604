// Secrets from a secret manager, through a function of yours. Asked seldom, by one delivery at a time, and never so long
// that deliveries pile up behind it.

import type { Secret, SecretSource } from '../secrets.ts'
import { warn } from '../warn.ts'

export interface CallbackSourceOptions {
  /** How long what it returned is used without asking again. Milliseconds; default 60 000. A secret that was withdrawn is good for that much longer. */
  readonly cacheMs?: number
  /** How long the last answer is used when asking fails. Milliseconds; default 3 600 000. After it deliveries are refused as `unavailable`, with 503. */
  readonly staleMs?: number
  /** What one call may take. Milliseconds; default 5000. */
  readonly timeoutMs?: number
  /** After a failure it is not asked again for this long. Milliseconds; default 5000. */
  readonly pauseMs?: number
  /** Milliseconds from any start, never backwards, for tests. */
  readonly now?: () => number
}

export function secretsFromCallback(load: () => readonly (string | Secret)[] | Promise<readonly (string | Secret)[]>, options: CallbackSourceOptions = {}): SecretSource {
  const { cacheMs = 60_000, staleMs = 3_600_000, timeoutMs = 5_000, pauseMs = 5_000, now = () => performance.now() } = options
  let last: { readonly secrets: readonly (string | Secret)[]; readonly atMs: number } | undefined
  let failure: { readonly error: unknown; readonly atMs: number } | undefined
  let loading: Promise<void> | undefined

  async function refresh(): Promise<void> {
    try {
      last = { secrets: await withTimeout(async () => load(), timeoutMs), atMs: now() }
      failure = undefined
    } catch (error) {
      failure = { error, atMs: now() }
    }
  }

  function isDue(): boolean {
    if (failure !== undefined && now() - failure.atMs < pauseMs) return false
    return last === undefined || now() - last.atMs >= cacheMs
  }

  return {
    async secrets() {
      if (isDue()) await (loading ??= refresh().finally(() => { loading = undefined }))
      if (last === undefined || now() - last.atMs >= Math.max(staleMs, cacheMs)) throw failure?.error ?? new Error('no secrets yet')
      if (failure !== undefined) warn('SECRET_SOURCE_FAILED', 'a source of webhook secrets failed: its last answer goes on', failure.error)
      return last.secrets
    },
  }
}

async function withTimeout<T>(work: () => Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => { timer = setTimeout(() => reject(new Error('no answer in time')), timeoutMs) })
  try {
    return await Promise.race([work(), late])
  } finally {
    clearTimeout(timer)
  }
}
