// One JSON value a line: what happened (`kind` record or gap), in order, and last a summary with everything else.

import { momentsOf } from './story.ts'
import type { Exporter } from './exporter.ts'

export const ndjson: Exporter = {
  contentType: 'application/x-ndjson',
  extension: 'ndjson',
  * write(answer) {
    for (const moment of momentsOf(answer)) yield line(moment.kind === 'record' ? { kind: 'record', ...moment.record } : { kind: 'gap', gap: moment.gap })
    const { records, gaps: _, ...rest } = answer
    yield line({ kind: 'summary', shown: records.length, ...rest })
  },
}

export function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`
}
