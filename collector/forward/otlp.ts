// Forwards by OTLP/HTTP to any backend that takes logs: Loki, VictoriaLogs, an OpenTelemetry Collector, a vendor.

import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { encodeRequest, fields, text, withValues } from '@blotter/processors'
import type { AuditRecord } from '@blotter/processors'
import type { Delivery, Forwarder } from './forwarder.ts'

export interface OtlpForwarderOptions {
  readonly name: string
  /** Base URL as OTEL_EXPORTER_OTLP_ENDPOINT has it: `/v1/logs` is appended unless it is there. */
  readonly url: string
  /** Sent with each request; credentials go here. Never logged. */
  readonly headers: Readonly<Record<string, string>>
  /** One request may take this long. Default 10 s. */
  readonly timeoutMs?: number
  readonly fetch?: typeof fetch
}

const compress = promisify(gzip)

export function createOtlpForwarder({ name, url, headers, timeoutMs = 10_000, fetch: send = fetch }: OtlpForwarderOptions): Forwarder {
  const target = url.endsWith('/v1/logs') ? url : `${url.replace(/\/$/, '')}/v1/logs`
  return {
    name,
    async deliver(records, signal): Promise<Delivery> {
      const body = await compress(encodeRequest(forwarded(records)))
      try {
        const response = await send(target, {
          method: 'POST', body, redirect: 'error', // a redirect would carry our headers to someone else
          headers: { ...headers, 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
          signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        })
        await response.body?.cancel()
        return response.ok ? { kind: 'delivered' } : { kind: 'retry', reason: `status_${response.status}`, ...retryAfter(response) }
      } catch {
        return { kind: 'retry', reason: signal.aborted ? 'stopped' : 'unreachable' }
      }
    },
    async close() {},
  }
}

function retryAfter(response: Response): { afterMs?: number } {
  const seconds = Number(response.headers.get('Retry-After') ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? { afterMs: Math.min(seconds, 300) * 1000 } : {}
}

/** Records of one sender and environment share a resource object, so that the encoder groups them. */
function forwarded(records: readonly AuditRecord[]): AuditRecord[] {
  const resources = new Map<string, AuditRecord['resource']>()
  return records.map((record) => {
    const environment = text(record.attributes, fields.environment.key)
    const key = `${environment}\n${JSON.stringify(record.resource, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`
    const resource = resources.get(key) ?? withValues(record.resource, { 'deployment.environment.name': environment })
    resources.set(key, resource)
    return { ...record, resource, body: record.body ?? summary(record) }
  })
}

/** A line for people, where the sender sent none: Loki and its kin show the body and nothing else. */
export function summary({ eventName, attributes }: AuditRecord): string {
  const part = (key: string): string => text(attributes, key)
  const target = [part(fields.targetType.key), part(fields.targetId.key)].filter((word) => word !== '').join(':')
  const outcome = part(fields.decision.key) === 'deny' ? 'denied' : part(fields.outcome.key)
  const reason = part(fields.reason.key) || part(fields.errorType.key)
  return [part(fields.integration.key), part(fields.actorId.key), part(fields.action.key), target, `→ ${outcome}`, reason === '' ? '' : `(${reason})`, eventName]
    .filter((word) => word !== '').join(' ')
}
