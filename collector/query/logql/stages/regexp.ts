// `| regexp`: the named groups of the first match become labels. A line without a match stays as it is.

import { compileRegex } from '../text/regex.ts'
import { addGroups, captureName } from './captures.ts'
import { FoundLabels, type ParserHints } from './found-labels.ts'
import type { RunStage } from './stage.ts'

export function compileRegexp(pattern: string, hints: ParserHints): RunStage {
  const regex = compileRegex(pattern, false)
  const found = new FoundLabels(hints, captureName)
  return (state) => {
    const groups = regex.groups(state.line)
    return groups === undefined || addGroups(state, found, groups)
  }
}
