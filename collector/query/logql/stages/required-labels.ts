// Which labels a metric query can still tell apart. Parsers need find no others and may stop when they have these: so an
// error behind them goes unseen, and `sum(count_over_time(… | json …))` does not fail for lines that are no JSON, as in Loki.

import type { Grouping, LabelAssignment, LabelFilter, Stage, Unwrap } from '../ast.ts'

/** Undefined: all labels. */
export function requiredLabels(stages: readonly Stage[], unwrap: Unwrap | undefined, grouping: Grouping | undefined): ReadonlySet<string> | undefined {
  if (grouping === undefined || grouping.without) return undefined
  const names = new Set(grouping.labels)
  if (unwrap !== undefined) names.add(unwrap.label)
  for (const filter of unwrap?.filters ?? []) addFilterNames(filter, names)
  return stages.every((stage) => addStageNames(stage, names)) ? names : undefined
}

/** False: it cannot be told. */
function addStageNames(stage: Stage, names: Set<string>): boolean {
  switch (stage.kind) {
    case 'labelFilter': addFilterNames(stage.filter, names); return true
    case 'lineFormat': return addTemplateNames(stage.template, names)
    case 'labelFormat': return stage.assignments.every((assignment) => addAssignmentNames(assignment, names))
    default: return true
  }
}

function addFilterNames(filter: LabelFilter, names: Set<string>): void {
  if (!('left' in filter)) return void names.add(filter.name)
  addFilterNames(filter.left, names)
  addFilterNames(filter.right, names)
}

function addAssignmentNames(assignment: LabelAssignment, names: Set<string>): boolean {
  if ('template' in assignment) return addTemplateNames(assignment.template, names)
  names.add(assignment.from)
  return true
}

/** Fields are `.name`; a template that takes the labels as a whole (`{{.}}`, `$`, `index`, `range`) may read any. */
function addTemplateNames(template: string, names: Set<string>): boolean {
  if (/\{\{/.test(template) && /\$|\bindex\b|\brange\b|\bwith\b|\.(?![a-zA-Z_0-9])/.test(actionsOf(template))) return false
  for (const [, name = ''] of actionsOf(template).matchAll(/\.([a-zA-Z_][a-zA-Z0-9_]*)/g)) names.add(name)
  return true
}

function actionsOf(template: string): string {
  return [...template.matchAll(/\{\{.*?\}\}/gs)].join(' ')
}
