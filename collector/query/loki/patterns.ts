// `patterns`: what the newest lines look like, and when each kind of line came. Found when it is asked for, from lines in
// the store: nothing is kept for it beside them.

import { evaluationLimits } from './query.ts'
import { jsonArray, jsonResponse } from './json-stream.ts'
import { selectorOf, stepOf, windowOf } from './parameters.ts'
import { successful } from './streams.ts'
import { createTemplates } from './templates.ts'
import { evaluateLog } from '../logql/evaluate.ts'
import type { Processed } from '../logql/pipeline.ts'
import type { Templates } from './templates.ts'
import type { Answer } from './question.ts'

/** Lines that are looked at. */
export const patternLines = 5_000

const second = 1_000_000_000n
const finestNano = 10n * second

type Counts = Map<number, number>

export const patterns: Answer = async ({ parameters, nowNano, source, limits, signal, shown }) => {
  const window = windowOf(parameters, nowNano)
  const asked = stepOf(parameters, window)
  const stepNano = asked < finestNano ? finestNano : asked
  const matchers = selectorOf(parameters)
  const entries = await evaluateLog({ kind: 'log', matchers, stages: [] }, source, { window, direction: 'backward', limit: patternLines, limits: evaluationLimits(limits), signal })
  await shown(['selector'], entries.length)
  const told = [...templatesByLevel(entries, stepNano)].flatMap(([level, templates]) => templates.entries().map(({ pattern, kept }) => ({ pattern, level, samples: [...kept].sort(([a], [b]) => a - b) })))
  return jsonResponse(successful(jsonArray(told.sort((a, b) => total(b.samples) - total(a.samples)), (one) => JSON.stringify(one))))
}

function templatesByLevel(entries: readonly Processed[], stepNano: bigint): ReadonlyMap<string, Templates<Counts>> {
  const levels = new Map<string, Templates<Counts>>()
  for (const { timeNano, line, metadata } of entries) {
    const level = metadata.get('detected_level') ?? 'unknown'
    const templates = levels.get(level) ?? createTemplates<Counts>({ create: () => new Map() })
    levels.set(level, templates)
    const counts = templates.add(line)
    const at = Number((timeNano - (timeNano % stepNano)) / second)
    counts?.set(at, (counts.get(at) ?? 0) + 1)
  }
  return levels
}

function total(samples: readonly (readonly [number, number])[]): number {
  return samples.reduce((sum, [, count]) => sum + count, 0)
}
