// What each actor did, to what, and how it ended.

import { dashboard } from './dashboard.ts'
import { labelOf } from './labels.ts'
import { lines, list, overTime, ranking } from './panels.ts'
import { selected } from './selection.ts'
import type { DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard'

const chosen = (...filters: string[]): string => selected(['actor'], ...filters)
const [actor, type, action, outcome] = [labelOf('actorId'), labelOf('actorType'), labelOf('action'), labelOf('outcome')]

export const whoDidWhat: DashboardBuilder = dashboard({
  uid: 'who-did-what', title: 'Who did what', boxes: ['actor'], from: 'now-24h',
  description: 'What people, services and automations did, and what they were refused.',
})
  .withPanel(list({ title: 'Actors and their actions', description: 'How often each actor did what in the time shown.', expr: `topk(100, sum by (${actor}, ${type}, ${action}) (count_over_time(${chosen()} [$__range])))`, at: [0, 0, 12, 12] }, { [actor]: 'Actor', [type]: 'Type', [action]: 'Action' }, 'Records'))
  .withPanel(list({ title: 'Refused', description: 'Who was refused what in the time shown.', expr: `topk(50, sum by (${actor}, ${action}, ${labelOf('reason')}) (count_over_time(${chosen(`${labelOf('decision')}=\`deny\``)} [$__range])))`, at: [12, 0, 12, 12] }, { [actor]: 'Actor', [action]: 'Action', [labelOf('reason')]: 'Reason' }, 'Refusals'))
  .withPanel(overTime({ title: 'Records by kind of actor', description: 'People, services and systems, per interval.', expr: `sum by (${type}) (count_over_time(${chosen()} [$__auto]))`, legend: `{{${type}}}`, at: [0, 12, 12, 9] }))
  .withPanel(ranking({ title: 'Actions', description: 'What was done in the time shown.', expr: `topk(15, sum by (${action}) (count_over_time(${chosen()} [$__range])))`, legend: `{{${action}}}`, at: [12, 12, 12, 9] }))
  .withPanel(lines({ title: 'Records of people', description: 'What users did, oldest first. Services and systems are left out: see the table above.', expr: `${chosen(`${type}=\`user\``)} | line_format \`{{printf "%-28s" .${actor}}} {{printf "%-10s" .${action}}} {{.${labelOf('targetType')}}}:{{.${labelOf('targetId')}}} {{.${outcome}}}{{if .${labelOf('reason')}}} ({{.${labelOf('reason')}}}){{end}}\``, at: [0, 21, 24, 12] }))
