// Opens a courier: its spool first, and what is asked for before there is a courier to answer.

import { valueMap } from '@blotter/processors'
import type { FingerprintKey } from '@blotter/processors'
import { AuditError } from '../errors.ts'
import { resourceJson } from '../log-record.ts'
import { createProtect } from '../payload.ts'
import type { Protect } from '../payload.ts'
import { openSpool, openSpoolSync } from '../spool/open.ts'
import type { SpoolEvent, SpoolOptions } from '../spool/spool.ts'
import type { Timing } from '../time.ts'
import { courierOn } from './courier.ts'
import type { Courier } from './courier.ts'
import type { CourierSettings, ToCaller } from './messages.ts'

/** Resolves when the spool is open. Rejects when it cannot be, and was asked for. */
export async function createCourier(settings: CourierSettings, timing: Timing, tell: (message: ToCaller) => void): Promise<Courier> {
  const prepared = prepareCourier(settings)
  try {
    const disk = prepared.options === undefined ? undefined : await openSpool(prepared.options)
    return courierOn(prepared, disk, settings, timing, tell)
  } catch (error) {
    return courierOn(prepared, undefined, settings, timing, tell, problemOf(error, settings))
  }
}

/** The same without waiting, for a process that ends before it has begun. */
export function createCourierNow(settings: CourierSettings, timing: Timing, tell: (message: ToCaller) => void): Courier {
  const prepared = prepareCourier(settings)
  try {
    return courierOn(prepared, prepared.options === undefined ? undefined : openSpoolSync(prepared.options), settings, timing, tell)
  } catch (error) {
    return courierOn(prepared, undefined, settings, timing, tell, problemOf(error, settings))
  }
}

/** Why there is no spool; thrown when it was asked for. */
function problemOf(error: unknown, { spool }: CourierSettings): string {
  if (spool?.optional !== true) throw error instanceof AuditError ? error : new AuditError('SPOOL_FAILED')
  return error instanceof AuditError ? error.message : 'the spool cannot be opened'
}

/** All that a courier needs beside its spool. */
export interface Prepared {
  readonly protect: Protect
  readonly resource: string
  readonly options: SpoolOptions | undefined
  readonly late: Late
}

/** What is asked for before it is there: the spool tells of adopted records while it is opened, and redaction needs the key. */
interface Late {
  hear: (event: SpoolEvent) => void
  keyOf: () => FingerprintKey | undefined
  readonly early: SpoolEvent[]
}

function prepareCourier({ spool, redact, resource: attributes, ...rest }: CourierSettings): Prepared {
  const late: Late = { early: [], hear: (event) => { late.early.push(event) }, keyOf: () => undefined }
  const protect = createProtect({ ...rest, ...(redact === undefined ? {} : { redact }), keyOf: () => late.keyOf() })
  const resource = resourceJson(protect.resource(valueMap(Object.entries(attributes))))
  const { directory, maxBytes } = spool ?? {}
  const options = directory === undefined ? undefined : { directory, resource, onEvent: (event: SpoolEvent) => { late.hear(event) }, ...(maxBytes === undefined ? {} : { maxBytes }) }
  return { protect, resource, options, late }
}
