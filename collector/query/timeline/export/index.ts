// The formats that a timeline is exported in, by the name that is asked for.

import { csv } from './csv.ts'
import { customer, customerJson } from './customer.ts'
import { ecs } from './ecs.ts'
import { json } from './json.ts'
import { markdown } from './markdown.ts'
import { ndjson } from './ndjson.ts'
import { ocsf } from './ocsf.ts'
import { timesketch, timesketchJsonl } from './timesketch.ts'
import type { Exporter } from './exporter.ts'

export { customerFields } from './exporter.ts'
export type { CustomerField, Exporter, ExportOptions } from './exporter.ts'

export const exporters: Readonly<Record<string, Exporter>> = { json, ndjson, csv, markdown, timesketch, 'timesketch-jsonl': timesketchJsonl, ocsf, ecs, customer, 'customer-json': customerJson }

/** A name for the file: when it was made and what it is, in characters that every system takes. */
export function exportFileName(format: string, nowMs: number): string {
  const extension = Object.hasOwn(exporters, format) ? exporters[format]!.extension : 'txt'
  const moment = new Date(nowMs).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')
  return `blotter-timeline-${moment}${format.startsWith('customer') ? '-customer' : format === 'ocsf' || format === 'ecs' || format.startsWith('timesketch') ? `-${format.split('-')[0]}` : ''}.${extension}`
}
