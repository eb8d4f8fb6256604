// Queries by chance, the same ones every time: valid ones put together from parts that fit the data, and spoiled ones,
// of which many are refused.

import { createRandom, type Random } from '../../support/random.ts'
import type { CaseGroup } from './selectors.ts'
import { logQuery, metric } from './generate-parts.ts'
import { spoil } from './spoil.ts'

const LOG_SEED = 11
const METRIC_SEED = 22
const SPOILED_SEED = 33

/** About `count` queries. */
export function generatedCases(count: number): readonly CaseGroup[] {
  const part = Math.floor(count / 3)
  return [
    { group: 'generated log', queries: several(part, LOG_SEED, logQuery) },
    { group: 'generated metric', queries: several(part, METRIC_SEED, (random) => metric(random, 2)) },
    { group: 'spoiled', queries: several(part, SPOILED_SEED, (random) => spoil(random, random.next() < 0.6 ? logQuery(random) : metric(random, 1))) },
  ]
}

function several(count: number, seed: number, make: (random: Random) => string): readonly string[] {
  const random = createRandom(seed)
  const queries = new Set<string>()
  while (queries.size < count) queries.add(make(random.fork()))
  return [...queries]
}

