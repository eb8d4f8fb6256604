// From the text that the caller packed to the entry that is stored and sent: redacted, then fingerprinted. What has a
// payload waits for the workspace's key when there is none yet, in memory: without a spool for as long as its caller
// does, with one only for a moment. Then the redacted payload goes to the spool, and is fingerprinted when the key comes.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { AuditError } from '../errors.ts'
import type { Keyring } from '../keyring.ts'
import { logRecordText } from '../log-record.ts'
import { unpack } from '../pack.ts'
import type { PackOptions } from '../pack.ts'
import { finish } from '../payload.ts'
import type { Draft, Protect } from '../payload.ts'
import type { Timing } from '../time.ts'
import { unfinished } from './finish.ts'
import { createMemo } from './item.ts'
import type { Item } from './item.ts'
import type { Failure, Handed } from './messages.ts'

export interface IntakeOptions extends PackOptions {
  readonly protect: Protect
  readonly keyring: Keyring
  /** Whether records may go on without a fingerprint: there is a disk on which it can be made up for. */
  readonly hasDisk: () => boolean
  readonly timing: Timing
  /** The entry is made. */
  readonly ready: (item: Item) => void
  readonly failed: (item: Item, failure: Failure, final: boolean) => void
  /** All that was taken is ready, held, or failed. */
  readonly rested: () => void
  /** What the last attempt to get the key failed of. */
  readonly why: (why: string) => void
}

export interface Intake {
  take(records: readonly Handed[]): void
  /** All that is here becomes ready now, with or without the key. */
  takeAllNow(): void
  /** Nobody waits for it any more. Returns what it would have been, for a gap record. */
  withdraw(item: Item): Draft | undefined
  /** Keeps the text of a record whose caller may ask again: redacting it anew might not make the same bytes. */
  remember(item: Item): void
  readonly size: number
  find(handle: number): Item | undefined
}

/** How long one turn of the event loop may be held up, in the caller's thread. */
const sliceMs = 4

/** How long a record with a payload waits for the first key before it goes to the disk without. */
const keyPatienceMs = 1_000

const mostRemembered = 1_000

export function createIntake({ protect, keyring, hasDisk, timing, ready, failed, rested, why, ...packing }: IntakeOptions): Intake {
  let waiting: Handed[] = []
  let working = false
  const held = new Map<number, { readonly item: Item; readonly draft: Draft }>()
  let asking = false
  let impatient = false
  const remembered = createMemo<Item['entry']>(mostRemembered)

  async function work(): Promise<void> {
    working = true
    while (waiting.length > 0) {
      const endMs = performance.now() + sliceMs
      let done = 0
      while (done < waiting.length && performance.now() < endMs) redact(waiting[done++]!)
      waiting = waiting.slice(done)
      if (waiting.length > 0) await nextTurn()
    }
    working = false
    rested()
  }

  function redact(handed: Handed): void {
    const item: Item = { ...handed, place: 'held', entry: remembered.take(handed.recordId) }
    if (item.entry !== undefined) return ready(item)
    try {
      const { record, reading } = unpack(item.text, packing)
      admit(item, protect.draftOf(record, reading))
    } catch (error) {
      failed(item, error instanceof AuditError ? { code: error.code, detail: detailOf(error), problems: error.problems } : { code: 'INTERNAL', detail: 'the event could not be read' }, true)
    }
  }

  function admit(item: Item, draft: Draft): void {
    const key = keyring.current
    if (draft.payload === undefined) release(item, draft)
    else if (key !== undefined || (impatient && hasDisk())) release(item, draft)
    else {
      held.set(item.handle, { item, draft })
      if (!asking) void ask()
    }
  }

  function release(item: Item, draft: Draft): void {
    const key = keyring.current
    const record = draft.payload === undefined ? draft.record : key === undefined ? unfinished(draft) : finish(draft, key)
    item.entry = { recordId: item.recordId, text: logRecordText(record) }
    ready(item)
  }

  async function ask(): Promise<void> {
    asking = true
    const stopWaiting = timing.after(keyPatienceMs, () => { if (hasDisk()) loseWait() }, false)
    while (held.size > 0) {
      const fetched = await keyring.ask()
      if (fetched.kind === 'ok') releaseAll()
      else if (hasDisk()) loseWait()
      else if (fetched.kind === 'retry') why(`${fetched.why}, asking for the fingerprint key`)
      else for (const { item } of takeHeld()) failed(item, { ...fetched }, item.mayDrop)
    }
    stopWaiting()
    asking = false
  }

  function loseWait(): void {
    impatient = true
    releaseAll()
  }

  function releaseAll(): void {
    for (const { item, draft } of takeHeld()) release(item, draft)
  }

  function takeHeld(): { readonly item: Item; readonly draft: Draft }[] {
    const all = [...held.values()]
    held.clear()
    return all
  }

  return {
    take(records) {
      waiting = waiting.length === 0 ? [...records] : waiting.concat(records)
      if (!working) void work()
    },
    takeAllNow() {
      for (const handed of waiting.splice(0)) redact(handed)
      releaseAll()
    },
    withdraw({ handle }) {
      const found = held.get(handle)
      held.delete(handle)
      return found?.draft
    },
    remember({ recordId, entry }) { if (entry !== undefined) remembered.set(recordId, { ...entry }) },
    get size() { return waiting.length + held.size },
    find: (handle) => held.get(handle)?.item,
  }
}

/** The message of one of our errors begins with the meaning of its code, which the caller's side puts there again. */
function detailOf({ problems, message }: AuditError): string {
  return problems === undefined ? message : problems.map(({ key, got, want }) => `${key}: got ${got}, want ${want}`).join('; ')
}
