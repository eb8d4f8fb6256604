// How each integration does: traffic, failures, refusals, how long it takes.

import { dashboard } from './dashboard.ts'
import { labelOf } from './labels.ts'
import { list, number, overTime, ranking, states } from './panels.ts'
import { selected } from './selection.ts'
import type { DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard'

const chosen = (...filters: string[]): string => selected(['integration'], ...filters)
const [integration, outcome, decision, errorType, duration] = [labelOf('integration'), labelOf('outcome'), labelOf('decision'), labelOf('errorType'), labelOf('durationMs')]
const failed = `${outcome}=\`failure\``

export const integrationHealth: DashboardBuilder = dashboard({
  uid: 'integration-health', title: 'Integration health', boxes: ['integration'],
  description: 'How each platform does: how much, how it ends, how long it takes, what goes wrong.',
})
  .withPanel(number({ title: 'Records', description: 'In the time shown.', expr: `sum(count_over_time(${chosen()} [$__range]))`, at: [0, 0, 6, 4] }))
  .withPanel(number({ title: 'Failed', description: 'Share of records with outcome `failure` in the time shown, refusals included.', expr: `sum(count_over_time(${chosen(failed)} [$__range])) / sum(count_over_time(${chosen()} [$__range]))`, unit: 'percentunit', at: [6, 0, 6, 4] }))
  .withPanel(number({ title: 'Refused', description: 'Records whose decision was `deny` in the time shown: a refusal is a decision, not a breakdown.', expr: `sum(count_over_time(${chosen(`${decision}=\`deny\``)} [$__range]))`, at: [12, 0, 6, 4] }))
  .withPanel(number({ title: 'Integrations', description: 'How many platforms sent at least one record in the time shown.', expr: `count(sum by (${integration}) (count_over_time(${chosen()} [$__range])))`, at: [18, 0, 6, 4] }))
  .withPanel(overTime({ title: 'Records by integration', description: 'How many records per interval.', expr: `sum by (${integration}) (count_over_time(${chosen()} [$__auto]))`, legend: `{{${integration}}}`, at: [0, 4, 12, 9] }))
  .withPanel(overTime({ title: 'Failures by integration', description: 'Records with outcome `failure` per interval.', expr: `sum by (${integration}) (count_over_time(${chosen(failed)} [$__auto]))`, legend: `{{${integration}}}`, at: [12, 4, 12, 9] }))
  .withPanel(states({ title: 'Share that failed, by integration', description: 'Each row is a platform; the share of its records that failed in each interval. No colour: no record.', expr: `sum by (${integration}) (count_over_time(${chosen(failed)} [$__auto])) / sum by (${integration}) (count_over_time(${chosen()} [$__auto]))`, legend: `{{${integration}}}`, at: [0, 13, 24, 8] }))
  .withPanel(overTime({ title: 'Slowest in twenty', description: '95th percentile of how long a step took per interval, where the sender said.', expr: `quantile_over_time(0.95, ${chosen()} | unwrap ${duration} | __error__=\`\` [$__auto]) by (${integration})`, legend: `{{${integration}}}`, unit: 'ms', at: [0, 21, 12, 9] }))
  .withPanel(ranking({ title: 'Kinds of errors', description: 'Classes of errors in the time shown.', expr: `topk(15, sum by (${errorType}) (count_over_time(${chosen(`${errorType}!=\`\``)} [$__range])))`, legend: `{{${errorType}}}`, at: [12, 21, 12, 9] }))
  .withPanel(list({ title: 'What fails most', description: 'Action by action in the time shown.', expr: `topk(20, sum by (${integration}, ${labelOf('action')}, ${labelOf('targetType')}) (count_over_time(${chosen(failed)} [$__range])))`, at: [0, 30, 24, 9] }, { [integration]: 'Integration', [labelOf('action')]: 'Action', [labelOf('targetType')]: 'Target' }, 'Failures'))
