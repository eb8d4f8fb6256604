// What timelines ask the store: records by what they carry and say, how many carry something, how often a source speaks.

import { parseRecord } from '@blotter/processors'
import { seconds } from './columns.ts'
import { linkHash, linksOf } from './links.ts'
import type { Connection } from './connect.ts'
import type { QuerySettings } from './settings.ts'
import type { Beat, FoundRecord, Link, RecordFilter, RhythmQuestion, Scope, Snapshot } from './store.ts'

interface RecordRow { readonly Canonical: string; readonly LeafIndex: number; readonly LeafHash: string; readonly Origin: string; readonly StoredAtNano: string }

type Parameters = Record<string, unknown>

export interface Asking { readonly connection: Connection; readonly settings: QuerySettings }

const newestFirst = 'ORDER BY Timestamp DESC, LeafIndex DESC, Origin DESC LIMIT {limit:UInt32}'
const tenant = 'Workspace = {workspace:String} AND Environment = {environment:String}'

/** The newest `limit` matches, in order of occurrence. */
export async function find(asking: Asking, scope: Scope, filter: RecordFilter, limit: number): Promise<FoundRecord[]> {
  if (!isByLinksAlone(filter)) return findAmongAll(asking, scope, filter, limit)
  const rows = await findByPlaces(asking, scope, filter, limit)
  const found = rows.filter((row) => wasThere(row, filter.asOf) && carries(row.record, filter))
  // Of what was looked up, some is not meant: instead there may be others, older ones.
  return found.length < rows.length && rows.length === limit ? findAmongAll(asking, scope, filter, limit) : found
}

/** Nothing but links of one kind of condition, and time: then the narrow table of identifiers knows which records are the newest. */
function isByLinksAlone({ all, any, integration, outcome, decision, action, events, text }: RecordFilter): boolean {
  return (all.length > 0) !== (any.length > 0) && [integration, outcome, decision, action, events, text].every((condition) => condition === undefined)
}

interface Place { readonly Nano: string; readonly Leaf: string; readonly Log: string; readonly Class: string; readonly Span: string }

/**
 * Looks up which records are the newest, then reads those and no others: in two queries, since the places say in which
 * partitions they are, and the engine opens no other.
 */
async function findByPlaces({ connection, settings }: Asking, scope: Scope, filter: RecordFilter, limit: number): Promise<FoundRecord[]> {
  const places = await placesOf({ connection, settings }, scope, filter, limit)
  if (places.length === 0) return []
  const parameters: Parameters = {
    workspace: scope.workspace, environment: scope.environment, limit,
    nanos: places.map(({ Nano }) => BigInt(Nano)), leaves: places.map(({ Leaf }) => BigInt(Leaf)), logs: places.map(({ Log }) => Log),
    classes: [...new Set(places.map(({ Class }) => Class))], spans: [...new Set(places.map(({ Span }) => Span))],
  }
  return read({ connection, settings: settings.fewest }, `${tenant} AND RetentionClass IN {classes:Array(String)} AND Period IN {spans:Array(String)} AND (Timestamp, LeafIndex, Origin) IN ${placeSet}`, parameters)
}

const placeSet = `(SELECT fromUnixTimestamp64Nano(place.1, 'UTC'), place.2, place.3 FROM (SELECT arrayJoin(arrayZip({nanos:Array(Int64)}, {leaves:Array(UInt64)}, {logs:Array(String)})) AS place))`

/** The newest `limit` of those that carry what is asked. Hashes first: of most parts no other column is read. */
function placesOf({ connection, settings }: Asking, { workspace, environment }: Scope, filter: RecordFilter, limit: number): Promise<Place[]> {
  const hashes = [...new Set([...filter.all, ...filter.any].map(linkHash))]
  const parameters: Parameters = { workspace, environment, limit, hashes, wanted: filter.all.length > 0 ? hashes.length : 1 }
  const { fromNano, toNano, before, asOf } = filter
  const conditions = [tenant, ...timeConditions({ fromNano, toNano, before }, parameters)]
  if (asOf !== undefined) {
    Object.assign(parameters, { asOfOrigin: asOf.origin, asOfLeaf: asOf.leafIndex })
    conditions.push('(Origin != {asOfOrigin:String} OR LeafIndex < {asOfLeaf:UInt64})')
  }
  const several = hashes.length === 1 ? '' : 'GROUP BY Timestamp, LeafIndex, Origin HAVING uniqExact(IdHash) >= {wanted:UInt32}' // a record has an identifier once
  const partition = hashes.length === 1 ? 'RetentionClass AS Class, Period AS Span' : 'any(RetentionClass) AS Class, any(Period) AS Span'
  return connection.query<Place>(`SELECT toString(toUnixTimestamp64Nano(Timestamp)) AS Nano, toString(LeafIndex) AS Leaf, Origin AS Log, ${partition} FROM blotter.identifiers
    PREWHERE IdHash IN {hashes:Array(UInt64)} WHERE ${conditions.join(' AND ')} ${several} ${newestFirst} SETTINGS ${settings.fewest}`, parameters)
}

const byLink = (parameter: string): string => `(Timestamp, LeafIndex, Origin) IN (SELECT Timestamp, LeafIndex, Origin FROM blotter.identifiers WHERE ${tenant} AND IdHash IN {${parameter}:Array(UInt64)})`

async function findAmongAll({ connection, settings }: Asking, { workspace, environment }: Scope, filter: RecordFilter, limit: number): Promise<FoundRecord[]> {
  const parameters: Parameters = { workspace, environment, limit }
  const conditions = [tenant]
  filter.all.forEach((link, i) => { parameters[`all${i}`] = [linkHash(link)]; conditions.push(byLink(`all${i}`)) })
  if (filter.any.length > 0) { parameters['any'] = filter.any.map(linkHash); conditions.push(byLink('any')) }
  const few = filter.all.length + filter.any.length > 0 || filter.text !== undefined
  const rows = await read({ connection, settings: few ? settings.few : settings.many }, [...conditions, ...fieldConditions(filter, parameters)].join(' AND '), parameters)
  return rows.filter(({ record }) => carries(record, filter))
}

async function read({ connection, settings }: { readonly connection: Connection; readonly settings: string }, where: string, parameters: Parameters): Promise<FoundRecord[]> {
  const rows = await connection.query<RecordRow>(
    `SELECT Canonical, LeafIndex, LeafHash, Origin, toString(toUnixTimestamp64Nano(StoredAt)) AS StoredAtNano FROM blotter.records WHERE ${where} ${newestFirst} ${settings === '' ? '' : `SETTINGS ${settings}`}`, parameters)
  return rows.reverse().map(foundRecord)
}

/** Everything but links, as SQL; what it compares with goes to `parameters`. */
function fieldConditions({ integration, outcome, decision, action, events, text, fromNano, toNano, before, asOf }: RecordFilter, parameters: Parameters): string[] {
  const conditions: string[] = []
  const add = (condition: string, given: Parameters): void => { Object.assign(parameters, given); conditions.push(condition) }
  if (integration !== undefined) add('Integration = {integration:String}', { integration })
  if (outcome !== undefined) add('Outcome = {outcome:String}', { outcome })
  if (decision !== undefined) add('Decision = {decision:String}', { decision })
  if (action !== undefined) add('Action = {action:String}', { action })
  if (events !== undefined) add(isOneOf, { events: events.filter((name) => !name.endsWith('*')), beginnings: events.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1)) })
  if (text !== undefined) add(carriesText, { text })
  if (asOf !== undefined) add(`if(Origin = {asOfOrigin:String}, LeafIndex < {asOfLeaf:UInt64}, StoredAt <= ${asOfTime})`, asOfParameters(asOf))
  return [...conditions, ...timeConditions({ fromNano, toNano, before }, parameters)]
}

function timeConditions({ fromNano, toNano, before }: { readonly [name in 'fromNano' | 'toNano' | 'before']: RecordFilter[name] | undefined }, parameters: Parameters): string[] {
  const conditions: string[] = []
  const add = (condition: string, given: Parameters): void => { Object.assign(parameters, given); conditions.push(condition) }
  if (fromNano !== undefined) add("Timestamp >= toDateTime64({from:String}, 9, 'UTC')", { from: bound(fromNano) })
  if (toNano !== undefined) add("Timestamp < toDateTime64({to:String}, 9, 'UTC')", { to: bound(toNano) })
  if (before !== undefined) add(`Timestamp <= ${beforeTime} AND (Timestamp, LeafIndex, Origin) < (${beforeTime}, {beforeLeaf:UInt64}, {beforeOrigin:String})`, { beforeTime: bound(before.timeNano), beforeLeaf: before.leafIndex, beforeOrigin: before.origin })
  return conditions
}

const isOneOf = '(EventName IN {events:Array(String)} OR arrayExists(beginning -> startsWith(EventName, beginning), {beginnings:Array(String)}))'
const beforeTime = "toDateTime64({beforeTime:String}, 9, 'UTC')"
const asOfTime = "toDateTime64({asOfStored:String}, 9, 'UTC')"

function asOfParameters({ origin, leafIndex, storedAtNano }: Snapshot): Parameters {
  return { asOfOrigin: origin, asOfLeaf: leafIndex, asOfStored: bound(storedAtNano) }
}

/** Values of attributes as the columns have them: text as it is, anything else as JSON. */
const carriesText = `(${['EventName', 'Body'].map((column) => `positionCaseInsensitiveUTF8(${column}, {text:String}) > 0`).join(' OR ')}
  OR ${['LogAttributes', 'ResourceAttributes'].map((column) => `arrayExists(value -> positionCaseInsensitiveUTF8(value, {text:String}) > 0, mapValues(${column}))`).join(' OR ')})`

/** The end of a window. No record is later than 2106, and DateTime64 ends in 2262: whatever is asked for beyond is the same. */
function bound(nano: bigint): string {
  return seconds(String(nano < latestNano ? nano : latestNano))
}

const latestNano = 5_000_000_000_000_000_000n

/** A hash may be shared by two identifiers; the identifiers themselves are not. */
function carries(record: FoundRecord['record'], { all, any }: RecordFilter): boolean {
  if (all.length === 0 && any.length === 0) return true
  const own = linksOf(record)
  const has = (link: Link): boolean => own.some(({ kind, id }) => kind === link.kind && id === link.id)
  return all.every(has) && (any.length === 0 || any.some(has))
}

/** When a record was stored stands in no other table than its own. */
function wasThere({ origin, leafIndex, storedAtNano }: FoundRecord, asOf: Snapshot | undefined): boolean {
  return asOf === undefined || (origin === asOf.origin ? leafIndex < asOf.leafIndex : storedAtNano <= asOf.storedAtNano)
}

function foundRecord(row: RecordRow): FoundRecord {
  return { record: parseRecord(row.Canonical), leafIndex: Number(row.LeafIndex), leafHash: Buffer.from(row.LeafHash, 'base64'), origin: row.Origin, storedAtNano: BigInt(row.StoredAtNano) }
}

export async function count(connection: Connection, { workspace, environment }: Scope, links: readonly Link[], asOf?: Snapshot): Promise<number[]> {
  if (links.length === 0) return []
  const hashes = links.map(linkHash)
  // This table does not have the time at which a record was stored: of other logs what had occurred by then is near enough.
  const then = asOf === undefined ? '' : `AND if(Origin = {asOfOrigin:String}, LeafIndex < {asOfLeaf:UInt64}, Timestamp <= ${asOfTime})`
  const rows = await connection.query<{ Hash: string; Rows: string }>(
    `SELECT toString(IdHash) AS Hash, toString(count()) AS Rows FROM blotter.identifiers
     WHERE ${tenant} AND IdHash IN {hashes:Array(UInt64)} ${then} GROUP BY IdHash`, { workspace, environment, hashes, ...(asOf === undefined ? {} : asOfParameters(asOf)) })
  const counts = new Map(rows.map(({ Hash, Rows }) => [Hash, Number(Rows)]))
  return hashes.map((hash) => counts.get(hash.toString()) ?? 0)
}

export async function rhythm(connection: Connection, { workspace, environment }: Scope, { fromNano, toNano, stepNano, integrations, asOf }: RhythmQuestion): Promise<Beat[]> {
  const parameters: Parameters = { workspace, environment, step: String(stepNano), start: String(fromNano) }
  const conditions = [tenant, ...fieldConditions({ all: [], any: [], fromNano, toNano, ...(asOf === undefined ? {} : { asOf }) }, parameters)]
  if (integrations !== undefined) { parameters['integrations'] = integrations; conditions.push('Integration IN {integrations:Array(String)}') }
  const rows = await connection.query<Record<'Integration' | 'Records' | 'First' | 'Last', string>>(
    `SELECT Integration, toString(count()) AS Records, toString(toUnixTimestamp64Nano(min(Timestamp))) AS First, toString(toUnixTimestamp64Nano(max(Timestamp))) AS Last
     FROM blotter.records WHERE ${conditions.join(' AND ')}
     GROUP BY Integration, intDiv(toUnixTimestamp64Nano(Timestamp) - {start:Int64}, {step:Int64}) ORDER BY Integration, min(Timestamp)`, parameters)
  return rows.map(({ Integration, Records, First, Last }) => ({ integration: Integration, records: Number(Records), firstNano: BigInt(First), lastNano: BigInt(Last) }))
}
