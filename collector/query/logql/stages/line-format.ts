// `| line_format`: a template writes the line anew. When it fails the line stays, with an error.

import { compileTemplate, TemplateError } from '../text/template.ts'
import { LabelsView } from './labels-view.ts'
import type { LineState } from './line-state.ts'
import type { RunStage } from './stage.ts'

export const templateFailure = 'TemplateFormatErr'

/** A template that is one label. It takes the label as it is: an error is none. */
const labelAlone = /^\{\{-?\s*\.([a-zA-Z_][a-zA-Z0-9_]*)\s*-?\}\}$/

export function compileLineFormat(source: string): RunStage {
  const template = compileTemplate(source, 'line')
  const alone = labelAlone.exec(source)?.[1]
  if (alone !== undefined) return takeLabel(alone)
  return (state) => {
    const { line, timeNano } = state
    const written = renderOrFail(state, () => template.render({ line, timeNano, labels: new LabelsView(state) }))
    if (written !== undefined) state.line = written
    return true
  }
}

function takeLabel(name: string): RunStage {
  return (state) => {
    state.line = state.lookup(name) ?? ''
    return true
  }
}

export function renderOrFail(state: LineState, render: () => string): string | undefined {
  try {
    return render()
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    state.fail(templateFailure, error.message)
    return undefined
  }
}
