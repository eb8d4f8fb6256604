// The dashboards are what their source says; every query parses, by our grammar and by Grafana's own, names only labels that
// records have, and every panel says what it shows.

import { readFileSync, readdirSync } from 'node:fs'
import { parser } from '@grafana/lezer-logql'
import { fields } from '@blotter/processors'
import { parse } from 'yaml'
import { expect, test } from 'vitest'
import { parseLogQL } from '../../collector/query/logql/parse.ts'
import { dashboardFiles } from '../../deploy/grafana/source/index.ts'
import { labels } from '../../deploy/grafana/source/labels.ts'
import { annotationQueries, dashboards, grafanaFolder, panelQueries, substituted } from '../support/grafana.ts'

const queries = [...panelQueries, ...annotationQueries]
const panels = dashboards.flatMap(({ title, panels: own }) => own.map((panel) => ({ dashboard: title, panel })))

test('the files are what the source writes: node --conditions=@blotter/source deploy/grafana/source/write.ts', () => {
  const files = dashboardFiles()
  expect(readdirSync(`${grafanaFolder}dashboards`).sort()).toEqual(Object.keys(files).sort())
  for (const [name, text] of Object.entries(files)) expect(readFileSync(`${grafanaFolder}dashboards/${name}`, 'utf8') === text, name).toBe(true)
})

test('there are six dashboards, with uids that stay, that nobody edits in the browser and that follow the reader’s time zone', () => {
  expect(dashboards.map(({ uid }) => uid).sort()).toEqual(['incident-timeline', 'integration-health', 'pipeline-health', 'retention-and-erasure', 'webhook-verification', 'who-did-what'].map((name) => `blotter-${name}`))
  for (const { uid, editable, timezone } of dashboards) expect({ long: uid.length > 40, editable, timezone }).toEqual({ long: false, editable: false, timezone: '' })
})

test.each(queries.map(({ name, expr }) => [name, expr]))('%s: its query parses', (_, expr) => {
  const errors: number[] = []
  parser.parse(substituted(expr)).iterate({ enter: (node) => { if (node.type.isError) errors.push(node.from) } })
  expect(errors).toEqual([])
  expect(() => parseLogQL(substituted(expr))).not.toThrow()
})

test('queries name only labels that records have', () => {
  const known = new Set([...Object.values(fields).map(({ key }) => key.replaceAll('.', '_')), ...Object.values(labels), '__error__'])
  const named = queries.flatMap(({ expr }) => [...substituted(expr).matchAll(/(?:[{|,(]|\bor|\bunwrap|\bby \()\s*([a-z_]+)\s*(?:=~|!~|!=|=|\||\[|,|\))/g)].map((match) => match[1]!))
  expect(named.length).toBeGreaterThan(100)
  expect([...new Set(named)].filter((label) => !known.has(label))).toEqual([])
})

test('every panel has a title, says what it shows and in which unit, and asks the data source that is chosen', () => {
  for (const { dashboard, panel: { title = '', description = '', type, datasource, targets = [], fieldConfig } } of panels) {
    const unit = type === 'logs' ? 'none' : fieldConfig?.defaults?.unit ?? ''
    expect([title, description, unit].every((text) => text.length > 1), `${dashboard} / ${title}`).toBe(true)
    expect([datasource, ...targets.map((target) => target.datasource)].map((one) => one?.uid), `${dashboard} / ${title}`).toEqual(['${datasource}', '${datasource}'])
  }
})

test('panels have ids of their own', () => {
  for (const { panels: own } of dashboards) expect(new Set(own.map(({ id }) => id)).size).toBe(own.length)
})

test('what is drawn over time follows the width of the panel, and one number counts what is shown', () => {
  for (const { name, expr, kind } of panelQueries) {
    const ranges = [...expr.matchAll(/\[(\$__\w+|[0-9]\w*)\]/g)].map((match) => match[1])
    expect(ranges.every((range) => range === (kind === 'instant' ? '$__range' : '$__auto')), name).toBe(true)
  }
})

interface DataSource { readonly uid: string; readonly jsonData: { readonly manageAlerts: boolean; readonly derivedFields: readonly { readonly matcherType: string; readonly matcherRegex: string; readonly url: string; readonly datasourceUid?: string }[] }; readonly correlations?: readonly { readonly targetUID: string; readonly config: { readonly field: string; readonly target: { readonly expr: string } } }[] }

test('the data sources keep their uids, ask for no ruler, link by label, and each links to itself', () => {
  const { datasources } = parse(readFileSync(`${grafanaFolder}provisioning/datasources/blotter.yaml`, 'utf8')) as { datasources: DataSource[] }
  expect(datasources.map(({ uid }) => uid)).toEqual(['blotter-api', 'blotter-loki'])
  for (const { uid, jsonData: { manageAlerts, derivedFields } } of datasources) {
    expect(manageAlerts).toBe(false)
    expect(new Set(derivedFields.map(({ matcherType, matcherRegex }) => `${matcherType} ${matcherRegex}`))).toEqual(new Set(['label blotter_request_id', 'label trace_id', 'label blotter_payload_hash_value']))
    for (const { url, datasourceUid = uid } of derivedFields) expect([datasourceUid, /var-datasource=([a-z-]+)/.exec(url)?.[1] ?? uid]).toEqual([uid, uid])
  }
})

test('correlations lead from a request, a trace and a payload to the records that share it', () => {
  const { datasources } = parse(readFileSync(`${grafanaFolder}provisioning/datasources/blotter.yaml`, 'utf8')) as { datasources: DataSource[] }
  const correlations = datasources.flatMap(({ correlations: own = [] }) => own)
  expect(correlations.map(({ config: { field } }) => field)).toEqual(['blotter_request_id', 'trace_id', 'blotter_payload_hash_value'])
  for (const { targetUID, config: { field, target: { expr } } } of correlations) {
    expect(targetUID).toBe('blotter-api')
    expect(parseLogQL(expr.replace('$${__value.raw}', 'x'))).toMatchObject({ stages: [{ filter: { name: field, value: 'x' } }] })
  }
})
