// The dashboards as files, and their queries as Grafana would send them.

import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const grafanaFolder: string = fileURLToPath(new URL('../../deploy/grafana/', import.meta.url))

interface Target { readonly expr?: string; readonly queryType?: string; readonly datasource?: { readonly uid?: string } }
export interface Panel { readonly id?: number; readonly title?: string; readonly description?: string; readonly type: string; readonly targets?: readonly Target[]; readonly datasource?: { readonly uid?: string }; readonly fieldConfig?: { readonly defaults?: { readonly unit?: string } } }
interface Annotation { readonly name: string; readonly expr: string; readonly datasource: { readonly uid: string } }
export interface Dashboard { readonly uid: string; readonly title: string; readonly description: string; readonly timezone: string; readonly editable: boolean; readonly panels: readonly Panel[]; readonly annotations: { readonly list: readonly Annotation[] } }

export interface DashboardQuery { readonly name: string; readonly expr: string; readonly kind: 'range' | 'instant' }

export const dashboards: readonly Dashboard[] = readdirSync(`${grafanaFolder}dashboards`).sort().map((file) => JSON.parse(readFileSync(`${grafanaFolder}dashboards/${file}`, 'utf8')) as Dashboard)

export const panelQueries: readonly DashboardQuery[] = dashboards.flatMap(({ title, panels }) => panels.flatMap((panel) => (panel.targets ?? []).map(({ expr, queryType }): DashboardQuery =>
  ({ name: `${title} / ${panel.title}`, expr: expr!, kind: queryType === 'instant' ? 'instant' : 'range' }))))

export const annotationQueries: readonly DashboardQuery[] = dashboards.flatMap(({ title, annotations }) => annotations.list.map(({ name, expr }): DashboardQuery => ({ name: `${title} / annotations: ${name}`, expr, kind: 'range' })))

/** As Grafana does before it sends: boxes are empty, all environments are chosen, intervals become durations. */
export function substituted(expr: string): string {
  return expr.replaceAll('$__auto', '1m').replaceAll('$__range', '3h').replaceAll('$environment', '.*').replaceAll(/\$\{\w+:regex\}/g, '')
}
