// A selector and the stages after it.

import type { LogQuery, Stage } from '../ast.ts'
import type { Cursor } from './cursor.ts'
import { parseMatchers } from './selector.ts'
import { parseStage } from './stages.ts'

/** Up to what is no stage, `| unwrap` included. */
export function parseLogQuery(cursor: Cursor): LogQuery {
  return { kind: 'log', matchers: parseMatchers(cursor), stages: parseStages(cursor) }
}

export function parseStages(cursor: Cursor): readonly Stage[] {
  const stages: Stage[] = []
  for (let stage = parseStage(cursor); stage !== undefined; stage = parseStage(cursor)) stages.push(stage)
  return stages
}
