// What an answer of a destination means. Decided by its status, never by its text. Unknown means: send again.

import { rejectedInProtobuf } from './protobuf.ts'
import type { Delivery } from './forwarder.ts'

export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly retryAfter: string | undefined
  readonly body: Buffer
}

/** The longest that a destination may keep us waiting: an operator should not have to restart us after it recovered. */
const longestRetryAfterMs = 300_000

/** The destination does not want this caller or does not know this place, whatever the batch: 3xx is never followed. */
const blocking: ReadonlySet<number> = new Set([300, 301, 302, 303, 307, 308, 401, 402, 403, 404, 405, 406, 407, 410, 415, 426])

/** Later, OTLP says; all other 4xx are about the batch: 400, 409, 411, 413, 422, 431, … */
const later: ReadonlySet<number> = new Set([408, 421, 423, 425, 429])

export function classify(answer: Answer, nowMs: number): Delivery {
  const { status } = answer
  if (status >= 200 && status < 300) return taken(answer)
  const reason = status >= 100 && status <= 599 ? `status_${status}` : 'status_other'
  if (blocking.has(status)) return { kind: 'blocked', reason, ...retryAfter(answer, nowMs) }
  if (status >= 400 && status < 500 && !later.has(status)) return { kind: 'rejected', reason }
  return { kind: 'retry', reason, ...retryAfter(answer, nowMs) }
}

/** A page for people is not OTLP: something in between answered, and took nothing. */
function taken({ contentType, body }: Answer): Delivery {
  if (contentType === 'text/html') return { kind: 'blocked', reason: 'not_otlp' }
  const rejected = rejectedRecords(contentType, body)
  return rejected > 0 ? { kind: 'partly', rejected } : { kind: 'delivered' }
}

/** 0 when it cannot be read: the status said that it was taken, and some say so in a way of their own. */
function rejectedRecords(contentType: string, body: Buffer): number {
  if (body.length === 0) return 0
  try {
    if (contentType === 'application/x-protobuf') return rejectedInProtobuf(body)
    if (contentType !== 'application/json') return 0
    const { partialSuccess } = JSON.parse(body.toString()) as { partialSuccess?: { rejectedLogRecords?: unknown } }
    const rejected = Number(partialSuccess?.rejectedLogRecords ?? 0)
    return Number.isFinite(rejected) ? rejected : 0
  } catch {
    return 0
  }
}

/** Seconds or an HTTP date; nothing when it is neither or past. */
function retryAfter({ retryAfter: header }: Answer, nowMs: number): { afterMs?: number } {
  if (header === undefined) return {}
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - nowMs
  return Number.isFinite(ms) && ms >= 0 ? { afterMs: Math.min(ms, longestRetryAfterMs) } : {}
}
