// `| logfmt`: every pair of the line becomes a label, or with expressions only the pairs of these keys.

import type { Extraction } from '../ast.ts'
import { FoundLabels, type ParserHints } from './found-labels.ts'
import { unescapeQuoted } from './json-path.ts'
import { spaceOutReplacements } from './json-string.ts'
import { labelName, rememberNames } from './label-name.ts'
import { errorLabel, type LineState } from './line-state.ts'
import { newPair, readPair, skipToBlank, type LogfmtPair, type LogfmtProblem } from './logfmt-text.ts'
import type { RunStage } from './stage.ts'

export interface LogfmtOptions {
  /** A line stops at the first thing that is no pair, with an error. */
  readonly strict: boolean
  /** Keys without a value become labels without a value. */
  readonly keepEmpty: boolean
}

export function compileLogfmt(options: LogfmtOptions, hints: ParserHints): RunStage {
  const found = new FoundLabels(hints, labelName)
  const errorFilter = hints.filters.get(errorLabel)
  const pair = newPair()
  return (state) => {
    found.begin(state)
    let verdict = 'more'
    const isWhole = eachPair(state, options.strict, pair, ({ key, value }) => {
      if (value === '' && !options.keepEmpty) return true
      verdict = found.add(state, key, spaceOutReplacements(value))
      return verdict === 'more'
    })
    return verdict !== 'drop' && (isWhole || errorFilter === undefined || errorFilter(state))
  }
}

/**
 * The last pair of a key counts; for labels of the stream, which get another name, the first one does. A key that does not
 * occur sets '', except for labels of the stream; so does a key that is to get another name but has become a label before.
 */
export function compileLogfmtExpressions(options: LogfmtOptions, extractions: readonly Extraction[]): RunStage {
  const wanted = namesByKey(extractions)
  const sanitize = rememberNames(labelName)
  const pair = newPair()
  const seen = new Set<string>()
  return (state) => {
    seen.clear()
    eachPair(state, options.strict, pair, ({ key, value }) => {
      const plain = sanitize(key)
      const name = wanted.get(plain)
      if (name === undefined || (name !== plain && state.isTaken(plain))) return true
      const label = state.extractedName(name)
      if (label !== name && seen.has(name)) return true
      state.set(label, value.includes('\ufffd') ? '' : value)
      seen.add(name)
      return true
    })
    for (const { name } of extractions) if (!seen.has(name) && !state.stream.has(name)) state.set(name, '')
    return true
  }
}

/** `b="a"` takes the pair `a=…`, the first expression that wants it does; pairs `b=…` are taken as well. */
function namesByKey(extractions: readonly Extraction[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const { name, path } of extractions) if (!names.has(keyOf(path))) names.set(keyOf(path), name)
  for (const { name } of extractions) if (!names.has(name)) names.set(name, name)
  return names
}

/** `"a key"` or `key`. */
function keyOf(path: string): string {
  const key = path.trim()
  return key.startsWith('"') ? unescapeQuoted(key.slice(1, -1)) : key
}

/** False: the line was given up at what is no pair. */
function eachPair(state: LineState, strict: boolean, pair: LogfmtPair, onPair: (pair: LogfmtPair) => boolean): boolean {
  const { line } = state
  for (let at = 0; readPair(line, at, pair); at = pair.next) {
    if (pair.problem === undefined) {
      if (!onPair(pair)) return true
    } else if (strict) {
      state.failParser('LogfmtParserErr', problemText(line, pair.problem))
      return false
    } else pair.next = skipToBlank(line, pair.next)
  }
  return true
}

/** Places count bytes, from 1. */
function problemText(line: string, { at, message }: LogfmtProblem): string {
  return `logfmt syntax error at pos ${Buffer.byteLength(line.slice(0, at)) + 1} : ${message}`
}
