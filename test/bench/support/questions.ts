// What is asked of a full store: as the timeline asks it, and as Grafana does.

import { readPage } from '../../../collector/query/timeline/engine.ts'
import { createEntrySource } from '../../../collector/query/loki/source.ts'
import { createLogIndex } from '../../../collector/query/loki/index.ts'
import { evaluateLog, evaluateRange } from '../../../collector/query/logql/evaluate.ts'
import { parseLogQL } from '../../../collector/query/logql/parse.ts'
import { queryConfig } from '../../../collector/query/options.ts'
import { days, endMs } from './fill.ts'
import type { LogQuery, MetricExpression } from '../../../collector/query/logql/ast.ts'
import type { Window } from '../../../collector/query/logql/entry.ts'
import type { Connection } from '../../../collector/store/connect.ts'
import type { Link, Scope, Store } from '../../../collector/store/store.ts'

/** A record of the store from which a question is made: what someone has in hand when they ask. */
export interface Sample extends Scope { readonly requestId: string; readonly actorId: string; readonly fingerprint: string; /** Stands in its line, and in few others. */ readonly word: string; readonly timeNano: bigint }

export interface Kind {
  readonly kind: string
  /** What p95 should stay within. */
  readonly barMs?: number
  /** How much was found. */
  readonly ask: (sample: Sample) => Promise<number>
}

/** The same ones at every run, spread over the whole store; busy actors come up as often as they have records. */
export async function sample(connection: Connection, count: number, records: number): Promise<Sample[]> {
  const leaves = Array.from({ length: count }, (_, i) => Math.floor((i + 0.5) * records / count))
  const rows = await connection.query<Record<'Workspace' | 'Environment' | 'RequestId' | 'ActorId' | 'Fingerprint' | 'Word' | 'Time', string>>(
    `SELECT Workspace, Environment, RequestId, ActorId, Fingerprint, extract(Body, '"[a-z]+_([0-9a-f]{8})') AS Word, toString(toUnixTimestamp64Nano(Timestamp)) AS Time
     FROM blotter.records WHERE LeafIndex IN {leaves:Array(UInt64)} ORDER BY LeafIndex`, { leaves })
  return rows.map((row) => ({ workspace: row.Workspace, environment: row.Environment, requestId: row.RequestId, actorId: row.ActorId, fingerprint: row.Fingerprint, word: row.Word, timeNano: BigInt(row.Time) }))
}

const hourNano = 3_600_000_000_000n
const endNano = BigInt(endMs) * 1_000_000n
const month: Window = { fromNano: endNano - BigInt(days) * 24n * hourNano, toNano: endNano }

/** A stretch of `hours` around the record, within the month. */
function around({ timeNano }: Sample, hours: bigint): Window {
  const toNano = timeNano + hours * hourNano / 2n < endNano ? timeNano + hours * hourNano / 2n : endNano
  return { fromNano: toNano - hours * hourNano, toNano }
}

export function kinds(store: Store): Kind[] {
  const limits = queryConfig(undefined)
  const find = async (one: Sample, link: Link, window: Partial<Window> = {}): Promise<number> => (await store.find(one, { all: [link], any: [], ...window }, 500)).length
  const log = async (one: Sample, query: string, window: Window): Promise<number> => (await evaluateLog(parseLogQL(query) as LogQuery, createEntrySource(store.logRows, one, limits), { window, direction: 'backward', limit: 100 })).length
  const range = async (one: Sample, query: string, { fromNano, toNano }: Window, stepNano: bigint): Promise<number> =>
    (await evaluateRange(parseLogQL(query) as MetricExpression, createEntrySource(store.logRows, one, limits), { startNano: fromNano + stepNano, endNano: toNano, stepNano })).series.length
  const all = '{service_name=~".+"}'
  return [
    { kind: 'request id', barMs: 20, ask: (one) => find(one, { kind: 'request_id', id: one.requestId }) },
    { kind: 'actor, 7 days', barMs: 100, ask: (one) => find(one, { kind: 'actor', id: one.actorId }, around(one, 168n)) },
    { kind: 'fingerprint', barMs: 30, ask: (one) => find(one, { kind: 'fingerprint', id: one.fingerprint }) },
    { kind: 'timeline by request id, with what is related', barMs: 150, ask: async (one) => (await readPage(store, one, { all: [{ kind: 'request_id', id: one.requestId }], limit: 500, depth: 3 })).records.length },
    { kind: 'count per action and hour, 30 days', barMs: 300, ask: (one) => range(one, `sum by (audit_action) (count_over_time(${all}[1h]))`, month, hourNano) },
    { kind: 'values of a label, 30 days', barMs: 50, ask: async (one) => (await createLogIndex(store.logRows, one, limits).labelValues('service_name', { ...month, matchers: [] })).length },
    { kind: 'text that is nowhere, one day', barMs: 500, ask: (one) => log(one, `${all} |= "no such words"`, around(one, 24n)) },
    { kind: 'text of one line, one day', barMs: 500, ask: (one) => log(one, `${all} |= "${one.word || 'ok'}"`, around(one, 24n)) },
    { kind: 'request id as LogQL, 30 days', ask: (one) => log(one, `${all} | blotter_request_id="${one.requestId}"`, month) },
    { kind: 'newest 100 lines of a day', ask: (one) => log(one, all, around(one, 24n)) },
    { kind: 'volume by level, 1 day by 5 minutes', ask: (one) => range(one, `sum by (level, detected_level) (count_over_time(${all}[5m]))`, around(one, 24n), hourNano / 12n) },
  ]
}
