// A destination at work, as the collector drives it, without a journal: records in, and a place that moves.

import { join } from 'node:path'
import { canonicalRecord } from '@blotter/processors'
import { openDeadLetters } from '../../collector/forward/dead-letters.ts'
import { createForward } from '../../collector/forward/forward.ts'
import { createOtlpForwarder } from '../../collector/forward/otlp.ts'
import { createMetrics } from '../../collector/metrics.ts'
import { directoryForTest } from './directory.ts'
import type { AuditRecord } from '@blotter/processors'
import type { DeadLetter, DeadLetters } from '../../collector/forward/dead-letters.ts'
import type { Forward, ForwardItem, ForwardOptions } from '../../collector/forward/forward.ts'
import type { Metrics } from '../../collector/metrics.ts'

export interface Bench {
  readonly forward: Forward
  readonly metrics: Metrics
  readonly directory: string
  readonly blocked: string[]
  /** Gives it what it has not done yet, once. */
  readonly work: (records: readonly AuditRecord[]) => Promise<void>
  readonly letters: () => Promise<DeadLetter[]>
  /** All values of a counter of ours, together. */
  readonly count: (counter: 'forwarded' | 'filtered' | 'deadLettered' | 'replayed' | 'forwardRetries') => Promise<number>
}

export const itemsOf = (records: readonly AuditRecord[]): ForwardItem[] => records.map((record, index) => ({ index, storedAtNano: 1_000_000_000n, scope: 'operations 2026-11-24', text: canonicalRecord(record) }))

export interface BenchOptions extends Partial<Omit<ForwardOptions, 'deadLetters'>> {
  readonly deadLetterBytes?: number
  readonly directory?: string
  /** In place of the file: for a disk that fails. */
  readonly wrap?: (letters: DeadLetters) => DeadLetters
}

export async function forwardTo(url: string, { deadLetterBytes = 1024 * 1024, directory, wrap = (letters) => letters, ...options }: BenchOptions = {}): Promise<Bench> {
  const data = directory ?? await directoryForTest()
  const deadLetters = wrap(await openDeadLetters(join(data, 'sink'), deadLetterBytes))
  const metrics = createMetrics()
  const blocked: string[] = []
  let next = 0
  const forward = createForward({
    forwarder: createOtlpForwarder({ name: 'sink', url, headers: {}, timeoutMs: 10_000 }),
    place: { get next() { return next }, async advance(to) { next = to } },
    deadLetters, batch: { records: 100, bytes: 1024 * 1024 }, origin: url, metrics, nowMs: () => 61_000, random: () => 0.5, signal: new AbortController().signal,
    onBlocked: (_, code) => { blocked.push(code) },
    ...options,
  })
  return {
    forward, metrics, directory: data, blocked,
    work: (records) => forward.work(itemsOf(records).filter(({ index }) => index >= forward.next), records.length),
    async letters() {
      const letters: DeadLetter[] = []
      for await (const letter of forward.deadLetters()) letters.push(letter)
      return letters
    },
    async count(counter) {
      return (await metrics[counter].get()).values.reduce((sum, { value }) => sum + value, 0)
    },
  }
}
