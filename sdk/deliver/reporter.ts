// Gathers what the courier has to say in one turn of the event loop into one message.

import { setImmediate as afterThisTurn } from 'node:timers'
import type { AuditErrorCode } from '../errors.ts'
import type { Receipt } from '../receipt.ts'
import type { Item } from './item.ts'
import type { Failure, News, Notice } from './messages.ts'
import type { ExportOutcome } from './stats.ts'

type Writable<T> = { -readonly [Key in keyof T]: T[Key] extends readonly (infer Member)[] ? Member[] : T[Key] }
type Gathered = Writable<Pick<News, 'spooled' | 'accepted' | 'failed' | 'dropped' | 'exports' | 'notices'>>

export interface Reporter {
  spooled(item: Item): void
  accepted(handle: number | undefined, receipt: Receipt): void
  /** `final`: it will never be taken. */
  failed(item: { readonly handle: number; readonly recordId: string }, failure: Failure, final: boolean): void
  dropped(item: Item | undefined): void
  exported(durationMs: number, outcome: ExportOutcome): void
  notice(code: AuditErrorCode, message: string): void
  /** Something of the state has changed. */
  changed(): void
  /** Says what there is to say now. */
  flush(): void
}

/** What news say beside what happened: read when they go out. */
export type State = Pick<News, 'busy' | 'why' | 'problem'> & { readonly spoolRecords: number; readonly spoolBytes: number }

export function createReporter(tell: (news: News) => void, stateOf: () => State): Reporter {
  let gathered: Gathered | undefined
  let counts = { spooled: 0, accepted: 0, refused: 0, dropped: 0 }

  function gather(): Gathered {
    if (gathered === undefined) {
      gathered = { spooled: [], accepted: [], failed: [], dropped: [], exports: [], notices: [] }
      afterThisTurn(flush)
    }
    return gathered
  }

  function flush(): void {
    if (gathered === undefined) return
    const { spoolRecords, spoolBytes, ...state } = stateOf()
    const news: News = { kind: 'news', ...gathered, ...state, counts: { ...counts, spoolRecords, spoolBytes } }
    gathered = undefined
    counts = { spooled: 0, accepted: 0, refused: 0, dropped: 0 }
    tell(news)
  }

  return {
    spooled({ handle }) {
      counts.spooled += 1
      gather().spooled.push(handle)
    },
    accepted(handle, receipt) {
      counts.accepted += 1
      const { accepted } = gather()
      if (handle !== undefined) accepted.push({ handle, receipt })
    },
    failed({ handle, recordId }, failure, final) {
      if (final) counts.refused += 1
      gather().failed.push({ handle, recordId, failure, final })
    },
    dropped(item) {
      counts.dropped += 1
      const { dropped } = gather()
      if (item !== undefined) dropped.push(item.handle)
    },
    exported: (durationMs, outcome) => { gather().exports.push({ durationMs, outcome }) },
    notice: (code, message: Notice['message']) => { gather().notices.push({ code, message }) },
    changed: () => { gather() },
    flush,
  }
}
