// `createAuditProvider`: the API of the OpenTelemetry audit draft (@1d9c5a73; a draft, not a standard) over `createAudit`,
// for code that is written against those names. There is no `Enabled`, no sampler, no processor that could leave a
// record out, and no provider that does nothing: a record that is emitted is acknowledged, or `emit` rejects.

import { createAudit } from './audit.ts'
import type { Audit, AuditStatus, DrainOptions } from './audit.ts'
import { fromDraft } from './draft-record.ts'
import type { DraftRecord } from './draft-record.ts'
import { AuditError, describe, problemError } from './errors.ts'
import type { AuditEvent } from './event.ts'
import type { AuditOptions } from './options.ts'
import type { Receipt } from './receipt.ts'

/** The draft's `AuditReceipt`: the sink has the record on its disk. */
export type AuditReceipt = Receipt

export interface AuditLogger {
  /** As given to `getAuditLogger`. */
  readonly name: string
  readonly version: string | undefined
  readonly schemaUrl: string | undefined
  /**
   * Resolves with the collector's receipt. Rejects with {@link AuditError}: INVALID_EVENT for a record without one of its
   * mandatory parts, DEADLINE after `timeoutMs`, CLOSED after `shutdown()`. Never resolves without a receipt.
   */
  emit(record: DraftRecord): Promise<AuditReceipt>
}

export interface AuditProvider extends AsyncDisposable {
  /** An empty name gives a logger that works, and a process warning. Throws CLOSED after `shutdown()`. */
  getAuditLogger(name: string, version?: string, schemaUrl?: string): AuditLogger
  /**
   * Waits until everything emitted so far is at the collector or refused, for `timeoutMs` at most. Says how it went:
   * `pending` and `spoolRecords` count what is not there yet. After `shutdown()` it waits for nothing.
   */
  forceFlush(options?: DrainOptions): Promise<AuditStatus>
  /** Takes no more records, and flushes. What is not delivered then stays in the spool. From the second call on it does nothing more. */
  shutdown(options?: DrainOptions): Promise<AuditStatus>
}

const noFilter = 'nothing: audit records are neither sampled nor filtered'

/** Options that would be mistaken for something this pipeline does: refused with the reason, and not as a mere unknown. */
const refused: Readonly<Record<string, string>> = {
  sampler: noFilter, sampling: noFilter, samplingRate: noFilter, processors: noFilter, auditRecordProcessors: noFilter, enabled: noFilter, disabled: noFilter,
  delivery: 'nothing: emit always waits for the receipt', events: 'nothing: a catalogue goes with createAudit()',
}

/**
 * Throws INVALID_OPTIONS with every problem.
 * @example
 * const provider = createAuditProvider({ endpoint: 'http://127.0.0.1:4318', key, integration: 'stripe' })
 * const logger = provider.getAuditLogger('payment-service', '1.2.3')
 */
export function createAuditProvider(options: Omit<AuditOptions, 'events' | 'delivery'>): AuditProvider {
  assertNoFilter(options)
  const audit: Audit = createAudit(options)
  let closing: Promise<AuditStatus> | undefined
  const shutdown = (drain?: DrainOptions): Promise<AuditStatus> => closing ??= audit.close(drain)
  return {
    getAuditLogger(name, version, schemaUrl) {
      if (closing !== undefined) throw new AuditError('CLOSED')
      return createAuditLogger(audit, name, version, schemaUrl)
    },
    forceFlush: async (drain) => (closing === undefined ? audit.flush(drain) : audit.status()),
    shutdown,
    [Symbol.asyncDispose]: async () => { await shutdown() },
  }
}

function assertNoFilter(options: object): void {
  const problems = Object.entries(options).flatMap(([key, value]) => (Object.hasOwn(refused, key) ? [{ key, got: describe(value), want: refused[key]! }] : []))
  if (problems.length > 0) throw problemError('INVALID_OPTIONS', problems)
}

function createAuditLogger(audit: Audit, name: string, version: string | undefined, schemaUrl: string | undefined): AuditLogger {
  if (typeof name !== 'string' || name === '') process.emitWarning('an audit logger without a name', { type: 'AuditWarning', code: 'UNNAMED_LOGGER' })
  const own = Object.fromEntries(Object.entries({ 'blotter.logger.name': name, 'blotter.logger.version': version, 'blotter.schema_url': schemaUrl }).filter(([, value]) => typeof value === 'string' && value !== ''))
  return {
    name,
    version,
    schemaUrl,
    emit: async (record) => audit.record(readable(() => fromDraft(record, own)), { delivery: 'acknowledged' }),
  }
}

/** An error of a getter or a proxy may carry what the app gave us: it goes no further. */
function readable(read: () => AuditEvent): AuditEvent {
  try {
    return read()
  } catch (error) {
    throw error instanceof AuditError ? error : new AuditError('INTERNAL', 'the record could not be read')
  }
}
