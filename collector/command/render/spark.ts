// A series as a line of blocks: its shape, not its values. Steps without a value stay empty.

const blocks = '▁▂▃▄▅▆▇█'

/** `values[i]`: of step i; undefined where there is none. */
export function sparkLine(values: readonly (number | undefined)[], cells: number): string {
  const binned = bins(values, Math.max(1, Math.min(cells, values.length)))
  const known = binned.filter((value) => value !== undefined && Number.isFinite(value)) as number[]
  const [least, most] = [Math.min(...known), Math.max(...known)]
  return binned.map((value) => {
    if (value === undefined || Number.isNaN(value)) return ' '
    if (!Number.isFinite(value)) return value > 0 ? blocks.at(-1) : blocks[0]
    return blocks[most === least ? 0 : Math.round(((value - least) / (most - least)) * (blocks.length - 1))]
  }).join('')
}

/** The largest of each bin: a peak that lasts one step must still be seen. */
function bins(values: readonly (number | undefined)[], count: number): (number | undefined)[] {
  return Array.from({ length: count }, (_, i) => {
    const part = values.slice(Math.floor((i * values.length) / count), Math.floor(((i + 1) * values.length) / count)).filter((value) => value !== undefined)
    return part.length === 0 ? undefined : Math.max(...part)
  })
}
