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
  return JSON.stringify({ resourceLogs: [...streams].map(([stream, members]) => ({
    resource: { attributes: attributesOf(stream, resourceKeys) },
    scopeLogs: [{ logRecords: members.map(({ timeNano, line, metadata }) => ({ timeUnixNano: String(timeNano), body: { stringValue: renamed(line) }, attributes: attributesOf(metadata, attributeKeys) })) }],
  })) })
}

function attributesOf(labels: Iterable<readonly [string, string]>, keys: ReadonlyMap<string, string>): readonly unknown[] {
  return [...labels].map(([name, stringValue]) => ({ key: keys.get(name) ?? name, value: { stringValue } }))
}
