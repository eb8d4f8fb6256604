// One case: a query and how it is asked. Answers are brought into one form in which equal answers are equal texts.

export interface Question {
  /** Where it belongs in the summary. */
  readonly group: string
  readonly query: string
  readonly kind: 'log' | 'range' | 'instant'
  readonly direction?: 'forward' | 'backward'
  readonly limit?: number
  readonly stepSeconds?: number
}

/** Lines of text, sorted where order means nothing; or refused, and what was said. */
export type Answer = { readonly rows: readonly string[] } | { readonly refused: string }

export const LIMIT = 2000
export const STEP_SECONDS = 60

/** Labels as a text in order of names. */
export function labelText(labels: Iterable<readonly [string, string]>): string {
  return JSON.stringify([...labels].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([name, value]) => `${name}=${value}`))
}

/** Without its time, which Loki has wrong. */
export function scalarText(value: string): string {
  return `scalar ${sampleText(0, value)}`
}

export function sampleText(seconds: number, value: string): string {
  return `${seconds}:${value}`
}

/** Whether two answers agree; numbers may differ in their last digits, as sums in another order do. */
export function verdict(ours: Answer, theirs: Answer): 'same' | 'digits' | 'different' {
  if ('refused' in ours || 'refused' in theirs) return 'refused' in ours && 'refused' in theirs ? 'same' : 'different'
  if (ours.rows.join('\n') === theirs.rows.join('\n')) return 'same'
  const close = ours.rows.length === theirs.rows.length && ours.rows.every((row, i) => isClose(row, theirs.rows[i] ?? ''))
  return close ? 'digits' : 'different'
}

const sampleValue = /(?<=:)-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/

function isClose(a: string, b: string): boolean {
  if (a === b) return true
  const [left, right] = [a.split(' '), b.split(' ')]
  return left.length === right.length && left.every((word, i) => word === right[i] || isCloseSample(word, right[i] ?? ''))
}

function isCloseSample(a: string, b: string): boolean {
  const [x, y] = [Number(sampleValue.exec(a)?.[0]), Number(sampleValue.exec(b)?.[0])]
  return a.split(':')[0] === b.split(':')[0] && Math.abs(x - y) <= 1e-9 * Math.max(Math.abs(x), Math.abs(y))
}
