// `| unpack`: undoes packing, where labels and the line were put into one JSON object; `_entry` is the line. Objects
// without it were not packed and stay as they are. Only strings are unpacked.

import { FoundLabels, noHints } from './found-labels.ts'
import { eachMember } from './json-members.ts'
import { labelText } from './json-string.ts'
import { jsonParserError } from './json.ts'
import { labelName } from './label-name.ts'
import type { LineState } from './line-state.ts'
import type { RunStage } from './stage.ts'

const entryKey = '_entry'

export function compileUnpack(): RunStage {
  const found = new FoundLabels(noHints, labelName)
  return (state) => {
    unpack(state, found)
    return true
  }
}

function unpack(state: LineState, found: FoundLabels): void {
  const { line } = state
  if (line === '') return
  if (!line.startsWith('{')) return state.failParser(jsonParserError, 'expecting json object(6), but it is not')
  const labels: [key: string, value: string][] = []
  let entry: string | undefined
  const problem = eachMember(line, 0, (key, { type, start, end }) => {
    if (type !== 'string') return true
    if (key === entryKey) entry = labelText(line, start, end)
    else labels.push([key, labelText(line, start, end)])
    return true
  })
  if (problem !== undefined) return state.failParser(jsonParserError, problem)
  if (entry === undefined) return
  found.begin(state)
  for (const [key, value] of labels) found.add(state, key, value)
  state.line = entry
}
