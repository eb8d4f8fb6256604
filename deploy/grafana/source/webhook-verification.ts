// Who sends webhooks, how far their proof goes, and what was refused and why.

import { dashboard } from './dashboard.ts'
import { labelOf, labels } from './labels.ts'
import { lines, list, number, overTime } from './panels.ts'
import { events, selected } from './selection.ts'
import type { DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard'

const chosen = (...filters: string[]): string => selected(['integration'], ...filters)
const [received, refused] = [events('webhook.received'), events('webhook.refused')]
const [scheme, grade, reason, address] = [labels.webhookScheme, labels.webhookGrade, labelOf('reason'), labelOf('sourceId')]

export const webhookVerification: DashboardBuilder = dashboard({
  uid: 'webhook-verification', title: 'Webhook verification', boxes: ['integration'],
  description: 'Deliveries that were verified, how far the proof goes (A: body and time are signed; B: the body; C: a part; D: a secret was sent along), and what was refused.',
})
  .withPanel(number({ title: 'Verified', description: 'Deliveries that were let in, in the time shown.', expr: `sum(count_over_time(${chosen(received)} [$__range]))`, at: [0, 0, 8, 4] }))
  .withPanel(number({ title: 'Refused', description: 'Deliveries that were turned away, in the time shown.', expr: `sum(count_over_time(${chosen(refused)} [$__range]))`, at: [8, 0, 8, 4] }))
  .withPanel(number({ title: 'Share refused', description: 'A sudden rise is a rotated secret or somebody trying.', expr: `sum(count_over_time(${chosen(refused)} [$__range])) / sum(count_over_time(${chosen(events('webhook.*'))} [$__range]))`, unit: 'percentunit', at: [16, 0, 8, 4] }))
  .withPanel(overTime({ title: 'Deliveries by proof', description: 'Grade of the proof per interval.', expr: `sum by (${grade}) (count_over_time(${chosen(received)} [$__auto]))`, legend: `grade {{${grade}}}`, at: [0, 4, 12, 9] }))
  .withPanel(overTime({ title: 'Refusals by reason', description: 'Why deliveries were turned away, per interval. The senders were not told.', expr: `sum by (${reason}) (count_over_time(${chosen(refused)} [$__auto]))`, legend: `{{${reason}}}`, at: [12, 4, 12, 9] }))
  .withPanel(list({ title: 'Schemes', description: 'How each sender signs, in the time shown.', expr: `topk(50, sum by (${scheme}, ${grade}) (count_over_time(${chosen(events('webhook.*'))} [$__range])))`, at: [0, 13, 12, 9] }, { [scheme]: 'Scheme', [grade]: 'Grade' }, 'Deliveries'))
  .withPanel(list({ title: 'Where refused deliveries came from', description: 'Addresses in the time shown.', expr: `topk(50, sum by (${address}, ${reason}) (count_over_time(${chosen(refused)} [$__range])))`, at: [12, 13, 12, 9] }, { [address]: 'Address', [reason]: 'Reason' }, 'Refusals'))
  .withPanel(lines({ title: 'Refused deliveries', description: 'Oldest first.', expr: `${chosen(refused)} | line_format \`{{printf "%-16s" .${scheme}}} {{printf "%-24s" .${reason}}} {{.${address}}}\``, at: [0, 22, 24, 10] }))
