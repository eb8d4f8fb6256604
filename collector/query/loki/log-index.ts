// What is known of streams without reading entries: names and values of labels, how many entries and bytes. It serves
// the editor of Grafana, Logs Drilldown and the volume histogram, which ask for it at every keystroke.

import type { Matcher } from '../logql/ast.ts'
import type { Labels, Window } from '../logql/entry.ts'

export interface StreamQuestion extends Window {
  /** All must hold. Index labels are matched without reading entries; others (metadata) make it read them. */
  readonly matchers: readonly Matcher[]
  readonly signal?: AbortSignal
}

export interface VolumeQuestion extends StreamQuestion {
  /** Group by these labels; absent: by those that the matchers name (`series`), or each label by itself (`labels`). */
  readonly targetLabels?: readonly string[]
  readonly aggregateBy: 'series' | 'labels'
  /** Series at most, largest first. */
  readonly limit: number
}

export interface Volume { readonly labels: Labels; readonly bytes: number }

/** `bytes[i]`: of the step that begins at `fromNano + i·stepNano`. */
export interface VolumeSeries { readonly labels: Labels; readonly bytes: Float64Array }

export interface LogIndex {
  labelNames(question: StreamQuestion): Promise<readonly string[]>
  labelValues(name: string, question: StreamQuestion): Promise<readonly string[]>
  /** Label sets of streams that match any of the selectors; all of them when there is none. */
  streams(window: Window, selectors: readonly (readonly Matcher[])[]): Promise<readonly Labels[]>
  stats(question: StreamQuestion): Promise<{ readonly streams: number; readonly chunks: number; readonly bytes: number; readonly entries: number }>
  volume(question: VolumeQuestion): Promise<readonly Volume[]>
  volumeRange(question: VolumeQuestion, stepNano: bigint): Promise<readonly VolumeSeries[]>
}
