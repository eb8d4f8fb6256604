// What is asked about streams and fields rather than for entries: each request, and where the answers differ.

import { isDeepStrictEqual } from 'node:util'
import { END_NANO, START_NANO } from './data.ts'

const all = '{service_namespace=~".+"}'
const window = { start: String(START_NANO), end: String(END_NANO) }

interface Request { readonly path: string; readonly parameters?: Readonly<Record<string, string>>; /** What of an answer has to be equal. */ readonly of: (answer: any) => unknown }

const sorted = (values: readonly unknown[] | undefined): unknown => (values ?? []).map((value) => JSON.stringify(value)).toSorted()
const byName = (labels: Readonly<Record<string, string>>): unknown => Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))
const series = ({ data }: any): unknown => sorted(data.map(byName))
/** Bytes are counted in another way: the series, largest first. */
const volumes = ({ data }: any): unknown => data.result.map(({ metric }: { metric: Record<string, string> }) => JSON.stringify(byName(metric)))

const requests: readonly Request[] = [
  { path: 'labels', of: ({ data }) => sorted(data) },
  { path: 'labels', parameters: { query: '{k8s_pod_name="logfmt"}' }, of: ({ data }) => sorted(data) },
  ...['service_name', 'service_namespace', 'k8s_pod_name', 'cloud_region', 'nothing'].map((name) => ({ path: `label/${name}/values`, of: ({ data }: any) => sorted(data) })),
  { path: 'label/service_name/values', parameters: { query: '{service_namespace="prod"}' }, of: ({ data }) => sorted(data) },
  { path: 'series', of: series },
  { path: 'series', parameters: { 'match[]': '{service_name=~"check.*"}' }, of: series },
  { path: 'detected_labels', parameters: { query: all }, of: ({ detectedLabels }) => sorted(detectedLabels) },
  ...[all, '{k8s_pod_name="json"}', '{k8s_pod_name="logfmt"}', '{k8s_pod_name="odd"}', '{k8s_pod_name="json"} | json', '{k8s_pod_name="logfmt"} | logfmt'].map((query) => (
    { path: 'detected_fields', parameters: { query }, of: ({ fields }: any) => sorted((fields ?? []).filter(({ label }: any) => label !== 'event_name').map(({ label, type, cardinality, parsers, jsonPath }: any) => ({ label, type, cardinality, parsers: parsers?.toSorted() ?? null, jsonPath }))) })),
  { path: 'detected_field/level/values', parameters: { query: '{k8s_pod_name="json"}' }, of: ({ values }) => sorted(values) },
  ...[all, '{service_name="checkout"}', '{service_name="gateway"}', '{service_name="proxy"}', '{service_name="packed"}', '{service_name="odd"}', '{service_name="nobody"}'].map((query) => ({ path: 'index/stats', parameters: { query }, of: ({ streams, entries }: any) => ({ streams, entries }) })),
  ...[{ query: all }, { query: '{service_name=~".+"}' }, { query: all, targetLabels: 'service_name' }, { query: all, targetLabels: 'service_name,k8s_pod_name' }, { query: all, targetLabels: 'cloud_region' }, { query: all, aggregateBy: 'labels' }, { query: all, limit: '2' }].map((parameters) => (
    { path: 'index/volume', parameters, of: volumes })),
]

/** A line for each request, with what only one of both says. */
export async function compareIndexes(ours: string, theirs: string): Promise<string> {
  const lines = await Promise.all(requests.map(async (request) => {
    const [mine, others] = await Promise.all([answer(ours, request), answer(theirs, request)])
    const name = `${request.path} ${JSON.stringify(request.parameters ?? {})}`
    return isDeepStrictEqual(mine, others) ? `same       ${name}` : `different  ${name}\n${onlyIn('ours', mine, others)}\n${onlyIn('Loki', others, mine)}`
  }))
  return lines.join('\n')
}

function onlyIn(who: string, some: unknown, others: unknown): string {
  return `  ${who}  ${JSON.stringify(Array.isArray(some) && Array.isArray(others) ? some.filter((one) => !others.includes(one)) : some)}`
}

async function answer(url: string, { path, parameters = {}, of }: Request): Promise<unknown> {
  const response = await fetch(`${url}/loki/api/v1/${path}?${new URLSearchParams({ ...window, ...parameters }).toString()}`)
  const text = await response.text()
  return response.ok ? of(JSON.parse(text)) : `${response.status} ${text}`
}
