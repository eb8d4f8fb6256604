// blotter retention

import { clientFlags, clientHelp, createClient } from './client.ts'
import { UsageError, noMore, readFlags } from './flags.ts'
import { table } from './table.ts'
import type { Command } from './flags.ts'
import type { Erasure } from '../retain/apply.ts'
import type { PlannedErasure, RetentionPlan } from '../retain/plan.ts'

export const command: Command = {
  help: `blotter retention: what has been kept long enough.

  blotter retention plan     what would be deleted now, and why; deletes nothing
  blotter retention apply    delete it; with a retention.yaml the collector does the same every hour

  --json       the answer as JSON
${clientHelp}
Records are deleted by class and period, as whole partitions. What was deleted leaves a tombstone in the log.
`,
  async run(words) {
    const { flags, words: [action, ...rest] } = readFlags(words, clientFlags, ['json'])
    noMore(rest)
    const client = createClient(flags)
    const json = flags['json'] === true
    if (action === 'plan') {
      const plan = await (await client.get('/v1/retention/plan')).json() as PlanAnswer
      process.stdout.write(json ? `${JSON.stringify(plan, null, 2)}\n` : renderPlan(plan))
    } else if (action === 'apply') {
      const { erased } = await (await client.post('/v1/retention/apply')).json() as { erased: Erasure[] }
      process.stdout.write(json ? `${JSON.stringify({ erased }, null, 2)}\n` : renderErased(erased))
    } else throw new UsageError('say plan or apply; see --help')
    return 0
  },
}

type PlanAnswer = RetentionPlan & { readonly policy: { readonly source: string; readonly version: string } }

function renderPlan({ policy, erase, keep, unknown }: PlanAnswer): string {
  const head = ['CLASS', 'PERIOD', 'RECORDS', 'ON DISK', 'KEPT', 'EXPIRED', 'WHY']
  const row = (planned: PlannedErasure): string[] => [planned.retentionClass, planned.period, String(planned.rows), megabytes(planned.bytes), `${planned.keepDays}d`, planned.expiredAt.slice(0, 10), planned.why]
  const next = [...keep].sort((a, b) => a.expiredAt.localeCompare(b.expiredAt)).slice(0, 5)
  return [
    `Policy: ${policy.source} (version ${policy.version})\n`,
    erase.length === 0 ? '\nNothing has been kept long enough to be deleted.\n' : `\nWould be deleted now:\n${table(head, erase.map(row))}`,
    next.length === 0 ? '' : `\nNext to expire:\n${table(head.with(5, 'EXPIRES'), next.map(row))}`,
    unknown.length === 0 ? '' : `\nIn classes that the policy does not name, and kept until it does:\n${table(['CLASS', 'PERIOD', 'RECORDS'], unknown.map(({ retentionClass, period, rows }) => [retentionClass, period, String(rows)]))}`,
  ].join('')
}

function renderErased(erased: readonly Erasure[]): string {
  if (erased.length === 0) return 'Nothing had been kept long enough to be deleted.\n'
  return table(['CLASS', 'PERIOD', 'RECORDS', 'TOMBSTONE'], erased.map(({ retentionClass, period, rows, tombstoneIndex, skipped }) => [retentionClass, period, String(rows), tombstoneIndex === undefined ? `left: ${skipped ?? 'empty'}` : `leaf ${tombstoneIndex}`]))
}

function megabytes(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}
