// `| decolorize`: takes terminal colours out of the line.

import { decolorize } from '../text/decolorize.ts'
import type { RunStage } from './stage.ts'

export function compileDecolorize(): RunStage {
  return (state) => {
    state.line = decolorize(state.line)
    return true
  }
}
