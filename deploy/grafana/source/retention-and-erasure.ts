// How long what is kept, what was erased, and who looked at it or took it away.

import { dashboard } from './dashboard.ts'
import { labelOf, labels } from './labels.ts'
import { lines, list, number, overTime } from './panels.ts'
import { events, selected } from './selection.ts'
import type { DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard'

const chosen = (...filters: string[]): string => selected([], ...filters)
const [retentionClass, actor] = [labelOf('retentionClass'), labelOf('actorId')]
const own = 'Blotter’s own records lie in workspace `blotter`, environment `system`: choose a data source whose key is for that.'

export const retentionAndErasure: DashboardBuilder = dashboard({
  uid: 'retention-and-erasure', title: 'Retention and erasure', from: 'now-7d',
  description: 'Which classes records are kept under, what was erased and by which policy, what was redacted, read and exported.',
})
  .withPanel(overTime({ title: 'Records by retention class', description: 'How many records per interval are kept under which class.', expr: `sum by (${retentionClass}) (count_over_time(${chosen()} [$__auto]))`, legend: `{{${retentionClass}}}`, at: [0, 0, 12, 9] }))
  .withPanel(overTime({ title: 'Bytes by retention class', description: 'Bytes of lines per interval.', expr: `sum by (${retentionClass}) (bytes_over_time(${chosen()} [$__auto]))`, legend: `{{${retentionClass}}}`, unit: 'bytes', at: [12, 0, 12, 9] }))
  .withPanel(number({ title: 'Records erased', description: `In the time shown. ${own}`, expr: `sum(sum_over_time(${chosen(events('blotter.retention.erased'))} | unwrap ${labels.erased} | __error__=\`\` [$__range]))`, at: [0, 9, 8, 4] }))
  .withPanel(number({ title: 'Values redacted', description: 'In the time shown, in processes and in the collector together.', expr: `sum(sum_over_time(${chosen()} | unwrap ${labelOf('redactionCount')} | __error__=\`\` [$__range]))`, at: [8, 9, 8, 4] }))
  .withPanel(number({ title: 'Exports', description: 'Timelines that were taken out in the time shown.', expr: `sum(count_over_time(${chosen(events('blotter.records.exported'))} [$__range]))`, at: [16, 9, 8, 4] }))
  .withPanel(lines({ title: 'Erasures, holds and changes of policy', description: `Oldest first. ${own}`, expr: chosen(events('blotter.retention.*', 'blotter.hold.*', 'blotter.redaction.changed', 'blotter.fingerprint.epoch_.*')), at: [0, 13, 24, 9] }))
  .withPanel(list({ title: 'Who read personal fields, and who exported', description: 'By key, in the time shown.', expr: `topk(50, sum by (${actor}, ${labels.event}) (count_over_time(${chosen(events('blotter.records.*'))} [$__range])))`, at: [0, 22, 24, 9] }, { [actor]: 'Key', [labels.event]: 'Event' }, 'Times'))
