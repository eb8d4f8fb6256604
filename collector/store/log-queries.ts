// The log queries in ClickHouse SQL.

import { line, scoped, timeOf, timeParameter, whereOf } from './log-conditions.ts'
import { RowReader } from './row-reader.ts'
import type { Connection } from './connect.ts'
import type { QuerySettings } from './settings.ts'
import type { CountQuestion, CountRow, LogOptions, LogPage, LogRow, LogRows, LogWhere, LogWindow, StreamOptions, StreamStep, StreamTotal } from './log-rows.ts'
import type { Scope } from './store.ts'

export function createLogRows(connection: Connection, settings: QuerySettings): LogRows {
  const read = async <Row>(sql: string, parameters: Record<string, unknown>, row: (reader: RowReader) => Row, { timeoutMs, signal }: LogOptions, how = settings.many): Promise<Row[]> => {
    const reader = new RowReader(await connection.bytes(`${sql} SETTINGS max_execution_time = ${Math.max(timeoutMs / 1000, 0.01)}${how === '' ? '' : `, ${how}`}`, parameters, signal))
    const rows: Row[] = []
    while (!reader.done) rows.push(row(reader))
    return rows
  }
  return {
    page: (scope, where, page, options) => read(...pageSql(scope, where, page), pageRow, options, where.condition === undefined ? settings.many : settings.few),
    count: (scope, question, options) => read(...countSql(scope, question), (reader) => countRow(reader, question), options),
    streams: (scope, window, options) => read(...streamsSql(scope, window, options), streamRow, options, settings.hours),
    irregular: async (scope, window, options) => (await read(...irregularSql(scope, window), (reader) => reader.uint64(), options, settings.hours))[0] ?? 0,
    steps: (scope, window, stepNano, options) => read(...stepsSql(scope, window, stepNano), stepRow, options),
  }
}

type Query = [sql: string, parameters: Record<string, unknown>]

function pageSql(scope: Scope, where: LogWhere, { direction, after, limit }: LogPage): Query {
  const { conditions, parameters } = whereOf(scope, where)
  parameters['limit'] = limit
  const [beyond, order] = direction === 'forward' ? ['>', 'ASC'] : ['<', 'DESC']
  if (after !== undefined) {
    Object.assign(parameters, { afterTime: timeOf(after.timeNano), afterLeaf: after.leafIndex, afterOrigin: after.origin })
    conditions.push(`Timestamp ${beyond}= ${timeParameter('afterTime')}`, `(Timestamp, LeafIndex, Origin) ${beyond} (${timeParameter('afterTime')}, {afterLeaf:UInt64}, {afterOrigin:String})`)
  }
  return [`SELECT toUnixTimestamp64Nano(Timestamp), LeafIndex, Origin, Stream, Canonical, ${line}, DetectedLevel, Irregular FROM blotter.records
    WHERE ${conditions.join(' AND ')} ORDER BY Timestamp ${order}, LeafIndex ${order}, Origin ${order} LIMIT {limit:UInt32}`, parameters]
}

function pageRow(reader: RowReader): LogRow {
  return { timeNano: reader.int64(), leafIndex: reader.uint64(), origin: reader.text(), stream: reader.text(), canonical: reader.bytes(), line: reader.text(), level: reader.text(), irregular: reader.uint8() !== 0 }
}

function countSql(scope: Scope, question: CountQuestion): Query {
  const { conditions, parameters } = whereOf(scope, question)
  const { measure, columns, byStream, originNano, widthNano, limit } = question
  if (question.irregular === undefined) conditions.push('Irregular = 0')
  Object.assign(parameters, { origin: String(originNano + 1n), width: String(widthNano), limit: limit + 1 })
  const groups = ['intDiv(toUnixTimestamp64Nano(Timestamp) - {origin:Int64}, {width:Int64})', ...(byStream ? ['Stream'] : []), ...columns]
  return [`SELECT toInt64(${groups[0]}) AS Bucket, ${groups.slice(1).map((group) => `${group}, `).join('')}${measure === 'lines' ? 'count()' : 'sum(LineBytes)'}
    FROM blotter.records WHERE ${conditions.join(' AND ')} GROUP BY Bucket${groups.slice(1).map((group) => `, ${group}`).join('')} LIMIT {limit:UInt32}`, parameters]
}

function countRow(reader: RowReader, { byStream, columns }: CountQuestion): CountRow {
  return { bucket: Number(reader.int64()), stream: byStream ? reader.text() : '', values: columns.map(() => reader.text()), count: reader.uint64() }
}

const hourNano = 3_600_000_000_000n
/** Hours are counted in 32 bits of seconds. */
const latestHour = 4_294_965_600n * 1_000_000_000n
const hour = 'toStartOfHour(Timestamp)'

const totals = 'count() AS Entries, sum(LineBytes) AS Bytes, sum(Irregular) AS Odd, min(Timestamp) AS First, max(Timestamp) AS Last'

/** Whole hours from what the parts keep of them, the rest of the window row by row. Telling hours apart costs three times as much. */
function streamsSql(scope: Scope, window: LogWindow, { rough = false, hours = false }: StreamOptions): Query {
  const { conditions, parameters } = scoped(scope)
  const scopes = conditions.join(' AND ')
  const [from, to] = wholeHours(window, rough)
  Object.assign(parameters, { from: timeOf(window.fromNano), to: timeOf(window.toNano), wholeFrom: timeOf(from), wholeTo: timeOf(to) })
  const rows = (when: string): string => `SELECT Stream, ${hours ? `${hour} AS Hour` : '0 AS Hour'}, ${totals} FROM blotter.records WHERE ${scopes} AND ${when} GROUP BY Stream${hours ? `, ${hour}` : ''}`
  const exactly = (start: string, end: string): string => rows(`Timestamp >= ${timeParameter(start)} AND Timestamp < ${timeParameter(end)}`)
  const parts = from >= to ? [exactly('from', 'to')] : [rows(inHours)]
  if (from < to && from > window.fromNano) parts.push(exactly('from', 'wholeFrom'))
  if (from < to && to < window.toNano) parts.push(exactly('wholeTo', 'to'))
  return [`SELECT Stream, sum(Entries), sum(Bytes), sum(Odd), toUInt64(count(DISTINCT Hour)), toUnixTimestamp64Nano(min(First)), toUnixTimestamp64Nano(max(Last)) FROM (${parts.join(' UNION ALL ')}) GROUP BY Stream`, parameters]
}

const inHours = `${hour} >= toDateTime(${timeParameter('wholeFrom')}) AND ${hour} < toDateTime(${timeParameter('wholeTo')})`

/** Those that the window touches, or those that lie in it. */
function wholeHours({ fromNano, toNano }: LogWindow, touched: boolean): [bigint, bigint] {
  const down = (nano: bigint): bigint => (nano / hourNano) * hourNano
  const up = (nano: bigint): bigint => down(nano + hourNano - 1n)
  const known = (nano: bigint): bigint => (nano < 0n ? 0n : nano < latestHour ? nano : latestHour)
  return touched ? [known(down(fromNano)), known(up(toNano))] : [known(up(fromNano)), known(down(toNano))]
}

function streamRow(reader: RowReader): StreamTotal {
  return { stream: reader.text(), entries: reader.uint64(), bytes: reader.uint64(), irregular: reader.uint64(), hours: reader.uint64(), firstNano: reader.int64(), lastNano: reader.int64() }
}

function irregularSql(scope: Scope, window: LogWindow): Query {
  const { conditions, parameters } = scoped(scope)
  const [from, to] = wholeHours(window, true)
  Object.assign(parameters, { wholeFrom: timeOf(from), wholeTo: timeOf(to) })
  return [`SELECT sum(Irregular) FROM blotter.records WHERE ${conditions.join(' AND ')} AND ${inHours}`, parameters]
}

function stepsSql(scope: Scope, window: LogWindow, stepNano: bigint): Query {
  const { conditions, parameters } = whereOf(scope, window)
  Object.assign(parameters, { origin: String(window.fromNano), step: String(stepNano) })
  return [`SELECT Stream, toInt64(intDiv(toUnixTimestamp64Nano(Timestamp) - {origin:Int64}, {step:Int64})) AS Step, sum(LineBytes) FROM blotter.records WHERE ${conditions.join(' AND ')} GROUP BY Stream, Step`, parameters]
}

function stepRow(reader: RowReader): StreamStep {
  return { stream: reader.text(), step: Number(reader.int64()), bytes: reader.uint64() }
}
