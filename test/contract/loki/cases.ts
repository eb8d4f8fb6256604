// The cases of our own: written by hand, generated, and spoiled. Each is asked in one or two ways.

import { generatedCases } from './generate.ts'
import { invalidCases } from './cases-invalid.ts'
import { logCases } from './cases-log.ts'
import { metricCases } from './cases-metric.ts'
import { limitedQueries, storeCases } from './cases-store.ts'
import type { Question } from './question.ts'
import type { CaseGroup } from './selectors.ts'

export function allQuestions(generated: number): readonly Question[] {
  return [...logCases.flatMap(logQuestions), ...metricCases.flatMap(metricQuestions), ...invalidCases.flatMap(metricQuestions), ...generatedCases(generated).flatMap(({ group, queries }) => queries.map((query, i) => anyQuestion(group, query, i)))]
}

/** Asked of records in a store, besides. */
export function storeQuestions(): readonly Question[] {
  return [...storeCases.flatMap(({ group, queries }) => queries.map((query, i) => anyQuestion(group, query, i))), ...limitedQueries.flatMap(limitedQuestions)]
}

/** Fewer than there are: pages and slices of the window have to end where they should. */
function limitedQuestions(query: string): readonly Question[] {
  return [1, 7, 130, 200].flatMap((limit) => (['forward', 'backward'] as const).map((direction) => ({ group: 'store limits', query, kind: 'log' as const, direction, limit })))
}

function logQuestions({ group, queries }: CaseGroup): readonly Question[] {
  return queries.map((query, i) => ({ group, query, kind: 'log', direction: i % 2 === 0 ? 'backward' : 'forward' }))
}

function metricQuestions({ group, queries }: CaseGroup): readonly Question[] {
  return queries.flatMap((query) => [{ group, query, kind: 'range' as const }, { group, query, kind: 'instant' as const }])
}

function anyQuestion(group: string, query: string, i: number): Question {
  if (/^\s*\(*\s*\{/.test(query)) return { group, query, kind: 'log', direction: i % 2 === 0 ? 'backward' : 'forward' }
  return { group, query, kind: i % 2 === 0 ? 'range' : 'instant' }
}
