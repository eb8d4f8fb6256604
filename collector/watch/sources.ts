// Sources that fell silent: one that sent regularly and has not been heard of for much longer than it ever paused. An
// integration that stopped writing its audit trail looks exactly like one in which nothing happens.

export interface Source { readonly workspace: string; readonly environment: string; readonly integration: string }

export interface Silence extends Source {
  readonly kind: 'silent' | 'resumed'
  /** The sink time of its last record before the silence. */
  readonly sinceNano: bigint
  /** How long a pause is usual for it. */
  readonly usualMs: number
}

interface Tracked extends Source { records: number; usualMs: number; last: string; silent: boolean }

/** Plain values, for a file. */
export type SourceState = readonly Tracked[]

export interface Sources {
  observe(source: Source, storedAtNano: bigint): Silence | undefined
  /** Sources that have just become silent; told once. */
  due(nowNano: bigint): Silence[]
  /** Whether it was told to be silent, and has not been heard of since. */
  isSilent(source: Source): boolean
  state(): SourceState
  readonly size: number
}

export interface SourceOptions {
  /** No source is silent before this. */
  readonly leastMs: number
  /** Silent is this many times the usual pause. */
  readonly times?: number
  /** Since when we listen: what was not heard before does not count as silence. */
  readonly sinceNano: bigint
}

const maxSources = 5000
/** Fewer records say nothing about what is usual. */
const enoughRecords = 20
/** A new pause counts for a twentieth of what is usual. */
const weight = 0.05

export function createSources(state: SourceState, { leastMs, times = 20, sinceNano }: SourceOptions): Sources {
  const sources = new Map(state.map((source) => [keyOf(source), { ...source }]))

  return {
    observe(source, storedAtNano) {
      const key = keyOf(source)
      const known = sources.get(key)
      if (known === undefined) {
        if (sources.size >= maxSources) sources.delete(sources.keys().next().value!)
        sources.set(key, { ...source, records: 1, usualMs: 0, last: String(storedAtNano), silent: false })
        return undefined
      }
      const lastNano = BigInt(known.last)
      const pauseMs = Math.max(0, Number(storedAtNano - lastNano) / 1e6)
      const resumed: Silence | undefined = known.silent ? { ...named(known), kind: 'resumed', sinceNano: lastNano, usualMs: known.usualMs } : undefined
      if (!known.silent) known.usualMs = known.records < enoughRecords ? known.usualMs + (pauseMs - known.usualMs) / known.records : known.usualMs * (1 - weight) + pauseMs * weight
      known.records += 1
      known.last = String(storedAtNano > lastNano ? storedAtNano : lastNano)
      known.silent = false
      return resumed
    },

    due(nowNano) {
      const silent: Silence[] = []
      for (const source of sources.values()) {
        const heardNano = BigInt(source.last) > sinceNano ? BigInt(source.last) : sinceNano
        const quietMs = Number(nowNano - heardNano) / 1e6
        if (source.silent || source.records < enoughRecords || quietMs < Math.max(leastMs, times * source.usualMs)) continue
        source.silent = true
        silent.push({ ...named(source), kind: 'silent', sinceNano: BigInt(source.last), usualMs: source.usualMs })
      }
      return silent
    },

    isSilent: (source) => sources.get(keyOf(source))?.silent === true,
    state: () => [...sources.values()],
    get size() { return sources.size },
  }
}

function named({ workspace, environment, integration }: Source): Source {
  return { workspace, environment, integration }
}

function keyOf({ workspace, environment, integration }: Source): string {
  return `${workspace}\n${environment}\n${integration}`
}
