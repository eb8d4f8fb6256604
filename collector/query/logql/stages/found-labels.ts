// Where the parsers of whole lines (json, logfmt, regexp, pattern) bring what they find. Labels that the line has already
// stay as they are. What a query asks of a label later on is asked as soon as it is found: a line that will not pass need
// not be parsed to its end. (So a filter sees what the parser found, even if a label_format stands between, as in Loki.)

import type { Labels } from '../entry.ts'
import type { LineState } from './line-state.ts'
import { ownedText } from './owned-text.ts'
import type { RunStage } from './stage.ts'

/** What a parser may know of the rest of its query. */
export interface ParserHints {
  /** The first filter by a label that stands alone in a stage. */
  readonly filters: ReadonlyMap<string, RunStage>
  /** The only labels that matter; absent: all of them. None at all: parsers need not run. */
  readonly required?: ReadonlySet<string>
}

export const noHints: ParserHints = { filters: new Map() }

/** Where an entry has all labels that matter its line need not be parsed, and its errors are not found. */
export function unlessAllTaken(run: RunStage, { required }: ParserHints): RunStage {
  if (required === undefined) return run
  return (state) => countTaken(state, required) === required.size || run(state)
}

function countTaken(state: LineState, required: ReadonlySet<string> | undefined): number {
  let taken = 0
  if (required !== undefined) for (const name of required) if (state.isTaken(name)) taken++
  return taken
}

/** `enough`: nothing more is needed of this line. `drop`: the line will be left out. */
export type Verdict = 'more' | 'enough' | 'drop'

/** What is known of a key that lines use: lines of one query repeat theirs. */
interface KnownKey {
  readonly name: string
  /** For this stream the label is `label`. */
  stream: Labels
  label: string
  filter: RunStage | undefined
  isRequired: boolean
  /** The line that the key set its label in: the same key again overwrites it, another key that reads the same does not. */
  setIn: number
}

/** Forgets all keys at that number, and remembers no longer ones: lines with random keys come along. */
const maxKnownKeys = 10_000
const maxKnownKeyLength = 200

export class FoundLabels {
  readonly #hints: ParserHints
  readonly #nameOf: (key: string) => string
  readonly #known = new Map<string, KnownKey>()
  #line = 0
  /** Of the required labels. */
  #found = 0

  /** `nameOf`: what the label of a key is called, streams aside. */
  constructor(hints: ParserHints, nameOf: (key: string) => string) {
    this.#hints = hints
    this.#nameOf = nameOf
  }

  begin(state: LineState): void {
    this.#line++
    this.#found = countTaken(state, this.#hints.required)
  }

  add(state: LineState, key: string, value: string): Verdict {
    const known = this.#key(key, state)
    if (!known.isRequired) return 'more'
    const isFirst = known.setIn !== this.#line
    if (isFirst && state.isTaken(known.label)) return 'more'
    state.set(known.label, value)
    known.setIn = this.#line
    if (known.filter?.(state) === false) return 'drop'
    if (isFirst) this.#found++
    return this.#found === this.#hints.required?.size ? 'enough' : 'more'
  }

  #key(key: string, state: LineState): KnownKey {
    const known = this.#known.get(key)
    if (known === undefined) return this.#learn(key, state)
    if (known.stream !== state.stream) this.#fit(known, state)
    return known
  }

  #learn(found: string, state: LineState): KnownKey {
    const key = ownedText(found)
    const known: KnownKey = { name: this.#nameOf(key), stream: state.stream, label: '', filter: undefined, isRequired: true, setIn: 0 }
    this.#fit(known, state)
    if (this.#known.size >= maxKnownKeys) this.#known.clear()
    if (key.length <= maxKnownKeyLength) this.#known.set(key, known)
    return known
  }

  #fit(known: KnownKey, state: LineState): void {
    const { required, filters } = this.#hints
    known.stream = state.stream
    known.label = state.extractedName(known.name)
    known.filter = filters.get(known.label)
    known.isRequired = required === undefined || required.has(known.label)
  }
}
