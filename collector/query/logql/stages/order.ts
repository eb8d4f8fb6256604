// Line filters are the cheapest stages and go first, up to what writes the line anew. That includes those behind a
// decolorize, which therefore see the colours, as in Loki.

import type { Stage } from '../ast.ts'

export function filtersFirst(stages: readonly Stage[]): readonly Stage[] {
  const ordered: Stage[] = []
  let start = 0
  for (const stage of stages) {
    if (stage.kind === 'lineFilter') ordered.splice(start++, 0, stage)
    else ordered.push(stage)
    if (stage.kind === 'lineFormat' || stage.kind === 'unpack') start = ordered.length
  }
  return ordered
}
