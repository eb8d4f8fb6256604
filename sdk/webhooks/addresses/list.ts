// The addresses that a service sends from, as a second factor beside the signature: fetched in the background, the last
// good list kept for as long as no better one comes. A list says where a request came from, never who sent it: networks
// are shared, so it proves nothing without a signature.

import type { BlockList } from 'node:net'
import { fetchText } from '../fetch-text.ts'
import { checkListOptions } from './options.ts'
import type { AddressListOptions } from './options.ts'
import { parseRanges, readRanges } from './providers.ts'
import { blockList, describeRange, parseAddress } from './ranges.ts'
import type { Range } from './ranges.ts'

export interface AddressCheck {
  /** `unknown`: there is no list yet, or the address was not given or is none. */
  readonly match: 'match' | 'mismatch' | 'unknown'
  /** Milliseconds since the list was fetched; undefined for a fixed one and while there is none. */
  readonly ageMs?: number
}

export interface AddressListStatus {
  readonly provider: string
  readonly ranges: number
  readonly ageMs?: number
  /** Attempts that failed since the last good one. */
  readonly failures: number
}

export interface AddressList extends Disposable {
  readonly mode: 'report' | 'enforce'
  check(address: string | undefined): AddressCheck
  status(): AddressListStatus
  /** Fetches now. Whether the list is the newest afterwards; never rejects. Await it once at start to have a list with the first delivery. */
  refresh(): Promise<boolean>
  /** Fetches no more. The list that is there goes on matching. */
  close(): void
}

interface Current {
  readonly ranges: readonly Range[]
  readonly block: BlockList
  /** Undefined: a fixed list, which does not age. */
  readonly fetchedAtMs?: number
}

/** Bytes; GitHub's answer, the largest known, has about a tenth of it. */
const maxListBytes = 4_194_304

/** How long after a failure it is tried again, doubled with each and never longer than `refreshMs`. */
const retryMs = 30_000

/** Begins to fetch at once. Throws INVALID_OPTIONS. */
export function createAddressList(options: AddressListOptions): AddressList {
  const settings = checkListOptions(options)
  const { provider, refreshMs, clock, mode } = settings
  let current: Current | undefined = provider.ranges === undefined ? undefined : asCurrent(parseRanges(provider.ranges)!)
  let failures = 0
  let dueMs = provider.ranges === undefined ? clock() : Number.POSITIVE_INFINITY
  let pending: Promise<boolean> | undefined
  let timer: NodeJS.Timeout | undefined
  let closed = false

  /** One at a time; those who ask meanwhile share it. */
  function refresh(): Promise<boolean> {
    if (closed || provider.url === undefined) return Promise.resolve(provider.url === undefined)
    pending ??= fetchList(settings).then(take).finally(() => { pending = undefined })
    return pending
  }

  function take(ranges: readonly Range[] | undefined): boolean {
    if (closed) return false
    failures = ranges === undefined ? failures + 1 : 0
    schedule(ranges === undefined ? Math.min(refreshMs, retryMs * 2 ** Math.min(failures - 1, 20)) : refreshMs)
    if (ranges === undefined) return false
    const before = current
    current = asCurrent(ranges, clock())
    if (before !== undefined) tellChange(before.ranges, ranges, settings)
    return true
  }

  /** The timer keeps no process alive. Where timers sleep, as in a frozen function, the next check notices. */
  function schedule(afterMs: number): void {
    clearTimeout(timer)
    dueMs = clock() + afterMs
    timer = setTimeout(() => { void refresh() }, afterMs).unref()
  }

  function age(): { ageMs?: number } {
    return current?.fetchedAtMs === undefined ? {} : { ageMs: Math.max(0, clock() - current.fetchedAtMs) }
  }

  if (dueMs <= clock()) void refresh()
  return {
    mode, refresh,
    check(text) {
      if (clock() >= dueMs) void refresh()
      const address = text === undefined ? undefined : parseAddress(text)
      if (current === undefined || address === undefined) return { match: 'unknown', ...age() }
      return { match: current.block.check(address.text, address.family) ? 'match' : 'mismatch', ...age() }
    },
    status: () => ({ provider: provider.name, ranges: current?.ranges.length ?? 0, failures, ...age() }),
    close() {
      closed = true
      clearTimeout(timer)
    },
    [Symbol.dispose]() { this.close() },
  }
}

function asCurrent(ranges: readonly Range[], fetchedAtMs?: number): Current {
  return { ranges, block: blockList(ranges), ...(fetchedAtMs === undefined ? {} : { fetchedAtMs }) }
}

type Settings = ReturnType<typeof checkListOptions>

/** Undefined for whatever is no good list: an empty or half-readable one never takes the place of one that is. */
async function fetchList({ provider, fetch, timeoutMs }: Settings): Promise<readonly Range[] | undefined> {
  const fetched = await fetchText(provider.url!, { fetch, timeoutMs, maxBytes: maxListBytes, accept: 'application/json, text/plain' })
  return fetched.kind === 'ok' ? readRanges(fetched.text, provider.format) : undefined
}

function tellChange(before: readonly Range[], after: readonly Range[], { onChange, provider }: Settings): void {
  const [old, now] = [new Set(before.map(describeRange)), new Set(after.map(describeRange))]
  const [added, removed] = [[...now].filter((range) => !old.has(range)), [...old].filter((range) => !now.has(range))]
  if (added.length + removed.length === 0) return
  try {
    onChange?.({ provider: provider.name, added, removed })
  } catch {
    process.emitWarning(`onChange of the address list ${provider.name} failed`, { type: 'AuditWarning', code: 'ADDRESS_LIST_CHANGE_FAILED' })
  }
}
