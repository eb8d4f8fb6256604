// `| json`: every scalar of the line becomes a label. Names of nested objects are joined by underscores; arrays and nulls
// are left out. A line that is no JSON keeps what could be read and an error.

import { FoundLabels, type ParserHints, type Verdict } from './found-labels.ts'
import { eachMember } from './json-members.ts'
import { labelText } from './json-string.ts'
import { maxDepth, type JsonProblem, type JsonValue } from './json-text.ts'
import { labelName, nestedName, rememberNames } from './label-name.ts'
import { LineState } from './line-state.ts'
import type { RunStage } from './stage.ts'

export const jsonParserError = 'JSONParserErr'

export function compileJson(hints: ParserHints): RunStage {
  const walk = new JsonWalk(hints)
  return (state) => walk.run(state)
}

class JsonWalk {
  readonly #found: FoundLabels
  readonly #topName = rememberNames(labelName)
  readonly #nestedName = rememberNames(nestedName)
  readonly #onMember = (key: string, value: JsonValue): boolean => this.#member(key, value)
  #state = new LineState()
  #text = ''
  /** Name of the object at hand; '' at the top. */
  #prefix = ''
  #depth = 0
  #verdict: Verdict = 'more'
  #problem: JsonProblem | undefined

  constructor(hints: ParserHints) {
    this.#found = new FoundLabels(hints, labelName)
  }

  run(state: LineState): boolean {
    this.#begin(state)
    this.#object(state.line, '')
    if (this.#problem !== undefined) state.failParser(jsonParserError, this.#problem)
    return this.#verdict !== 'drop'
  }

  #begin(state: LineState): void {
    this.#found.begin(state)
    this.#state = state
    this.#verdict = 'more'
    this.#problem = undefined
  }

  /** What is behind the end of an inner object is not part of it, even if it is broken. */
  #object(text: string, prefix: string): void {
    const [outerText, outerPrefix] = [this.#text, this.#prefix]
    this.#text = text
    this.#prefix = prefix
    this.#depth++
    const problem = this.#depth > maxDepth ? 'Malformed JSON error' : eachMember(text, 0, this.#onMember)
    if (problem !== undefined) this.#problem = problem
    this.#depth--
    this.#text = outerText
    this.#prefix = outerPrefix
  }

  #member(key: string, value: JsonValue): boolean {
    if (value.type === 'array' || value.type === 'null') return true
    if (value.type === 'object') this.#object(this.#text.slice(value.start, value.end), this.#prefix === '' ? this.#topName(key) : this.#nested(key))
    else this.#verdict = this.#found.add(this.#state, this.#prefix === '' ? key : this.#nested(key), this.#scalar(value))
    return this.#verdict === 'more' && this.#problem === undefined
  }

  #scalar({ type, start, end }: JsonValue): string {
    return type === 'string' ? labelText(this.#text, start, end) : this.#text.slice(start, end)
  }

  #nested(key: string): string {
    const name = this.#nestedName(key)
    return name === '' ? this.#prefix : `${this.#prefix}_${name}`
  }
}
