// What is lost when the collector has trouble: the same bursts, outages and ends with the stock OpenTelemetry SDK and
// with ours. See README.md for what each figure means.

import { availableParallelism } from 'node:os'
import { readOptions } from './support/options.ts'
import { outageRows } from './support/outage-rows.ts'
import { runOutage, subjects } from './support/outage-run.ts'
import { figure, machine, machineLine, progress, table } from './support/report.ts'
import type { OutageRow } from './support/outage-rows.ts'
import type { Outcome, Subject } from './support/outage-run.ts'

const help = `Records lost in bursts, outages and ends of the process.

  node --conditions=@blotter/source test/bench/outage.ts

  --only ID,…      rows, such as burst,kill: see the first column. Default all
  --subjects S,…   of ${subjects.join(', ')}. Default all
  --length L       full (outages of 15 to 60 s, about 8 minutes) or quick (1 and 2 s). Default full
  --json           figures for a program
`

const options = readOptions(help, ['only', 'subjects', 'length'])
const all = outageRows(options.text('length') === 'quick')
const only = options.list('only', all.map(({ id }) => id))
const chosen = options.list('subjects', subjects) as readonly Subject[]

interface Result { readonly row: OutageRow; readonly subject: Subject; readonly outcome: Outcome }

const results: Result[] = []
for (const row of all.filter(({ id }) => only.includes(id))) {
  progress(row.name)
  const runs = chosen.map((subject) => async () => { results.push({ row, subject, outcome: await runOutage(row, subject) }) })
  // Subjects of one row take turns where there are few cores: each of them waits most of the time.
  if (availableParallelism() > 1) await Promise.all(runs.map((run) => run()))
  else for (const run of runs) await run()
}
progress('')

if (options.json) process.stdout.write(`${JSON.stringify({ machine: machine(), results }, null, 2)}\n`)
else {
  const cells = results.toSorted((a, b) => all.indexOf(a.row) - all.indexOf(b.row) || subjects.indexOf(a.subject) - subjects.indexOf(b.subject)).map(({ row, subject, outcome }) => {
    const { emitted, told, delivered, lost, broken, twice, ms, ended } = outcome
    const share = lost === 0 ? '' : `${figure(lost / emitted * 100)} %`
    return [row.id, row.name, subject, figure(emitted), figure(told), figure(delivered), figure(lost), share, figure(broken), figure(twice), figure(ms / 1000), ended]
  })
  process.stdout.write(`${machineLine()}\n`)
  process.stdout.write(table(['', '', '', 'emitted', 'told safe', 'delivered', 'lost', '', 'told, lost', 'twice', 's', 'end'], cells, 3))
}
