// A time as people write it in a question: RFC 3339 (up to nanoseconds), a date, `now`, or how long ago.

export type Problem = (field: string, description: string) => void

const unitMs: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

export function parseTime(source: string | undefined, nowMs: number, field: string, problem: Problem): bigint | undefined {
  if (source === undefined) return undefined
  if (source === 'now') return BigInt(nowMs) * 1_000_000n
  const ago = /^([1-9][0-9]{0,5})([smhd])$/.exec(source)
  if (ago !== null) return BigInt(Math.max(0, nowMs - Number(ago[1]) * unitMs[ago[2]!]!)) * 1_000_000n
  const absolute = /^(\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})$/.exec(source.includes('T') || source.includes(' ') ? source : `${source}T00:00:00Z`)
  const ms = absolute === null ? Number.NaN : Date.parse(`${absolute[1]!.replace(' ', 'T')}${absolute[3]}`)
  if (Number.isNaN(ms) || ms < 0) { problem(field, 'a time such as 2026-11-24T06:10:34Z, 2026-11-24, now, 15m, 24h or 7d'); return undefined }
  return BigInt(ms) * 1_000_000n + BigInt((absolute![2] ?? '').padEnd(9, '0'))
}
