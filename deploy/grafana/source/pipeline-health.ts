// Whether everything arrives: gaps, silences, refusals, records that came incomplete.

import { dashboard } from './dashboard.ts'
import { labelOf, labels } from './labels.ts'
import { lines, list, number, overTime } from './panels.ts'
import { events, selected } from './selection.ts'
import type { DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard'

const chosen = (...filters: string[]): string => selected([], ...filters)
const [integration, reason, incomplete] = [labelOf('integration'), labelOf('reason'), labelOf('incomplete')]

export const pipelineHealth: DashboardBuilder = dashboard({
  uid: 'pipeline-health', title: 'Pipeline health',
  description: 'Whether everything arrives: what is missing, who fell silent, what was refused. The collector’s own numbers are at /metrics and in `blotter status`.',
})
  .withPanel(number({ title: 'Records missing', description: 'Numbers of streams that did not arrive, in the time shown.', expr: `sum(sum_over_time(${chosen(events('blotter.sequence.gap'))} | unwrap ${labels.missing} | __error__=\`\` [$__range]))`, at: [0, 0, 6, 4] }))
  .withPanel(number({ title: 'Sources that fell silent', description: 'In the time shown; some may be back.', expr: `sum(count_over_time(${chosen(events('blotter.source.silent'))} [$__range]))`, at: [6, 0, 6, 4] }))
  .withPanel(number({ title: 'Requests refused', description: 'By the collector, in the time shown, where their key was one of this workspace.', expr: `sum(sum_over_time(${chosen(events('blotter.request.refused'))} | unwrap ${labels.refusedCount} | __error__=\`\` [$__range]))`, at: [12, 0, 6, 4] }))
  .withPanel(number({ title: 'Incomplete records', description: 'Records that lacked what an audit record must say, or lost attributes in their SDK, in the time shown.', expr: `sum(count_over_time(${chosen(`${incomplete}!=\`\``)} [$__range]))`, at: [18, 0, 6, 4] }))
  .withPanel(overTime({ title: 'Records by service', description: 'How many records per interval.', expr: `sum by (${labels.service}) (count_over_time(${chosen()} [$__auto]))`, legend: `{{${labels.service}}}`, at: [0, 4, 12, 9] }))
  .withPanel(overTime({ title: 'Bytes by service', description: 'Bytes of lines per second.', expr: `sum by (${labels.service}) (bytes_rate(${chosen()} [$__auto]))`, legend: `{{${labels.service}}}`, unit: 'Bps', at: [12, 4, 12, 9] }))
  .withPanel(overTime({ title: 'Refusals by reason', description: 'Requests that the collector refused, per interval.', expr: `sum by (${reason}) (sum_over_time(${chosen(events('blotter.request.refused'))} | unwrap ${labels.refusedCount} | __error__=\`\` [$__auto]))`, legend: `{{${reason}}}`, at: [0, 13, 12, 9] }))
  .withPanel(list({ title: 'Incomplete records by sender', description: 'Who sends records that lack something, and what they lack.', expr: `topk(50, sum by (${labels.service}, ${integration}, ${incomplete}) (count_over_time(${chosen(`${incomplete}!=\`\``)} [$__range])))`, at: [12, 13, 12, 9] }, { [labels.service]: 'Service', [integration]: 'Integration', [incomplete]: 'Lacks' }, 'Records'))
  .withPanel(lines({ title: 'Gaps, silences and alerts', description: 'Oldest first.', expr: chosen(events('blotter.sequence.*', 'blotter.source.*', 'blotter.alert.*', 'blotter.journal.*')), at: [0, 22, 24, 10] }))
