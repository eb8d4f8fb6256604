// Numbers that never came. A stream of records numbers them from 1 (`audit.sequence.number`); what arrives in another
// order is waited for, and what does not arrive within the grace time is a loss that somebody must hear of.

/** One numbered record as it was journaled. */
export interface Numbered {
  readonly workspace: string
  readonly environment: string
  readonly integration: string
  readonly stream: string
  readonly number: number
  /** The sender's mark on the last record of a stream. */
  readonly end: boolean
  readonly storedAtNano: bigint
}

export interface Gap extends Pick<Numbered, 'workspace' | 'environment' | 'integration' | 'stream'> {
  /** `missing`: these never came. `after_end`: this came although the stream had ended. */
  readonly kind: 'missing' | 'after_end'
  readonly first: number
  readonly last: number
  /** When it was noticed: the sink time of the record that showed it. */
  readonly sinceNano: bigint
}

interface Range { first: number; last: number; readonly since: string }
interface Stream extends Pick<Numbered, 'workspace' | 'environment' | 'integration' | 'stream'> { highest: number; missing: Range[]; ended: boolean; last: string }

/** Plain values, for a file. */
export type SequenceState = readonly Stream[]

export interface Sequences {
  observe(record: Numbered): void
  /** What has been missing for longer than the grace time; told once. */
  due(nowNano: bigint): Gap[]
  state(): SequenceState
  readonly size: number
}

/** Streams that are followed at a time; beyond it the one that was quiet longest is forgotten. */
const maxStreams = 10_000
/** Holes of one stream; beyond it the oldest is told at once. */
const maxRanges = 100
const idleNano = 24n * 3600n * 1_000_000_000n

/** `fromStart`: whether a stream is seen from its first record on, so that a first number above 1 is a gap. */
export function createSequences(state: SequenceState, { graceNano, fromStart }: { readonly graceNano: bigint; readonly fromStart: boolean }): Sequences {
  const streams = new Map(state.map((stream) => [keyOf(stream), { ...stream, missing: stream.missing.map((range) => ({ ...range })) }]))
  const violations: Gap[] = []

  function streamOf(record: Numbered): Stream {
    const key = keyOf(record)
    const { workspace, environment, integration, stream, number } = record
    const known = streams.get(key) ?? { workspace, environment, integration, stream, highest: fromStart ? 0 : number - 1, missing: [], ended: false, last: '0' }
    streams.delete(key) // in again at the end: the first one is the one that was quiet longest
    streams.set(key, known)
    if (streams.size > maxStreams) streams.delete(streams.keys().next().value!)
    return known
  }

  return {
    observe(record) {
      const { number, end, storedAtNano } = record
      const stream = streamOf(record)
      stream.last = String(storedAtNano)
      if (number > stream.highest) {
        if (stream.ended) violations.push({ ...named(stream), kind: 'after_end', first: number, last: number, sinceNano: storedAtNano })
        if (number > stream.highest + 1) stream.missing.push({ first: stream.highest + 1, last: number - 1, since: String(storedAtNano) })
        stream.highest = number
      } else fill(stream, number)
      if (end) stream.ended = true
    },

    due(nowNano) {
      const gaps = violations.splice(0)
      for (const [key, stream] of streams) {
        const late = (range: Range, i: number): boolean => BigInt(range.since) + graceNano <= nowNano || i < stream.missing.length - maxRanges
        for (const { first, last, since } of stream.missing.filter(late)) gaps.push({ ...named(stream), kind: 'missing', first, last, sinceNano: BigInt(since) })
        stream.missing = stream.missing.filter((range, i) => !late(range, i))
        if (stream.missing.length === 0 && BigInt(stream.last) + idleNano <= nowNano) streams.delete(key)
      }
      return gaps
    },

    state: () => [...streams.values()],
    get size() { return streams.size },
  }
}

function fill(stream: Stream, number: number): void {
  const range = stream.missing.find(({ first, last }) => first <= number && number <= last)
  if (range === undefined) return // seen before
  const rest = [{ ...range, last: number - 1 }, { ...range, first: number + 1 }].filter(({ first, last }) => first <= last)
  stream.missing.splice(stream.missing.indexOf(range), 1, ...rest)
}

function named({ workspace, environment, integration, stream }: Stream): Pick<Gap, 'workspace' | 'environment' | 'integration' | 'stream'> {
  return { workspace, environment, integration, stream }
}

function keyOf({ workspace, environment, stream }: Pick<Numbered, 'workspace' | 'environment' | 'stream'>): string {
  return `${workspace}\n${environment}\n${stream}`
}
