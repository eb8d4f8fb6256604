// Conditions of log queries as SQL. What users wrote is bound as a parameter, never part of the text.

import { linkHash } from './links.ts'
import { seconds } from './columns.ts'
import type { LogCondition, LogWhere } from './log-rows.ts'
import type { Scope } from './store.ts'

/** The line, in every record that is not irregular. */
export const line = "if(Summary = '', Body, Summary)"

export interface Sql { readonly conditions: string[]; readonly parameters: Record<string, unknown> }

export function scoped({ workspace, environment }: Scope): Sql {
  return { conditions: ['Workspace = {workspace:String}', 'Environment = {environment:String}'], parameters: { workspace, environment } }
}

/** Times beyond those that a record can have mean the first and the last of them. */
export function timeOf(nano: bigint): string {
  return seconds(String(nano < 0n ? 0n : nano < latestNano ? nano : latestNano))
}

const latestNano = 5_000_000_000_000_000_000n

export const timeParameter = (name: string): string => `toDateTime64({${name}:String}, 9, 'UTC')`

export function whereOf(scope: Scope, { fromNano, toNano, streams, condition, irregular }: LogWhere): Sql {
  const sql = scoped(scope)
  const { conditions, parameters } = sql
  Object.assign(parameters, { from: timeOf(fromNano), to: timeOf(toNano) })
  conditions.push(`Timestamp >= ${timeParameter('from')}`, `Timestamp < ${timeParameter('to')}`)
  if (streams !== undefined) { parameters['streams'] = streams; conditions.push('Stream IN {streams:Array(String)}') }
  if (irregular === 'only') { conditions.push('Irregular = 1'); return sql }
  if (irregular === 'too') { if (condition !== undefined) conditions.push(`(Irregular = 1 OR ${conditionSql(condition, parameters)})`); return sql }
  if (condition !== undefined) conditions.push(conditionSql(condition, parameters))
  return sql
}

function conditionSql(condition: LogCondition, parameters: Record<string, unknown>): string {
  const bind = (value: unknown, type: string): string => {
    const name = `p${Object.keys(parameters).length}`
    parameters[name] = value
    return `{${name}:${type}}`
  }
  switch (condition.kind) {
    case 'all': return condition.of.length === 0 ? '1' : `(${condition.of.map((part) => conditionSql(part, parameters)).join(' AND ')})`
    case 'any': return condition.of.length === 0 ? '0' : `(${condition.of.map((part) => conditionSql(part, parameters)).join(' OR ')})`
    case 'not': return `NOT ${conditionSql(condition.of, parameters)}`
    case 'link': return `(Timestamp, LeafIndex) IN (SELECT Timestamp, LeafIndex FROM blotter.identifiers WHERE Workspace = {workspace:String} AND Environment = {environment:String} AND IdHash = ${bind(linkHash(condition.link), 'UInt64')})`
    case 'mentions': return `position(Canonical, ${bind(condition.text, 'String')}) > 0`
    case 'text': return textSql(condition, bind)
  }
}

type Text = Extract<LogCondition, { kind: 'text' }>

function textSql({ subject, how, text, ignoreCase = false }: Text, bind: (value: unknown, type: string) => string): string {
  const value = subject === 'line' ? line : subject
  if (how === 'matches') return `match(${value}, ${bind(`(?-s)${text}`, 'String')})` // here a dot matches a line break unless told otherwise
  if (text === '') return how === 'contains' ? '1' : `${value} = ''`
  if (how === 'contains') return `${ignoreCase ? 'positionCaseInsensitive' : 'position'}(${value}, ${bind(text, 'String')}) > 0`
  return ignoreCase ? `(length(${value}) = length(${bind(text, 'String')}) AND positionCaseInsensitive(${value}, ${bind(text, 'String')}) = 1)` : `${value} = ${bind(text, 'String')}`
}
