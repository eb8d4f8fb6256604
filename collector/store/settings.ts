// How the engine should go about the queries that look for a few rows among millions. What it does by default helps those
// that sort much: it filters by the best rows so far, and reads the other columns later. Where few rows match at all, that
// costs ten times what the query does (10 million records: 140 ms instead of 11).

import type { Connection } from './connect.ts'

export interface QuerySettings {
  /** Where a condition leaves few rows. */
  readonly few: string
  /** The same in one thread: to start more takes longer than what they would do. */
  readonly fewest: string
  /** The newest or oldest of many, or counts of them: columns are read when it is known of which rows. */
  readonly many: string
  /** What the parts keep of whole hours: the only queries that a projection serves. */
  readonly hours: string
}

const topOff = ['use_top_k_dynamic_filtering', 'use_skip_indexes_for_top_k']
const lazy = 'query_plan_optimize_lazy_materialization'
/** Pages are not read in the order of the key: that opens every part of the window one after the other. */
const inOrder = 'optimize_read_in_order'
/** To find out that none of them serves takes as long as reading the rows. */
const projections = ['optimize_use_projections', 'optimize_use_implicit_projections']

/** Older servers do not know all of them, and refuse what they do not know. */
export async function querySettings(connection: Connection): Promise<QuerySettings> {
  const names = [...topOff, lazy, inOrder, ...projections]
  const known = new Set((await connection.query<{ name: string }>('SELECT name FROM system.settings WHERE name IN {names:Array(String)}', { names })).map(({ name }) => name))
  const off = (...wanted: string[]): string => wanted.filter((name) => known.has(name)).map((name) => `${name} = 0`).join(', ')
  const few = off(...topOff, lazy, inOrder, ...projections)
  return { few, fewest: `max_threads = 1${few === '' ? '' : `, ${few}`}`, many: off(topOff[0]!, inOrder, ...projections), hours: off(inOrder) }
}
