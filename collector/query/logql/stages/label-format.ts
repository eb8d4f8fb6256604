// `| label_format`: renames labels and writes them by templates, in order. All templates of one stage see the labels as
// they were when the first of them ran.

import type { LabelAssignment } from '../ast.ts'
import { compileTemplate, type Template } from '../text/template.ts'
import { LabelsView } from './labels-view.ts'
import { renderOrFail } from './line-format.ts'
import type { LineState } from './line-state.ts'
import type { RunStage } from './stage.ts'

type Assign = (state: LineState, view: () => LabelsView) => void

export function compileLabelFormat(assignments: readonly LabelAssignment[]): RunStage {
  const steps = assignments.map((assignment) => 'from' in assignment ? rename(assignment) : write(assignment.name, compileTemplate(assignment.template, 'label')))
  const single = steps.length === 1
  return (state) => {
    let seen: LabelsView | undefined
    const view = (): LabelsView => seen ??= single ? new LabelsView(state) : new LabelsView(state).freeze()
    for (const step of steps) step(state, view)
    return true
  }
}

function rename({ name, from }: { readonly name: string; readonly from: string }): Assign {
  return (state) => {
    const value = state.lookup(from)
    if (value === undefined) return
    state.set(name, value)
    state.delete(from)
  }
}

function write(name: string, template: Template): Assign {
  return (state, view) => {
    const { line, timeNano } = state
    const value = renderOrFail(state, () => template.render({ line, timeNano, labels: view() }))
    if (value !== undefined) state.set(name, value)
  }
}
