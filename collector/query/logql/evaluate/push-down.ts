// Counts that the source can make without handing out rows: a sum of counts by labels, in buckets whose edges are edges
// of windows, so that a window is a sum of whole buckets.

import type { RangeAggregation, VectorAggregation } from '../ast.ts'
import type { CountedSeries, CountQuestion } from '../entry.ts'
import type { Context } from './context.ts'
import { lastTime, shifted, type Grid } from './grid.ts'
import { unlessAborted } from './pages.ts'
import type { Series } from './results.ts'

/** More buckets than this are no cheaper to count than rows are to read. */
const maxBuckets = 100_000

/** `undefined`: read rows. Only a sum of whole lines is the same however lines were grouped before. */
export async function countAtSource({ op, operand, grouping }: VectorAggregation, context: Context): Promise<readonly Series[] | undefined> {
  if (op !== 'sum' || operand.kind !== 'range' || grouping?.without === true) return undefined
  const measure = measures.get(operand.op)
  if (measure === undefined || operand.rangeNano === 0n || operand.unwrap !== undefined || operand.grouping !== undefined) return undefined
  const buckets = bucketsOf(operand, context.grid)
  if (buckets.buckets > maxBuckets) return undefined
  const question = { log: operand.log, measure, by: grouping?.labels ?? [], ...buckets, signal: context.budget.signal }
  const counted = await unlessAborted(context.source.count(question), context.budget.signal)
  // With steps longer than the range, some buckets lie in no window.
  return counted?.map((series) => windows(series, operand, buckets, context)).filter(({ steps }) => steps.length > 0)
}

const measures: ReadonlyMap<RangeAggregation['op'], CountQuestion['measure']> = new Map([
  ['count_over_time', 'lines'],
  ['rate', 'lines'],
  ['bytes_over_time', 'bytes'],
  ['bytes_rate', 'bytes'],
])

type Buckets = Pick<CountQuestion, 'originNano' | 'widthNano' | 'buckets'>

/** The widest buckets that both the range and the step are multiples of. */
function bucketsOf({ rangeNano, offsetNano }: RangeAggregation, grid: Grid): Buckets {
  const asked = shifted(grid, offsetNano)
  const widthNano = grid.steps === 1 ? rangeNano : greatestCommonDivisor(rangeNano, grid.stepNano)
  const originNano = asked.startNano - rangeNano
  return { originNano, widthNano, buckets: Number((lastTime(asked) - originNano) / widthNano) }
}

function windows({ labels, counts }: CountedSeries, { op, rangeNano }: RangeAggregation, { widthNano }: Buckets, { grid, budget }: Context): Series {
  const upTo = new Float64Array(counts.length + 1)
  for (let i = 0; i < counts.length; i += 1) upTo[i + 1] = (upTo[i] as number) + (counts[i] as number)
  const range = Number(rangeNano / widthNano)
  const stride = Number(grid.stepNano / widthNano)
  const scale = op === 'rate' || op === 'bytes_rate' ? Number(rangeNano) / 1e9 : 1
  const series = { labels, steps: [] as number[], values: [] as number[] }
  for (let step = 0; step < grid.steps; step += 1) {
    const from = step * stride
    const sum = (upTo[from + range] as number) - (upTo[from] as number)
    if (sum <= 0) continue
    series.steps.push(step)
    series.values.push(sum / scale)
  }
  budget.hold(series.steps.length)
  return series
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b)
}
