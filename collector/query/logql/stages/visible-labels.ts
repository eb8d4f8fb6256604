// The labels of stream and metadata that the stages left. Streams that lose labels lose the same ones for most entries:
// their sets are made once.

import type { Labels } from '../entry.ts'
import type { LineState } from './line-state.ts'

const maxSets = 1000

export class VisibleLabels {
  readonly #streams = new Map<Labels, Map<string, Labels>>()

  ofStream({ stream, hidden }: LineState): Labels {
    const gone = namesIn(hidden, stream)
    if (gone.length === 0) return stream
    return this.#known(stream, gone.toSorted().join('\0'), () => without(stream, hidden))
  }

  ofMetadata({ metadata, hidden }: LineState): Labels {
    return namesIn(hidden, metadata).length === 0 ? metadata : without(metadata, hidden)
  }

  #known(stream: Labels, key: string, make: () => Labels): Labels {
    let sets = this.#streams.get(stream)
    if (sets === undefined) {
      if (this.#streams.size >= maxSets) this.#streams.clear()
      this.#streams.set(stream, sets = new Map())
    }
    const known = sets.get(key)
    if (known !== undefined) return known
    const made = make()
    if (sets.size < maxSets) sets.set(key, made)
    return made
  }
}

const none: readonly string[] = []

function namesIn(hidden: ReadonlySet<string>, labels: Labels): readonly string[] {
  return hidden.size === 0 ? none : [...hidden].filter((name) => labels.has(name))
}

function without(labels: Labels, hidden: ReadonlySet<string>): Labels {
  const left = new Map<string, string>()
  for (const [name, value] of labels) if (!hidden.has(name)) left.set(name, value)
  return left
}
