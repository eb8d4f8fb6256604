// The stages that make a difference to samples. What the line reads at the end does not matter where lines are counted,
// and parsers do not matter where no label does.

import type { Stage } from '../ast.ts'

const parsers: ReadonlySet<Stage['kind']> = new Set(['json', 'logfmt', 'regexp', 'pattern', 'unpack'])

/** A line_format whose line nobody reads is left out, with the errors that it might have had. */
export function withoutUnreadLines(stages: readonly Stage[]): readonly Stage[] {
  return stages.filter((stage, at) => stage.kind !== 'lineFormat' || stages.slice(at + 1).some(readsLine))
}

export function withoutParsers(stages: readonly Stage[]): readonly Stage[] {
  return stages.filter(({ kind }) => !parsers.has(kind))
}

function readsLine(stage: Stage): boolean {
  if (stage.kind === 'lineFormat') return stage.template.includes('__line__')
  if (stage.kind === 'labelFormat') return stage.assignments.some((assignment) => 'template' in assignment && assignment.template.includes('__line__'))
  return stage.kind === 'lineFilter' || parsers.has(stage.kind)
}
