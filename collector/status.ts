// How the collector is, in one answer: what came in and became of it, how far each step is, what an operator should do.
// The sums are meant to be added up by whoever reads them:
//
//   received = kept + duplicate + rejected + failed + in flight       on each path, since the start
//   entries  = before + kept + tombstones                             of the journal
//   entries  = sealed + pending                                       of the log
//   entries  = done + waiting                                         for the store and for each destination

import type { ForwardStatus } from './forward/forward.ts'
import type { Service } from './service.ts'

export interface PathCounts { readonly received: number; readonly kept: number; readonly duplicate: number; readonly rejected: number; readonly failed: number; readonly inFlight: number }

export interface StepStatus {
  readonly name: string
  readonly done: number
  readonly waiting: number
  /** Attempts that failed since the last success. */
  readonly failures: number
}

export interface Status {
  readonly origin: string
  readonly startedAt: string
  /** What keeps traffic away, as /readyz says it, and what else an operator should look at. */
  readonly problems: readonly string[]
  readonly paths: Readonly<Record<string, PathCounts>>
  readonly entries: { readonly total: number; readonly before: number; readonly kept: number; readonly tombstones: number }
  readonly journal: { readonly bytes: number; readonly maxBytes: number; readonly failed: boolean }
  readonly log: { readonly sealed: number; readonly pending: number }
  readonly store: { readonly kind: 'embedded' | 'remote' }
  readonly steps: readonly StepStatus[]
  readonly destinations: readonly ForwardStatus[]
  readonly watch: { readonly streams: number; readonly sources: number }
}

export async function statusOf(service: Service, more: readonly string[]): Promise<Status> {
  const { journal, drain, sealer, forwards, config, metrics } = service
  const total = journal.durableIndex
  const counted = await Promise.all((['received', 'kept', 'duplicate', 'rejected', 'failed'] as const).map(async (name) => [name, await sums(metrics[name])] as const))
  const paths = Object.fromEntries(pathNames.map((path) => [path, pathCounts(Object.fromEntries(counted.map(([name, byPath]) => [name, byPath.get(path) ?? 0])))]))
  const destinations = forwards.map((forward) => forward.status(total))
  return {
    origin: sealer.origin,
    startedAt: service.startedAt,
    problems: [...service.problems(), ...more, ...stepProblems(drain.steps), ...destinations.flatMap(({ destination, problem }) => (problem === null ? [] : [`forward ${destination}: ${problem}`]))],
    paths,
    entries: { total, before: service.entriesBefore, kept: Object.values(paths).reduce((sum, { kept }) => sum + kept, 0), tombstones: [...(await sums(metrics.tombstones)).values()].reduce((sum, count) => sum + count, 0) },
    journal: { bytes: journal.bytes, maxBytes: config.limits.journalBytes, failed: journal.failed },
    log: { sealed: sealer.size, pending: total - sealer.size },
    store: { kind: config.store === undefined ? 'embedded' : 'remote' },
    steps: drain.steps.map(({ name, next, failures }) => ({ name, done: next, waiting: Math.max(0, total - next), failures })),
    destinations,
    watch: { streams: service.watch.streams, sources: service.watch.sources },
  }
}

const pathNames = ['audit', 'logs', 'self'] as const

function pathCounts({ received = 0, kept = 0, duplicate = 0, rejected = 0, failed = 0 }: Readonly<Record<string, number>>): PathCounts {
  return { received, kept, duplicate, rejected, failed, inFlight: received - kept - duplicate - rejected - failed }
}

/** A step that failed once or twice tries again by itself. */
const worryingFailures = 3

function stepProblems(steps: readonly { readonly name: string; readonly failures: number }[]): string[] {
  return steps.filter(({ name, failures }) => failures >= worryingFailures && !name.startsWith('forward:')).map(({ name, failures }) => `the step ${name} has failed ${failures} times in a row; its errors are in the log`)
}

/** A counter, by path, all its other labels together. */
async function sums(counter: { get(): Promise<{ readonly values: readonly { readonly labels: object; readonly value: number }[] }> }): Promise<Map<string, number>> {
  const byPath = new Map<string, number>()
  for (const { labels, value } of (await counter.get()).values) {
    const path = String((labels as { readonly path?: string }).path ?? '')
    byPath.set(path, (byPath.get(path) ?? 0) + value)
  }
  return byPath
}
