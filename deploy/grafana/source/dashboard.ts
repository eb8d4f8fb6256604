// What all dashboards share: the data source and environment on top, the links between them, and the annotations that say what
// happened beside the numbers: alerts, silences, changes of keys, policies and holds.

import { AnnotationQueryBuilder, DashboardBuilder, DashboardCursorSync, DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard'
import { boxBuilders, environmentVariable, events, selected, source, sourceVariable } from './selection.ts'
import type { Box } from './selection.ts'

export interface Described { readonly uid: string; readonly title: string; readonly description: string; readonly boxes?: readonly Box[]; readonly from?: string }

export function dashboard({ uid, title, description, boxes = [], from = 'now-6h' }: Described): DashboardBuilder {
  const built = new DashboardBuilder(title).uid(`blotter-${uid}`).description(description).tags(['audit', 'blotter']).readonly().refresh('').time({ from, to: 'now' }).timezone('').tooltip(DashboardCursorSync.Crosshair)
    .withVariable(sourceVariable()).withVariable(environmentVariable())
    .link(new DashboardLinkBuilder('Blotter').type(DashboardLinkType.Dashboards).tags(['blotter']).asDropdown(true).keepTime(true).includeVars(true))
  for (const box of boxes) built.withVariable(boxBuilders[box]())
  return built
    .annotation(annotation('Alerts and silences', 'red', events('blotter.alert.*', 'blotter.source.*', 'blotter.sequence.*', 'blotter.records.dropped')))
    .annotation(annotation('Changes', 'blue', events('blotter.key.*', 'blotter.redaction.changed', 'blotter.fingerprint.epoch_.*', 'blotter.retention.*', 'blotter.hold.*')))
}

/** At most 200 lines a query, and only of these events: else every record would be a mark on every panel. */
function annotation(name: string, colour: string, filter: string): AnnotationQueryBuilder {
  const query = new AnnotationQueryBuilder().name(name).datasource(source).enable(true).iconColor(colour).expr(selected([], filter))
  return query.titleFormat('{{event_name}}').textFormat('').tagKeys('blotter_integration,audit_actor_id')
}
