// `| pattern`: captures between literal texts become labels. Those before the first literal that is missing count.

import { compilePattern } from '../text/line-pattern.ts'
import { addGroups, captureName } from './captures.ts'
import { FoundLabels, type ParserHints } from './found-labels.ts'
import type { RunStage } from './stage.ts'

export function compilePatternParser(source: string, hints: ParserHints): RunStage {
  const pattern = compilePattern(source)
  const found = new FoundLabels(hints, captureName)
  return (state) => {
    const captures = pattern.match(state.line)
    return captures === undefined || addGroups(state, found, captures)
  }
}
