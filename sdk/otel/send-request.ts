// Sends what waits to the collector, as OTLP/JSON on /v1/logs: answered after the collector's disk has it. Audit records
// among it are completed and kept like those of /v1/audit; they only come without a receipt, which no logger could return.

import type { Answer } from '../request.ts'
import { createRequest } from '../request.ts'
import type { Timing } from '../time.ts'
import { untraced } from '../trace.ts'
import type { Send, Sent } from './courier.ts'
import type { CheckedLogsOptions } from './logs-options.ts'
import { requestOf } from './spool-text.ts'

/** The key, the address or what listens there is wrong: no record is to blame, and somebody has to do something. */
const afterRefusalMs = 60_000

export interface SendRequestOptions extends Pick<CheckedLogsOptions, 'url' | 'key' | 'headers' | 'compression' | 'fetch' | 'attemptTimeoutMs'> {
  readonly timing: Timing
  /** Ends what is in flight. */
  readonly signal: AbortSignal
}

export function createSendRequest({ url, key, headers, compression, fetch = (...call) => globalThis.fetch(...call), attemptTimeoutMs, timing, signal }: SendRequestOptions): Send {
  const stoppable: typeof globalThis.fetch = (to, init) => untraced(() => fetch(to, { ...init, signal: init?.signal == null ? signal : AbortSignal.any([init.signal, signal]) }))
  const request = createRequest({ endpoint: url, key, headers, compression, fetch: stoppable }, timing)
  return async function send(resource, entries) {
    return meaning(await request('POST', '', requestOf(resource, entries), attemptTimeoutMs), entries.length)
  }
}

function meaning(answer: Answer, count: number): Sent {
  if (answer.kind === 'ok') return acceptance(answer.json, count)
  if (answer.kind === 'retry') return { kind: 'retry', code: 'DEADLINE', why: answer.why, afterMs: answer.afterMs }
  const { code, detail, reason, perRecord } = answer
  return perRecord ? { kind: 'refused', code, why: detail, reason } : { kind: 'retry', code, why: detail, afterMs: afterRefusalMs }
}

/** OTLP's partial success says how many were refused, not which: asked again in halves, it does. What was kept is kept once. */
function acceptance(json: unknown, count: number): Sent {
  const rejected = Number((json as { partialSuccess?: { rejectedLogRecords?: unknown } | null } | null)?.partialSuccess?.rejectedLogRecords ?? 0)
  if (!(rejected > 0)) return { kind: 'accepted' }
  return { kind: 'refused', code: 'REFUSED', why: `${Math.min(rejected, count)} of ${count} records`, reason: 'PARTIAL_SUCCESS' }
}
