// A query as people lay it out: on one line while it fits, else a stage, an argument or an operand per line. The text
// is LogQL again with the same meaning.

import type { Expression } from './ast.ts'
import { lay } from './format/lay.ts'
import { parseSyntax } from './parse.ts'

/** As /loki/api/v1/format_query prints it. */
export function formatLogQL(expression: Expression): string {
  return lay(expression, 0)
}

/** What format_query answers: it prints queries, too, that are only refused when they are run. @throws LogQLError */
export function formatQuery(source: string): string {
  return formatLogQL(parseSyntax(source))
}
