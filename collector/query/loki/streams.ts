// What the editor of Grafana and Logs Drilldown ask at every keystroke: labels, their values, streams, how much of each.

import { encodeLabels, encodeMatrix, encodeVector } from './encode.ts'
import { LokiError } from './errors.ts'
import { jsonArray, jsonResponse } from './json-stream.ts'
import { integerOf, queryText, selectorIfAny, selectorOf, selectorsOf, stepOf, windowOf } from './parameters.ts'
import { parseSelector } from '../logql/parse.ts'
import type { Answer, Question } from './question.ts'
import type { VolumeQuestion } from './log-index.ts'

export const labels: Answer = async ({ parameters, index, nowNano, signal }) =>
  listed(await index.labelNames({ ...windowOf(parameters, nowNano, { unchecked: true }), matchers: selectorIfAny(parameters), signal }))

export const labelValues = (name: string): Answer => async ({ parameters, index, nowNano, signal }) =>
  listed(await index.labelValues(name, { ...windowOf(parameters, nowNano, { unchecked: true }), matchers: selectorIfAny(parameters), signal }))

function listed(values: readonly string[]): Promise<Response> {
  return jsonResponse(successful(jsonArray([...values].sort(), (value) => JSON.stringify(value))))
}

export const series: Answer = async ({ parameters, index, nowNano }) => {
  const streams = await index.streams(windowOf(parameters, nowNano, { unchecked: true }), selectorsOf(parameters))
  return jsonResponse(successful(jsonArray(streams, encodeLabels)))
}

export function* successful(data: Iterable<string>): Generator<string> {
  yield '{"status":"success","data":'
  yield* data
  yield '}'
}

export const stats: Answer = async ({ parameters, index, nowNano, signal }) => {
  const { streams, chunks, bytes, entries } = await index.stats({ ...windowOf(parameters, nowNano), matchers: selectorOf(parameters), signal })
  return Response.json({ streams, chunks, bytes, entries })
}

/** Volumes are samples at the end of what they count. */
export const volume: Answer = async (question) => {
  const asked = volumeQuestion(question)
  const volumes = await question.index.volume(asked)
  const samples = volumes.map(({ labels: of, bytes }) => ({ labels: of, value: bytes }))
  return jsonResponse(encodeVector({ kind: 'vector', timeNano: asked.toNano, samples }, question.statistics(volumes.length)))
}

const millisecond = 1_000_000n

/** Steps lie on multiples of the step, and each is told by its last millisecond. */
export const volumeRange: Answer = async (question) => {
  const asked = volumeQuestion(question)
  const stepNano = stepOf(question.parameters, asked)
  const fromNano = asked.fromNano - modulo(asked.fromNano, stepNano)
  const found = await question.index.volumeRange({ ...asked, fromNano }, stepNano)
  const moments = found.map(({ labels: of, bytes }) => {
    const steps = [...bytes.keys()].filter((i) => bytes[i] !== 0)
    return { labels: of, steps, values: steps.map((i) => bytes[i]!) }
  }).filter(({ steps }) => steps.length > 0)
  return jsonResponse(encodeMatrix({ kind: 'matrix', startNano: fromNano + stepNano - millisecond, stepNano, series: moments }, question.statistics(moments.length)))
}

const modulo = (value: bigint, by: bigint): bigint => ((value % by) + by) % by

const defaultVolumes = 100

function volumeQuestion({ parameters, nowNano, signal }: Question): VolumeQuestion {
  const window = windowOf(parameters, nowNano)
  const limit = integerOf(parameters, defaultVolumes, ['limit'])
  const aggregateBy = parameters.get('aggregateBy') || 'series'
  if (aggregateBy !== 'series' && aggregateBy !== 'labels') throw new LokiError(400, 'invalid aggregation option')
  const targetLabels = (parameters.get('targetLabels') ?? '').split(',').filter((name) => name !== '')
  return { ...window, matchers: parseSelector(queryText(parameters)), signal, aggregateBy, limit: limit > 0 ? limit : defaultVolumes, ...(targetLabels.length === 0 ? {} : { targetLabels }) }
}

/** Labels that say where, and are told however many values they have. */
const places = new Set(['cluster', 'namespace', 'instance', 'pod'])

/** How many values each label has. Labels whose values are all ids or numbers are none to choose by. */
export const detectedLabels: Answer = async ({ parameters, index, nowNano, signal }) => {
  const question = { ...windowOf(parameters, nowNano), matchers: selectorIfAny(parameters), signal }
  const found = await Promise.all((await index.labelNames(question)).map(async (label) => ({ label, values: await index.labelValues(label, question) })))
  const chosen = found.filter(({ label, values }) => values.length > 0 && (places.has(label) || !values.every(isId)))
  return Response.json({ detectedLabels: chosen.map(({ label, values }) => ({ label, cardinality: values.length })) })
}

function isId(value: string): boolean {
  return /^-?\d+(\.\d+)?$/.test(value) || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)
}
