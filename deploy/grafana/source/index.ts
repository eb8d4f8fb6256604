// The dashboards, and the files that they are.

import { incidentTimeline } from './incident-timeline.ts'
import { integrationHealth } from './integration-health.ts'
import { pipelineHealth } from './pipeline-health.ts'
import { retentionAndErasure } from './retention-and-erasure.ts'
import { webhookVerification } from './webhook-verification.ts'
import { whoDidWhat } from './who-did-what.ts'

/** File name → text, keys in order. */
export function dashboardFiles(): Record<string, string> {
  const all = [incidentTimeline, integrationHealth, whoDidWhat, webhookVerification, retentionAndErasure, pipelineHealth].map((builder) => builder.build())
  for (const { panels = [] } of all) panels.forEach((panel, i) => { panel.id = i + 1 }) // links to a panel name its id
  return Object.fromEntries(all.map((built) => [`${built.uid!.replace(/^blotter-/, '')}.json`, `${JSON.stringify(sorted(built), null, 2)}\n`]))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, sorted(member)]))
}
