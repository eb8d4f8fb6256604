// What is known of streams, from what the store keeps of every hour of them; the edges of a window are counted row by row,
// so that every answer is exact. `chunks`, which we do not have, are the hours in which a stream spoke.

import { matchLabels } from '../logql/pipeline.ts'
import { createReading } from './reading.ts'
import { matchingStreams } from './stream-list.ts'
import { volumeGroups } from './volume.ts'
import type { LogRows } from '../../store/log-rows.ts'
import type { Scope } from '../../store/store.ts'
import type { Labels } from '../logql/entry.ts'
import type { LogIndex, StreamQuestion, VolumeSeries } from './log-index.ts'
import type { SourceLimits } from './reading.ts'
import type { KnownStream } from './stream-list.ts'

export function createLogIndex(rows: LogRows, { workspace, environment }: Scope, limits: SourceLimits): LogIndex {
  const scope = { workspace, environment }
  const streamsOf = (question: StreamQuestion, hours = false): Promise<KnownStream[]> =>
    matchingStreams(rows, scope, question, matchLabels(question.matchers), createReading(limits, question.signal), { hours })

  return {
    async labelNames(question) {
      return [...new Set((await streamsOf(question)).flatMap(({ labels }) => [...labels.keys()]))].sort()
    },
    async labelValues(name, question) {
      return [...new Set((await streamsOf(question)).flatMap(({ labels }) => labels.get(name) ?? []))].sort()
    },
    async streams(window, selectors) {
      const tests = selectors.map(matchLabels)
      const matches = (labels: Labels): boolean => tests.length === 0 || tests.some((test) => test(labels))
      return (await matchingStreams(rows, scope, window, matches, createReading(limits, undefined))).map(({ labels }) => labels)
    },
    async stats(question) {
      const streams = await streamsOf(question, true)
      const total = (of: 'hours' | 'bytes' | 'entries'): number => streams.reduce((sum, stream) => sum + stream[of], 0)
      return { streams: streams.length, chunks: total('hours'), bytes: total('bytes'), entries: total('entries') }
    },
    async volume(question) {
      const groups = volumeGroups(question)
      const bytes = new Map<string, { readonly labels: Labels; bytes: number }>()
      for (const { labels, bytes: added } of await streamsOf(question)) {
        for (const { key, labels: group } of groups(labels)) {
          const one = bytes.get(key) ?? { labels: group, bytes: 0 }
          one.bytes += added
          bytes.set(key, one)
        }
      }
      return [...bytes.entries()].sort(([a, x], [b, y]) => y.bytes - x.bytes || (a < b ? -1 : 1)).slice(0, question.limit).map(([, volume]) => volume)
    },
    async volumeRange(question, stepNano) {
      if (question.toNano <= question.fromNano) return []
      const reading = createReading(limits, question.signal)
      const streams = await matchingStreams(rows, scope, question, matchLabels(question.matchers), reading, { rough: true })
      const steps = await reading.ask((options) => rows.steps(scope, question, stepNano, options))
      const groups = volumeGroups(question)
      const groupsOf = new Map(streams.map(({ stream, labels }) => [stream, groups(labels)]))
      const count = Number((question.toNano - question.fromNano + stepNano - 1n) / stepNano)
      const series = new Map<string, VolumeSeries & { total: number }>()
      for (const { stream, step, bytes } of steps) {
        for (const { key, labels } of groupsOf.get(stream) ?? []) {
          const one = series.get(key) ?? { labels, bytes: new Float64Array(count), total: 0 }
          one.bytes[step]! += bytes
          one.total += bytes
          series.set(key, one)
        }
      }
      return [...series.entries()].sort(([a, x], [b, y]) => y.total - x.total || (a < b ? -1 : 1)).slice(0, question.limit).map(([, { labels, bytes }]) => ({ labels, bytes }))
    },
  }
}
