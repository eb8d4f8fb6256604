// The key of the fingerprints: the developer's, or the workspace's own, asked for in the background. Inside `onEmit` there
// is no waiting for it; a record that comes before it is fingerprinted by the collector, from what redaction left.

import { createKeyCache } from '../deliver/key-cache.ts'
import { createKeyring } from '../keyring.ts'
import type { WorkspaceKey } from '../keyring.ts'
import { createRequest, refusal } from '../request.ts'
import type { Request } from '../request.ts'
import type { Timing } from '../time.ts'
import { untraced } from '../trace.ts'
import type { CheckedLogsOptions } from './logs-options.ts'

export interface PluginKey {
  readonly current: WorkspaceKey | undefined
  /** The collector can be reached: ask it, if there is no key yet. */
  want(): void
}

const logsPath = '/v1/logs'

/** What listens there has no keys, or none for us: it is no collector of Blotter, or the API key is for another purpose. */
const askAgainMs = 3_600_000

/** There is nobody to ask. */
const nobody: Request = () => Promise.resolve(refusal('NOT_A_COLLECTOR', 0, '', false))

export function createPluginKey(options: CheckedLogsOptions, directory: string | undefined, timing: Timing): PluginKey {
  const { url, key, headers, fetch = (...call) => globalThis.fetch(...call), exporter, attemptTimeoutMs, fingerprintKey } = options
  const endpoint = exporter === undefined && url.endsWith(logsPath) ? url.slice(0, -logsPath.length) : undefined
  const request = endpoint === undefined ? nobody : createRequest({ endpoint, key, headers, fetch: (...call) => untraced(() => fetch(...call)) }, timing)
  const cache = directory === undefined || endpoint === undefined ? undefined : createKeyCache(directory, endpoint, key)
  const keyring = createKeyring(fingerprintKey, request, timing, attemptTimeoutMs, cache)
  let notBeforeMs = endpoint === undefined ? Number.POSITIVE_INFINITY : timing.nowMs()
  let asking = false

  async function ask(): Promise<void> {
    asking = true
    const { kind } = await keyring.ask()
    if (kind === 'refused') notBeforeMs = timing.nowMs() + askAgainMs
    asking = false
  }

  return {
    get current() { return keyring.current },
    want() { if (!asking && keyring.current === undefined && timing.nowMs() >= notBeforeMs) void ask() },
  }
}
