// Every query of the dashboards parses by Grafana's own grammar, names only labels that the forwarder sends, and every
// panel says what it shows.

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parser } from '@grafana/lezer-logql'
import { fields } from '@blotter/processors'
import { parse } from 'yaml'
import { expect, test } from 'vitest'

const folder = fileURLToPath(new URL('../../deploy/grafana/', import.meta.url))
interface Panel { readonly title?: string; readonly description?: string; readonly type: string; readonly targets?: readonly { readonly expr?: string }[]; readonly panels?: readonly Panel[] }
interface Dashboard { readonly uid: string; readonly title: string; readonly panels: readonly Panel[] }

const dashboards = readdirSync(`${folder}dashboards`).map((file) => JSON.parse(readFileSync(`${folder}dashboards/${file}`, 'utf8')) as Dashboard)
const flat = (panels: readonly Panel[]): Panel[] => panels.flatMap((panel) => [panel, ...flat(panel.panels ?? [])])
const panels = dashboards.flatMap((dashboard) => flat(dashboard.panels))
const queries = panels.flatMap((panel) => (panel.targets ?? []).flatMap(({ expr }) => (expr === undefined ? [] : [expr])))

/** As Grafana does before it sends: variables and intervals become text. */
const substituted = (query: string): string => query.replace(/\$__(auto|interval|range)/g, '5m').replace(/\$\{\w+(:\w+)?\}|\$\w+/g, 'value')

test('there are dashboards, with uids that stay', () => {
  expect(dashboards.map(({ uid }) => uid)).toContain('blotter-incident-timeline')
  for (const { uid } of dashboards) expect(uid).toMatch(/^[a-z0-9-]{1,40}$/)
  expect(queries.length).toBeGreaterThan(4)
})

test.each(queries)('parses: %s', (query) => {
  const errors: number[] = []
  parser.parse(substituted(query)).iterate({ enter: (node) => { if (node.type.isError) errors.push(node.from) } })
  expect(errors).toEqual([])
})

test('queries name only labels that the forwarder sends', () => {
  const sent = new Set([...Object.values(fields).map(({ key }) => key.replaceAll('.', '_')), 'service_name', 'deployment_environment_name', 'trace_id', 'span_id', 'event_name', '__error__'])
  const named = queries.flatMap((query) => [...substituted(query).matchAll(/[{|,(]\s*([a-z_]+)\s*(?:=~|!~|!=|=)/g)].map((match) => match[1]!))
  expect(named.length).toBeGreaterThan(10)
  expect([...new Set(named)].filter((label) => !sent.has(label))).toEqual([])
})

test('every panel that shows something says what', () => {
  expect(panels.filter(({ type, title, description }) => type !== 'row' && type !== 'text' && ((title ?? '') === '' || (description ?? '') === ''))).toEqual([])
})

test('the data source keeps its uid, asks for no ruler, and links by label', () => {
  const { datasources } = parse(readFileSync(`${folder}provisioning/datasources/blotter.yaml`, 'utf8')) as { datasources: { uid: string; jsonData: { manageAlerts: boolean; derivedFields: { matcherType: string; matcherRegex: string }[] } }[] }
  expect(datasources.map(({ uid }) => uid)).toEqual(['blotter-loki'])
  expect(datasources[0]!.jsonData.manageAlerts).toBe(false)
  expect(new Set(datasources[0]!.jsonData.derivedFields.map(({ matcherType, matcherRegex }) => `${matcherType} ${matcherRegex}`))).toEqual(new Set(['label blotter_request_id', 'label trace_id', 'label blotter_payload_hash_value']))
})
