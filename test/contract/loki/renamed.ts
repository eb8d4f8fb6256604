// The data set and its questions in the names that records have when they come by OTLP: labels of streams are attributes
// of the resource, metadata are attributes of audit records. Words are renamed in lines, selectors and stages alike, so
// that a question means of the one data set what it meant of the other.

import type { Entry } from '../../../collector/query/logql/entry.ts'
import type { Question } from './question.ts'

/** By the label: its key in the resource. */
const resourceKeys: ReadonlyMap<string, string> = new Map([['service_name', 'service.name'], ['env', 'service.namespace'], ['format', 'k8s.pod.name'], ['team', 'cloud.region']])
/** By the metadata: its key in the record, some of them with a column of their own in the store. */
const attributeKeys: ReadonlyMap<string, string> = new Map([['actor', 'audit.actor.id'], ['request_id', 'blotter.request.id'], ['attempt', 'attempt'], ['wait', 'wait']])

const newNames = new Map([...resourceKeys, ...attributeKeys].map(([name, key]) => [name, key.replaceAll('.', '_')]))
const names = /\b(?:env|format|team|actor|request_id)(?=_extracted\b|\b)/g

export function renamed(text: string): string {
  return text.replace(names, (name) => newNames.get(name)!)
}

export function renamedQuestion(question: Question): Question {
  return { ...question, query: renamed(question.query) }
}

/** One request of OTLP in JSON; without names of events, which not every Loki shows. */
export function otlpRequest(entries: readonly Entry[]): string {
  const streams = Map.groupBy(entries, ({ stream }) => stream)
  return JSON.stringify({ resourceLogs: [...streams].map(([stream, members]) => ({ resource: { attributes: attributesOf(stream, resourceKeys) }, scopeLogs: [{ logRecords: members.map(recordOf) }] })) })
}

/** Some say their level or their trace. In two of the streams a few are not what their columns say, because a second attribute has the name of one that has a column; never a name that lines have, see data.ts. */
function recordOf({ timeNano, line, stream, metadata }: Entry, i: number): unknown {
  const irregular = (stream.get('format') === 'packed' || stream.get('env') === 'staging') && i % 5 === 2
  const further = irregular ? [['audit_actor_id', 'mallory'], ['severity', 'warn']] as const : []
  return {
    timeUnixNano: String(timeNano), body: { stringValue: renamed(line) }, attributes: [...attributesOf(metadata, attributeKeys), ...attributesOf(further, attributeKeys)],
    ...(i % 7 === 3 ? { severityNumber: 13, severityText: 'WARN' } : i % 7 === 5 ? { severityNumber: 17 } : {}),
    ...(i % 8 === 1 ? { traceId: `0af7651916cd43dd8448eb211c8031${10 + (i % 3)}`, spanId: 'b7ad6b7169203331' } : {}),
  }
}

function attributesOf(labels: Iterable<readonly [string, string]>, keys: ReadonlyMap<string, string>): readonly unknown[] {
  return [...labels].map(([name, stringValue]) => ({ key: keys.get(name) ?? name, value: { stringValue } }))
}
