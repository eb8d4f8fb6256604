// Panels as these dashboards use them: a title, what it shows, a query, a place. Everything else is decided here once.

import { LogsDedupStrategy, LogsSortOrder, StackingMode, GraphDrawStyle, LegendDisplayMode, LegendPlacement, TooltipDisplayMode, SortOrder } from '@grafana/grafana-foundation-sdk/common'
import * as bargauge from '@grafana/grafana-foundation-sdk/bargauge'
import { VizLegendOptionsBuilder, VizTooltipOptionsBuilder, StackingConfigBuilder, ReduceDataOptionsBuilder } from '@grafana/grafana-foundation-sdk/common'
import * as logs from '@grafana/grafana-foundation-sdk/logs'
import * as loki from '@grafana/grafana-foundation-sdk/loki'
import * as stat from '@grafana/grafana-foundation-sdk/stat'
import * as statetimeline from '@grafana/grafana-foundation-sdk/statetimeline'
import * as grafanaTable from '@grafana/grafana-foundation-sdk/table'
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries'
import { source } from './selection.ts'
import type { DataTransformerConfig, DynamicConfigValue, GridPos } from '@grafana/grafana-foundation-sdk/dashboard'

export interface Shown { readonly title: string; readonly description: string; readonly expr: string; readonly legend?: string; readonly unit?: string; readonly at: readonly [x: number, y: number, w: number, h: number] }

const place = ([x, y, w, h]: Shown['at']): GridPos => ({ x, y, w, h })

/** `range`: over time. `instant`: one value for the whole time shown. */
function query({ expr, legend }: Shown, kind: 'range' | 'instant'): loki.DataqueryBuilder {
  const built = new loki.DataqueryBuilder().refId('A').expr(expr).queryType(kind).editorMode(loki.QueryEditorMode.Code).datasource(source)
  return legend === undefined ? built : built.legendFormat(legend)
}

/** Colours mean the same on every panel. */
const outcomeColours: Readonly<Record<string, string>> = { success: 'green', failure: 'red', denied: 'purple', unknown: 'text', error: 'red', warn: 'orange', info: 'green' }
const coloured = (colour: string): DynamicConfigValue[] => [{ id: 'color', value: { fixedColor: colour, mode: 'fixed' } }]

export function overTime(shown: Shown): timeseries.PanelBuilder {
  const panel = new timeseries.PanelBuilder().title(shown.title).description(shown.description).datasource(source).gridPos(place(shown.at)).withTarget(query(shown, 'range')).unit(shown.unit ?? 'short').min(0)
    .drawStyle(GraphDrawStyle.Bars).fillOpacity(80).lineWidth(0).stacking(new StackingConfigBuilder().group('A').mode(StackingMode.Normal))
    .legend(new VizLegendOptionsBuilder().displayMode(LegendDisplayMode.List).placement(LegendPlacement.Bottom).showLegend(true).calcs([]))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
  for (const [name, colour] of Object.entries(outcomeColours)) panel.overrideByName(name, coloured(colour))
  return panel
}

export function states(shown: Shown): statetimeline.PanelBuilder {
  return new statetimeline.PanelBuilder().title(shown.title).description(shown.description).datasource(source).gridPos(place(shown.at)).withTarget(query(shown, 'range')).unit(shown.unit ?? 'percentunit').mergeValues(true).rowHeight(0.8)
}

const lastValue = (): ReduceDataOptionsBuilder => new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false)

export function number(shown: Shown): stat.PanelBuilder {
  return new stat.PanelBuilder().title(shown.title).description(shown.description).datasource(source).gridPos(place(shown.at)).withTarget(query(shown, 'instant')).unit(shown.unit ?? 'short').noValue('0').reduceOptions(lastValue())
}

export function ranking(shown: Shown): bargauge.PanelBuilder {
  return new bargauge.PanelBuilder().title(shown.title).description(shown.description).datasource(source).gridPos(place(shown.at)).withTarget(query(shown, 'instant')).unit(shown.unit ?? 'short').min(0).noValue('none').reduceOptions(lastValue())
}

/** `columns`: label → heading, in their order; the value comes last. */
export function list(shown: Shown, columns: Readonly<Record<string, string>>, value: string): grafanaTable.PanelBuilder {
  const names = { ...columns, Value: value, 'Value #A': value }
  const organise: DataTransformerConfig = { id: 'organize', options: { excludeByName: { Time: true }, indexByName: Object.fromEntries(Object.keys(names).map((name, i) => [name, i])), renameByName: names } }
  return new grafanaTable.PanelBuilder().title(shown.title).description(shown.description).datasource(source).gridPos(place(shown.at)).withTarget(query(shown, 'instant')).unit(shown.unit ?? 'short').noValue('none').withTransformation(organise)
}

/** Oldest first: a story is read from its beginning. */
export function lines(shown: Shown): logs.PanelBuilder {
  return new logs.PanelBuilder().title(shown.title).description(shown.description).datasource(source).gridPos(place(shown.at)).withTarget(query(shown, 'range').maxLines(2000))
    .showTime(true).enableLogDetails(true).wrapLogMessage(true).showLogContextToggle(true).enableInfiniteScrolling(true).showLabels(false).showCommonLabels(false).prettifyLogMessage(false)
    .sortOrder(LogsSortOrder.Ascending).dedupStrategy(LogsDedupStrategy.None)
}
