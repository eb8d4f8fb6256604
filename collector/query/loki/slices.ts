// A window in slices, the first of which is likely to hold what the asker will take. The store sorts what lies in a window
// before it gives a page of it, so that windows should not be much larger than what is taken out of them.

import type { LogCondition, LogWindow, StreamTotal } from '../../store/log-rows.ts'

/** Of which a condition leaves a few. */
const searchedEntries = 100_000
const growth = 8n
const secondNano = 1_000_000_000n

interface Asked extends LogWindow { readonly direction: 'forward' | 'backward' }

/** `wanted`: entries that the first page takes. */
export function slicesOf({ fromNano, toNano, direction }: Asked, totals: readonly StreamTotal[], condition: LogCondition | undefined, wanted: number): Iterable<LogWindow> {
  const first = totals.reduce((least, { firstNano }) => (firstNano < least ? firstNano : least), toNano)
  const last = totals.reduce((most, { lastNano }) => (lastNano > most ? lastNano : most), fromNano - 1n)
  const window = { fromNano: fromNano > first ? fromNano : first, toNano: toNano < last + 1n ? toNano : last + 1n }
  const entries = totals.reduce((sum, total) => sum + total.entries, 0)
  return slices(window, direction, firstLength(window, entries, condition === undefined ? wanted * 2 : searchedEntries))
}

function firstLength({ fromNano, toNano }: LogWindow, entries: number, searched: number): bigint {
  const share = BigInt(Math.ceil(Math.min(searched / Math.max(entries, 1), 1) * 1_000_000))
  const length = ((toNano - fromNano) * share) / 1_000_000n
  return length > secondNano ? length : secondNano
}

/** Each several times as long as the one before it. */
function* slices({ fromNano, toNano }: LogWindow, direction: Asked['direction'], firstNano: bigint): Generator<LogWindow> {
  for (let [from, to, length] = [fromNano, toNano, firstNano]; from < to; length *= growth) {
    const whole = length >= to - from
    if (direction === 'forward') { yield { fromNano: from, toNano: whole ? to : from + length }; from = whole ? to : from + length }
    else { yield { fromNano: whole ? from : to - length, toNano: to }; to = whole ? from : to - length }
  }
}
