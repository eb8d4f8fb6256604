// Whether the spool's directory can be used, asked once at the start: whoever named it should hear of it there, and not
// in an outage. Nobody named the default, so that without it the plugin goes on in memory, and says so.

import { resolve } from 'node:path'
import { AuditError } from '../errors.ts'
import { prepareDirectory } from '../spool/directory.ts'
import type { CheckedLogsOptions } from './logs-options.ts'
import type { Reports } from './reports.ts'

export interface UsableDirectory { readonly directory: string; readonly maxBytes?: number }

export function checkDirectory(spool: CheckedLogsOptions['spool'], reports: Pick<Reports, 'problem'>): UsableDirectory | undefined {
  if (spool === false) return undefined
  const { directory, chosen, ...rest } = spool
  const whole = resolve(directory) // the app may change its working directory
  try {
    prepareDirectory(whole)
    return { directory: whole, ...rest }
  } catch (error) {
    if (chosen) throw error
    reports.problem(new AuditError('SPOOL_FAILED', 'log records wait in memory only'))
    return undefined
  }
}
