// Range aggregations: samples by series, then the windows of each series.

import type { Grouping, RangeAggregation } from '../ast.ts'
import { evaluateAbsent } from './absent.ts'
import type { Context } from './context.ts'
import { except } from './labels.ts'
import { measureOf, windowOf, type WindowedAggregation } from './range-functions.ts'
import type { Series } from './results.ts'
import { SampleTable } from './samples.ts'
import { readSamples } from './sampling.ts'
import { slide } from './sliding.ts'

/** `grouping`: of the aggregation itself, or of a sum around it (which then has nothing left to add up). */
export function evaluateRangeAggregation(node: RangeAggregation, grouping: Grouping | undefined, context: Context): Promise<readonly Series[]> {
  return context.once([node, grouping], () => {
    const { op } = node
    return op === 'absent_over_time' ? evaluateAbsent(node, context) : evaluateWindows({ ...node, op }, grouping, context)
  })
}

async function evaluateWindows(node: WindowedAggregation, grouping: Grouping | undefined, context: Context): Promise<readonly Series[]> {
  const { budget } = context
  const { table, dropsEmpty } = await collect(node, grouping, context)
  const series: Series[] = []
  for (const samples of table.all()) {
    await budget.breathe()
    const points = slide(samples, windowOf(node, samples), budget.check)
    budget.hold(points.steps.length)
    // Labels without a value still kept the series apart: two of the answer may look alike.
    series.push({ labels: dropsEmpty ? except(samples.labels, []) : samples.labels, ...points })
  }
  return series
}

async function collect(node: WindowedAggregation, grouping: Grouping | undefined, context: Context): Promise<{ readonly table: SampleTable; readonly dropsEmpty: boolean }> {
  const table = new SampleTable()
  const merge = measureOf(node) !== 'value'
  const timed = node.op === 'rate_counter'
  const originNano = context.grid.startNano
  const { dropsEmpty } = await readSamples(node, grouping, context, ({ labels, value }, timeNano, { enter, leave }) => {
    const samples = table.of(labels)
    const last = samples.values.length - 1
    // Whole numbers that come and go together can be held as one.
    if (merge && samples.enter[last] === enter && samples.leave[last] === leave) {
      samples.values[last] = (samples.values[last] as number) + value
      return
    }
    context.budget.hold(1)
    samples.enter.push(enter)
    samples.leave.push(leave)
    samples.values.push(value)
    if (timed) samples.timesNano.push(Number(timeNano - originNano))
  })
  return { table, dropsEmpty }
}
