// Where Loki 3.5 is wrong, known to be, and not followed: the same query means the right thing here. They count as
// different in the summary, and are not shown as examples.

import type { Answer } from './question.ts'

interface Fault { readonly why: string; readonly pattern: RegExp; /** Only where we refuse. */ readonly refused: boolean }

const faults: readonly Fault[] = [
  // grafana/loki#23890, mended in #23906.
  { why: 'a grouped average is split into a sum and a count, and the count forgets what follows the unwrap', pattern: /avg_over_time\s*\([^[]*unwrap[^[]*\[[^\]]*\][^)]*\)\s*(?:by|without)/i, refused: false },
  { why: 'a line_format whose result nobody reads is left out, with its errors', pattern: /count_over_time.*line_format "\{\{/, refused: true },
]

export function faultOf(query: string, ours: Answer): string | undefined {
  return faults.find(({ pattern, refused }) => refused === 'refused' in ours && pattern.test(query))?.why
}
