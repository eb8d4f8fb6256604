// One lane for each resource: an app has one, unless it has several logger providers. What they have in common is said
// of all of them together.

import { resourceJson } from '../log-record.ts'
import type { ValueMap } from '@blotter/processors'
import { valueMap } from '@blotter/processors'
import { openSpool, openSpoolSync } from '../spool/open.ts'
import type { Timing } from '../time.ts'
import type { Send } from './courier.ts'
import type { GapEntry } from './gap-entry.ts'
import type { UsableDirectory } from './directory.ts'
import { createLane } from './lane.ts'
import type { Disk, Lane } from './lane.ts'
import type { LogResource } from './log-record.ts'
import type { Reports } from './reports.ts'
import { within } from './within.ts'

export interface Lanes {
  of(resource: LogResource | undefined): Lane
  readonly unsaved: number
  readonly open: number
  readonly spooled: number
  readonly spoolBytes: number
  delivered(): Promise<void>
  close(): Promise<number>
  closeSync(): number
}

export interface LanesOptions {
  readonly spool: UsableDirectory | undefined
  readonly send: Send
  readonly maxBatch: number
  readonly timing: Timing
  readonly reports: Reports
  readonly gapEntry: GapEntry
  readonly redactResource: (attributes: LogResource['attributes']) => ValueMap
}

/** A detector of resource attributes that hangs must not hold back what happened. */
const resourceTimeoutMs = 5_000

/** A service that emits nothing has what its last process left delivered all the same. */
const startAfterMs = 1_000

export function createLanes({ spool, redactResource, timing, ...shared }: LanesOptions): Lanes {
  const disk: Disk | undefined = spool === undefined ? undefined : {
    open: (resource) => openSpool({ ...spool, resource }),
    openSync: (resource) => openSpoolSync({ ...spool, resource }),
  }
  const lanes = new Map<LogResource | undefined, Lane>()

  function of(resource: LogResource | undefined): Lane {
    let lane = lanes.get(resource)
    if (lane === undefined) lanes.set(resource, lane = createLane({ ...shared, timing, disk, resource: () => jsonOf(resource), ready: () => known(resource, timing) }))
    return lane
  }

  function jsonOf(resource: LogResource | undefined): string {
    try {
      return resourceJson(resource === undefined ? valueMap() : redactResource(resource.attributes))
    } catch {
      return resourceJson(valueMap()) // a value of it cannot be read: who emitted is then not said
    }
  }

  const sum = (of: (lane: Lane) => number): number => Array.from(lanes.values(), of).reduce((a, b) => a + b, 0)
  const cancelStart = timing.after(startAfterMs, () => { if (lanes.size === 0) void of(undefined).start() }, false)
  return {
    of,
    get unsaved() { return sum(({ unsaved }) => unsaved) },
    get open() { return sum(({ open }) => open) },
    get spooled() { return sum((lane) => lane.spool?.status.records ?? 0) },
    get spoolBytes() { return Math.max(0, ...Array.from(lanes.values(), (lane) => lane.spool?.status.bytes ?? 0)) }, // each counts the whole directory
    async delivered() { await Promise.all(Array.from(lanes.values(), (lane) => lane.delivered())) },
    async close() {
      cancelStart()
      return (await Promise.all(Array.from(lanes.values(), (lane) => lane.close()))).reduce((a, b) => a + b, 0)
    },
    closeSync: () => sum((lane) => lane.closeSync()),
  }
}

async function known(resource: LogResource | undefined, timing: Timing): Promise<void> {
  if (resource?.asyncAttributesPending !== true || resource.waitForAsyncAttributes === undefined) return
  await within(resourceTimeoutMs, resource.waitForAsyncAttributes().catch(() => undefined), timing)
}
