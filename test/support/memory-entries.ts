// Entries without a store, for tests of whoever reads an EntrySource: in order, in pages, with what was asked written down.

import { RE2JS } from 're2js'
import type { Matcher } from '../../collector/query/logql/ast.ts'
import type { CountQuestion, CountedSeries, Entry, EntryQuestion, EntrySource, Labels } from '../../collector/query/logql/entry.ts'

export interface MemoryEntriesOptions {
  /** Entries of a page. Default 100. */
  readonly pageSize?: number
  /** Answers `count`; without it every question gets undefined. */
  readonly count?: (question: CountQuestion, entries: readonly Entry[]) => readonly CountedSeries[] | undefined
}

export interface MemoryEntries extends EntrySource {
  /** Every question that was asked, in order. */
  readonly questions: readonly EntryQuestion[]
  readonly countQuestions: readonly CountQuestion[]
  /** How many entries were handed out. */
  read(): number
}

export function createMemoryEntries(entries: readonly Entry[], options: MemoryEntriesOptions = {}): MemoryEntries {
  const pageSize = options.pageSize ?? 100
  const ordered = entries.toSorted((a, b) => (a.timeNano < b.timeNano ? -1 : a.timeNano > b.timeNano ? 1 : 0))
  const questions: EntryQuestion[] = []
  const countQuestions: CountQuestion[] = []
  let read = 0
  return {
    questions,
    countQuestions,
    read: () => read,
    async *entries(question) {
      questions.push(question)
      const asked = select(ordered, question)
      for (let at = 0; at < asked.length; at += pageSize) {
        question.signal?.throwIfAborted()
        const page = asked.slice(at, at + pageSize)
        read += page.length
        yield page
      }
    },
    async count(question) {
      countQuestions.push(question)
      question.signal?.throwIfAborted()
      return options.count?.(question, ordered)
    },
  }
}

function select(ordered: readonly Entry[], { fromNano, toNano, matchers, direction }: EntryQuestion): readonly Entry[] {
  const matches = matcherOf(matchers)
  const chosen = ordered.filter((entry) => entry.timeNano >= fromNano && entry.timeNano < toNano && matches(entry.stream))
  return direction === 'forward' ? chosen : chosen.reverse()
}

/** Written apart from the one under test, so that they can disagree. */
function matcherOf(matchers: readonly Matcher[]): (stream: Labels) => boolean {
  const tests = matchers.map(({ name, op, value }) => {
    const expression = op === '=~' || op === '!~' ? RE2JS.compile(value) : undefined
    const positive = op === '=' || op === '=~'
    return (stream: Labels) => {
      const actual = stream.get(name) ?? ''
      return (expression === undefined ? actual === value : expression.matches(actual)) === positive
    }
  })
  return (stream) => tests.every((test) => test(stream))
}

/** A map of labels, in the order given. */
export function labelsOf(values: Readonly<Record<string, string>>): Labels {
  return new Map(Object.entries(values))
}
