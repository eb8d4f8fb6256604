// Samples of one series in order of time, each with the steps whose windows hold it.

import type { Labels } from '../entry.ts'
import { keyOf } from './labels.ts'

/** Parallel arrays: a query may hold millions of samples. */
export interface Samples {
  readonly labels: Labels
  /** The first step whose window holds the sample. */
  readonly enter: number[]
  /** The first step after it whose window does not. */
  readonly leave: number[]
  readonly values: number[]
  /** Nanoseconds since the start of the query; only for `rate_counter`. */
  readonly timesNano: number[]
}

const maxReferences = 10_000

/** Series by their labels: by reference first, which most samples are found by, then by key. */
export class SampleTable {
  readonly #byReference = new Map<Labels, Samples>()
  readonly #byKey = new Map<string, Samples>()

  of(labels: Labels): Samples {
    const known = this.#byReference.get(labels)
    if (known !== undefined) return known
    const key = keyOf(labels)
    const samples = this.#byKey.get(key) ?? this.#begin(key, labels)
    // Parsed labels are new objects for every line: what is remembered by reference must not grow with the lines.
    if (this.#byReference.size >= maxReferences) this.#byReference.clear()
    this.#byReference.set(labels, samples)
    return samples
  }

  all(): Iterable<Samples> {
    return this.#byKey.values()
  }

  #begin(key: string, labels: Labels): Samples {
    const samples: Samples = { labels, enter: [], leave: [], values: [], timesNano: [] }
    this.#byKey.set(key, samples)
    return samples
  }
}
