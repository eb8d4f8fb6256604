// A real Loki, started for the comparison and asked over HTTP.

import { spawn, type ChildProcess } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Entry } from '../../../collector/query/logql/entry.ts'
import { eventually } from '../../support/eventually.ts'
import { freePort } from '../../support/free-port.ts'
import { END_NANO, START_NANO } from './data.ts'
import { labelText, LIMIT, sampleText, scalarText, STEP_SECONDS, type Answer, type Question } from './question.ts'

export interface Oracle {
  readonly url: string
  ask(question: Question): Promise<Answer>
  format(query: string): Promise<string | undefined>
  close(): Promise<void>
}

export async function startOracle(binary: string, directory: string, entries: readonly Entry[]): Promise<Oracle> {
  // Levels are found when a record is forwarded, not here; the entries are old and hold what they hold.
  const oracle = await startEmptyOracle(binary, directory, { discover_log_levels: false })
  try {
    await push(oracle.url, entries)
    return oracle
  } catch (error) {
    await oracle.close()
    throw error
  }
}

/** A Loki that has nothing yet, and may not be up yet. */
export async function startEmptyOracle(binary: string, directory: string, limits: Readonly<Record<string, unknown>> = {}): Promise<Oracle> {
  const [port, grpcPort] = [await freePort(), await freePort()]
  const config = join(directory, 'loki.yaml')
  await writeFile(config, JSON.stringify(configOf(directory, port, grpcPort, limits)))
  const child = spawn(binary, [`-config.file=${config}`], { stdio: 'ignore' })
  const url = `http://127.0.0.1:${port}`
  return { url, ask: (question) => askOver(url, question), format: (query) => format(url, query), close: () => stop(child) }
}

function configOf(directory: string, port: number, grpcPort: number, limits: Readonly<Record<string, unknown>>): unknown {
  return {
    auth_enabled: false,
    server: { http_listen_address: '127.0.0.1', http_listen_port: port, grpc_listen_address: '127.0.0.1', grpc_listen_port: grpcPort, log_level: 'error' },
    common: { instance_addr: '127.0.0.1', path_prefix: directory, storage: { filesystem: { chunks_directory: join(directory, 'chunks'), rules_directory: join(directory, 'rules') } }, replication_factor: 1, ring: { kvstore: { store: 'inmemory' } } },
    schema_config: { configs: [{ from: '2020-10-24', store: 'tsdb', object_store: 'filesystem', schema: 'v13', index: { prefix: 'index_', period: '24h' } }] },
    limits_config: { allow_structured_metadata: true, reject_old_samples: false, max_query_length: '0', ...limits },
    query_range: { cache_results: false },
    analytics: { reporting_enabled: false },
  }
}

async function push(url: string, entries: readonly Entry[]): Promise<void> {
  const streams = new Map<Entry['stream'], unknown[]>()
  for (const { stream, timeNano, line, metadata } of entries) {
    const values = streams.get(stream) ?? []
    values.push([String(timeNano), line, Object.fromEntries(metadata)])
    streams.set(stream, values)
  }
  const body = JSON.stringify({ streams: [...streams].map(([stream, values]) => ({ stream: Object.fromEntries(stream), values })) })
  await eventually('Loki takes the entries', async () => (await fetch(`${url}/loki/api/v1/push`, { method: 'POST', headers: { 'content-type': 'application/json' }, body }).catch(() => undefined))?.status === 204, 60_000)
  // Old entries are read from chunks only.
  await fetch(`${url}/flush`, { method: 'POST' })
  await untilFound('Loki', url, '{env=~".+"}', entries.length)
}

/** Until `count` entries match the selector. */
export async function untilFound(who: string, url: string, selector: string, count: number): Promise<void> {
  await eventually(`${who} finds all of them`, async () => {
    const answer = await askOver(url, { group: '', query: selector, kind: 'log' }).catch(() => undefined)
    if (answer !== undefined && 'rows' in answer && answer.rows.length === count) return true
    await sleep(500)
    return false
  }, 60_000)
}

/** Loki, and whoever answers as Loki does. `without`: a label that only one of them has. */
export async function askOver(url: string, question: Question, without?: string): Promise<Answer> {
  const parameters = new URLSearchParams({ query: question.query })
  if (question.kind === 'instant') parameters.set('time', String(END_NANO))
  else for (const [name, value] of rangeParameters(question)) parameters.set(name, value)
  const path = question.kind === 'instant' ? 'query' : 'query_range'
  const response = await fetch(`${url}/loki/api/v1/${path}?${parameters.toString()}`, { headers: { 'X-Loki-Response-Encoding-Flags': 'categorize-labels' } })
  const text = await response.text()
  return response.ok ? { rows: rowsOf((JSON.parse(text) as { data: LokiData }).data, without) } : { refused: text.trim() }
}

function rangeParameters({ direction = 'backward', limit = LIMIT, stepSeconds = STEP_SECONDS }: Question): readonly (readonly [string, string])[] {
  return [['start', String(START_NANO)], ['end', String(END_NANO)], ['step', String(stepSeconds)], ['limit', String(limit)], ['direction', direction]]
}

type Labels = Readonly<Record<string, string>>
type LokiData =
  | { readonly resultType: 'streams'; readonly result: readonly { stream: Labels; values: readonly (readonly [string, string, { structuredMetadata?: Labels; parsed?: Labels }])[] }[] }
  | { readonly resultType: 'matrix'; readonly result: readonly { metric: Labels; values: readonly (readonly [number, string])[] }[] }
  | { readonly resultType: 'vector'; readonly result: readonly { metric: Labels; value: readonly [number, string] }[] }
  | { readonly resultType: 'scalar'; readonly result: readonly [number, string] }

function rowsOf(data: LokiData, without: string | undefined): readonly string[] {
  const text = (labels: Labels): string => labelText(Object.entries(labels).filter(([name]) => name !== without))
  switch (data.resultType) {
    case 'scalar': return [scalarText(data.result[1])]
    case 'vector': return data.result.map(({ metric, value }) => `${text(metric)} ${sampleText(...value)}`).toSorted()
    case 'matrix': return data.result.map(({ metric, values }) => `${text(metric)} ${values.map((value) => sampleText(...value)).join(' ')}`).toSorted()
    case 'streams': return data.result.flatMap(({ stream, values }) => values.map(([time, line, { structuredMetadata = {}, parsed = {} }]) => JSON.stringify([time, line, text(stream), text(structuredMetadata), text(parsed)]))).toSorted()
  }
}

async function format(url: string, query: string): Promise<string | undefined> {
  const response = await fetch(`${url}/loki/api/v1/format_query?${new URLSearchParams({ query }).toString()}`)
  const answer = (await response.json()) as { status: string; data?: string }
  return answer.status === 'success' ? answer.data : undefined
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}
