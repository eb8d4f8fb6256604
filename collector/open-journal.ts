// Opens the journal for the service: tells it what the steps behind it have done, fills the idempotency window from what
// is still in it, and says what was found broken.

import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fields } from '@blotter/processors'
import { removeTemporary } from './durable.ts'
import { readCursor } from './journal/cursor.ts'
import { identityOf } from './journal/identity.ts'
import { openJournal } from './journal/journal.ts'
import { describeDamage } from './journal/problem.ts'
import { recentCapacity, recentKey } from './journal/recent.ts'
import { lostFrames } from './lost.ts'
import type { Value } from '@blotter/processors'
import type { Journal } from './journal/journal.ts'
import type { Damage } from './journal/problem.ts'
import type { Recent } from './journal/recent.ts'
import type { ScannedFrame } from './journal/scan.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { EmitSelf } from './refusals.ts'
import type { Store } from './store/store.ts'

/** A command that writes to keys/ while we start is done long before this. */
const commandMs = 60_000

export interface JournalParts {
  readonly dataDirectory: string
  readonly sealedSize: number
  /** Names of forwarding destinations, as configured. */
  readonly destinations: readonly string[]
  readonly maxBytes: number
  readonly recent: Recent
  readonly log: Log
  readonly metrics: Metrics
}

export interface OpenedJournal {
  readonly journal: Journal
  /** What was taken out of it, since no step needed it any more. */
  readonly quarantined: readonly Damage[]
}

export async function openServiceJournal({ dataDirectory, sealedSize, destinations, maxBytes, recent, log, metrics }: JournalParts): Promise<OpenedJournal> {
  await mkdir(join(dataDirectory, 'cursors'), { recursive: true, mode: 0o700 })
  for (const folder of ['', 'cursors']) await removeTemporary(join(dataDirectory, folder))
  await removeTemporary(join(dataDirectory, 'keys'), commandMs)
  let quarantined: readonly Damage[] = []
  const journal = await openJournal({
    directory: join(dataDirectory, 'journal'), maxBytes, ...(await placesOf(dataDirectory, sealedSize, destinations)),
    onRecovered: (frame, newer) => { if (newer < recentCapacity) remember(recent, frame) },
    onRepaired: ({ tornBytes }) => {
      metrics.journalTorn.inc(tornBytes)
      log.warn('journal: cut off a torn write, which was never acknowledged', { bytes: tornBytes })
    },
    onProblem: (problem) => {
      if (problem === undefined) log.info('journal: it can be written again')
      else log.error('journal: it cannot be written; nothing is acknowledged', { problem })
    },
    onQuarantined: (damage) => {
      quarantined = damage
      for (const one of damage) tell(one, log, metrics)
    },
    replacement: (damage) => lostFrames(damage, BigInt(Date.now()) * 1_000_000n),
  })
  return { journal, quarantined }
}

function tell(damage: Damage, log: Log, metrics: Metrics): void {
  metrics.journalQuarantined.inc(damage.bytes)
  log.error('journal: damaged where every step had been already; its bytes are in journal/quarantine', { where: describeDamage(damage) })
}

/** What the steps have done, as their files say. */
export async function placesOf(dataDirectory: string, sealedSize: number, destinations: readonly string[]): Promise<{ floorIndex: number; neededIndex: number | undefined; heldIndex: number | undefined }> {
  const read = (name: string): Promise<number | undefined> => readCursor(join(dataDirectory, 'cursors', `${name}.json`))
  const store = await read('store')
  const forwards = (await Promise.all(destinations.map((name) => read(`forward-${name}`)))).filter((place) => place !== undefined)
  const held = store === undefined ? undefined : Math.min(store, sealedSize)
  return {
    floorIndex: Math.max(sealedSize, store ?? 0, ...forwards),
    neededIndex: held === undefined ? undefined : Math.min(held, ...forwards),
    heldIndex: held,
  }
}

/** Buffers of the frame are views: what is kept of them is copied. */
function remember(recent: Recent, { firstIndex, storedAtNano, entries }: ScannedFrame): void {
  for (const [i, { isRecord, receivedDigest, leafHash, text }] of entries().entries()) {
    const identity = isRecord ? identityOf(text) : undefined
    if (identity === undefined) continue
    recent.add(recentKey(identity.workspace, identity.environment, identity.recordId), {
      receivedDigest: Buffer.from(receivedDigest), leafHash: Buffer.from(leafHash), leafIndex: firstIndex + i, storedAtNano, durable: undefined,
    })
  }
}

/** The idempotency window as it was before the restart, as far as the store knows it. Returns the newest sink time. */
export async function rememberStored(recent: Recent, store: Pick<Store, 'newest'>, origin: string, limit: number): Promise<bigint> {
  let newest = 0n
  for await (const { workspace, environment, recordId, ...known } of store.newest(origin, limit)) {
    recent.add(recentKey(workspace, environment, recordId), { ...known, durable: undefined })
    if (known.storedAtNano > newest) newest = known.storedAtNano
  }
  return newest
}

/** A record of its own for each damage, so that who asks the timeline learns of it as well. */
export async function recordDamage(damage: readonly Damage[], emit: EmitSelf, principal: Parameters<EmitSelf>[2]): Promise<void> {
  for (const one of damage) await emit('blotter.journal.quarantined', attributesOf(one), principal)
}

function attributesOf(damage: Damage): { readonly [key: string]: Value } {
  return {
    [fields.recordId.key]: randomUUID(), [fields.actorId.key]: 'blotter:start', [fields.actorType.key]: 'system', [fields.action.key]: 'UPDATE',
    [fields.targetId.key]: `${basename(damage.segment)}@${damage.offset}`, [fields.targetType.key]: 'journal.segment', [fields.outcome.key]: 'success',
    [fields.reason.key]: `${describeDamage(damage)}: every step had done them`, [fields.integration.key]: 'blotter',
  }
}
