// Labels of the series that a sample belongs to. Equal sets are the same object wherever that is cheap to know: whoever
// collects samples finds the series by it.

import type { Grouping, Stage, Unwrap } from '../ast.ts'
import type { Labels } from '../entry.ts'
import type { LineState } from './line-state.ts'
import { ownedText } from './owned-text.ts'

/** Forgets all of them at that number: there are as many as series, and a query with more is refused anyway. */
const maxKnownSets = 10_000

export class SampleLabels {
  readonly #known = new Map<string, Labels>()
  readonly #by: readonly string[] | undefined
  /** Labels that are not part of a series. */
  readonly #left: ReadonlySet<string>
  /** Of groups. */
  readonly #keepEmpty: boolean
  /** Labels without a value make series of their own, but are not shown: whoever shows a series leaves them out. */
  readonly dropsEmpty: boolean

  constructor(stages: readonly Stage[], unwrap: Unwrap | undefined, grouping: Grouping | undefined) {
    this.#by = grouping?.without === false ? grouping.labels : undefined
    this.#left = new Set([...grouping?.without === true ? grouping.labels : [], ...unwrap === undefined ? [] : [unwrap.label]])
    this.#keepEmpty = keepsEmptyLabels(stages, grouping)
    this.dropsEmpty = this.#by === undefined && !this.#keepEmpty
  }

  of(state: LineState): Labels {
    return this.#by === undefined ? this.#all(state) : this.#grouped(state, this.#by)
  }

  #grouped(state: LineState, by: readonly string[]): Labels {
    let key = ''
    for (const name of by) {
      const value = this.#value(state, name)
      key += value === undefined ? '-' : `${value.length}:${value}`
    }
    return this.#known.get(key) ?? this.#remember(key, new Map(by.flatMap((name) => {
      const value = this.#value(state, name)
      return value === undefined ? [] : [[name, ownedText(value)] as const]
    })))
  }

  #value(state: LineState, name: string): string | undefined {
    const value = state.get(name)
    return value === '' && !this.#keepEmpty ? undefined : value
  }

  #all(state: LineState): Labels {
    if (state.isUntouched && state.error === '' && this.#left.size === 0) return state.stream
    let key = ''
    this.#eachLabel(state, (value, name) => { key += `${name.length}:${name}${value.length}:${value}` })
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const labels = new Map<string, string>()
    this.#eachLabel(state, (value, name) => labels.set(name, ownedText(value)))
    return this.#remember(key, labels)
  }

  #eachLabel(state: LineState, call: (value: string, name: string) => void): void {
    const use = (value: string, name: string): void => {
      if (!this.#left.has(name)) call(value, name)
    }
    state.eachLabel(use)
    state.eachError(use)
  }

  #remember(key: string, labels: Labels): Labels {
    if (this.#known.size >= maxKnownSets) this.#known.clear()
    this.#known.set(key, labels)
    return labels
  }
}

/**
 * Labels without a value are left out of series, unless a parser of whole lines may have found them and no stage takes
 * labels away; those that are grouped by count even then.
 */
function keepsEmptyLabels(stages: readonly Stage[], grouping: Grouping | undefined): boolean {
  if (grouping?.without === true) return false
  const parsesAll = stages.some((stage) => (stage.kind === 'json' || stage.kind === 'logfmt') && stage.expressions.length === 0)
  return parsesAll && (grouping !== undefined || !stages.some(takesLabelsAway))
}

function takesLabelsAway(stage: Stage): boolean {
  return stage.kind === 'drop' || stage.kind === 'keep' || (stage.kind === 'labelFormat' && stage.assignments.some((assignment) => 'from' in assignment))
}
