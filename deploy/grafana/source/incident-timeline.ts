// One request, actor or payload from the first record to the last.

import { dashboard } from './dashboard.ts'
import { labelOf, labels } from './labels.ts'
import { lines, list, number, overTime, ranking } from './panels.ts'
import { selected } from './selection.ts'
import type { DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard'

const boxes = ['integration', 'actor', 'requestId'] as const
const chosen = (...filters: string[]): string => selected(boxes, ...filters)
const [integration, actor, action, target, outcome] = [labelOf('integration'), labelOf('actorId'), labelOf('action'), labelOf('targetId'), labelOf('outcome')]

const columns = [[integration, 12], [actor, 24], [action, 10], [target, 30], [outcome, 8]] as const
const line = `${columns.map(([label, width]) => `{{printf "%-${width}s" .${label}}}`).join(' ')}{{if .${labelOf('decision')}}} {{.${labelOf('decision')}}}{{end}}`
  + `{{if .${labelOf('attempt')}}} try {{.${labelOf('attempt')}}}{{end}}{{if .${labelOf('errorType')}}} [{{.${labelOf('errorType')}}}]{{end}}{{if .${labelOf('reason')}}} {{.${labelOf('reason')}}}{{end}}`

export const incidentTimeline: DashboardBuilder = dashboard({
  uid: 'incident-timeline', title: 'Incident timeline', boxes: ['requestId', 'integration', 'actor'],
  description: 'One request, actor or payload from the first record to the last, across every integration. Paste what you have into the boxes; what is left empty does not narrow.',
})
  .withPanel(number({ title: 'Environment shown', description: 'How many records of each environment are on this page. The environment comes from the API key, not from the sender.', expr: `sum by (${labels.environment}) (count_over_time(${chosen()} [$__range]))`, legend: `{{${labels.environment}}}`, at: [0, 0, 24, 4] }))
  .withPanel(lines({ title: 'What happened, in order', description: 'Oldest first: integration, actor, action, target, outcome, attempt, error, reason. Open a line for every field, and for the links to its request, trace and payload.', expr: `${chosen()} | line_format \`${line}\``, at: [0, 4, 24, 16] }))
  .withPanel(overTime({ title: 'Records by outcome', description: 'How many records per interval, by how they ended. A refusal is an outcome `failure` too.', expr: `sum by (${outcome}) (count_over_time(${chosen()} [$__auto]))`, legend: `{{${outcome}}}`, at: [0, 20, 12, 9] }))
  .withPanel(ranking({ title: 'Failures by integration', description: 'Where it fails: records with outcome `failure` in the time shown.', expr: `topk(15, sum by (${integration}) (count_over_time(${chosen(`${outcome}=\`failure\``)} [$__range])))`, legend: `{{${integration}}}`, at: [12, 20, 12, 9] }))
  .withPanel(list({ title: 'Top actors', description: 'Who did most of it in the time shown.', expr: `topk(20, sum by (${actor}, ${labelOf('actorType')}) (count_over_time(${chosen()} [$__range])))`, at: [0, 29, 12, 9] }, { [actor]: 'Actor', [labelOf('actorType')]: 'Type' }, 'Records'))
  .withPanel(list({ title: 'Attempts per delivery', description: 'The highest attempt number of each delivery in the time shown: what was tried again and again.', expr: `topk(20, max_over_time(${chosen(`${labelOf('deliveryId')}!=\`\``)} | unwrap ${labelOf('attempt')} | __error__=\`\` [$__range]) by (${labelOf('deliveryId')}, ${integration}))`, at: [12, 29, 12, 9] }, { [labelOf('deliveryId')]: 'Delivery', [integration]: 'Integration' }, 'Attempts'))
