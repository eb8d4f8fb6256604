// What the boxes at the top of a dashboard select, as LogQL, and the boxes themselves. An empty box does not narrow, and what is
// typed is escaped: it is a part of a text, never a pattern.

import { DatasourceVariableBuilder, QueryVariableBuilder, TextBoxVariableBuilder, VariableRefresh, VariableSort } from '@grafana/grafana-foundation-sdk/dashboard'
import { idLabels, labelOf, labels } from './labels.ts'

export const source = { type: 'loki', uid: '${datasource}' } as const

export const boxes = { requestId: 'request_id', integration: 'integration', actor: 'actor' } as const
export type Box = keyof typeof boxes

const stream = `{${labels.service}=~".+", ${labels.environment}=~"$environment"}`
const part = (label: string, box: Box): string => `${label}=~\`.*\${${boxes[box]}:regex}.*\``

const narrowing: Readonly<Record<Box, string>> = {
  integration: `| ${part(labelOf('integration'), 'integration')}`,
  actor: `| ${part(labelOf('actorId'), 'actor')}`,
  requestId: `| ${idLabels.map((label) => part(label, 'requestId')).join(' or ')}`,
}

/** The records that the boxes leave; `filters` are label filters that must hold as well. */
export function selected(used: readonly Box[], ...filters: readonly string[]): string {
  return [stream, ...used.map((box) => narrowing[box]), ...filters.map((filter) => `| ${filter}`)].join(' ')
}

/** `event_name` of Blotter's own records, as a label filter. */
export function events(...names: readonly string[]): string {
  return `${labels.event}=~\`${names.map((name) => name.replaceAll('.', '\\.').replaceAll('*', '.*')).join('|')}\``
}

const textBox = (name: string, label: string, description: string): TextBoxVariableBuilder => new TextBoxVariableBuilder(name).label(label).description(description).defaultValue('')

export const boxBuilders: Readonly<Record<Box, () => TextBoxVariableBuilder>> = {
  requestId: () => textBox(boxes.requestId, 'Request id', 'Request, trace, session, delivery or record id, idempotency key, or payload fingerprint: whole or in part.'),
  integration: () => textBox(boxes.integration, 'Integration', 'Name of the platform, whole or in part.'),
  actor: () => textBox(boxes.actor, 'Actor', 'Id of the actor, whole or in part.'),
}

export function sourceVariable(): DatasourceVariableBuilder {
  return new DatasourceVariableBuilder('datasource').label('Records from').description('Blotter’s own API, or the copy in Loki: the names are the same.').type('loki').regex('/^Blotter/')
    .current({ selected: true, text: 'Blotter', value: 'blotter-api' })
}

export function environmentVariable(): QueryVariableBuilder {
  return new QueryVariableBuilder('environment').label('Environment').description('Set by the API key that brought the record in.').datasource(source)
    .query({ label: labels.environment, refId: 'environment', stream: '', type: 1 }).refresh(VariableRefresh.OnTimeRangeChanged).sort(VariableSort.AlphabeticalAsc)
    .multi(true).includeAll(true).allValue('.*').current({ selected: true, text: ['All'], value: ['$__all'] })
}
