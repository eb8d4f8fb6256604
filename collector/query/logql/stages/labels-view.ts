// The labels of the line at hand as a template sees them, errors and their details included. Most templates ask for a few
// by name: no map is made for these.

import type { Labels } from '../entry.ts'
import { errorDetailsLabel, type LineState } from './line-state.ts'

export class LabelsView implements Labels {
  readonly #state: LineState
  #all: ReadonlyMap<string, string> | undefined

  constructor(state: LineState) {
    this.#state = state
  }

  get(name: string): string | undefined {
    if (this.#all !== undefined) return this.#all.get(name)
    const { errorDetails } = this.#state
    return name === errorDetailsLabel && errorDetails !== '' ? errorDetails : this.#state.get(name)
  }

  has(name: string): boolean { return this.get(name) !== undefined }
  get size(): number { return this.#map().size }
  keys(): MapIterator<string> { return this.#map().keys() }
  values(): MapIterator<string> { return this.#map().values() }
  entries(): MapIterator<[string, string]> { return this.#map().entries() }
  [Symbol.iterator](): MapIterator<[string, string]> { return this.entries() }

  forEach(call: (value: string, name: string, labels: Labels) => void): void {
    this.#map().forEach((value, name) => call(value, name, this))
  }

  /** From now on the labels as they are now: what is set later is not seen. */
  freeze(): this {
    this.#map()
    return this
  }

  #map(): ReadonlyMap<string, string> {
    this.#all ??= this.#state.allLabels()
    return this.#all
  }
}
