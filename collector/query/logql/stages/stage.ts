// What every stage is once it is compiled: it reads and changes the line at hand and says whether the line stays.
// A stage keeps no state of lines: one compiled pipeline serves all streams of a query.

import type { LineState } from './line-state.ts'

/** False: the line is left out. */
export type RunStage = (state: LineState) => boolean
