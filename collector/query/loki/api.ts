// The Loki API: its routes, and which function answers each. Tenancy is the key's: whoever asks sees the records of the
// key's workspace and environment. `X-Scope-OrgID`, which Loki's clients send by habit, grants nothing and is not looked at.

import { detectedFields, detectedFieldValues } from './detected-fields.ts'
import { drilldownLimits, buildInformation, formattedQuery } from './about.ts'
import { createAdmission } from './admission.ts'
import { readParameters } from './parameters.ts'
import { patterns } from './patterns.ts'
import { createAsk } from './question.ts'
import { instantQuery, rangeQuery } from './query.ts'
import { detectedLabels, labels, labelValues, series, stats, volume, volumeRange } from './streams.ts'
import { createTailRoute } from './tail-route.ts'
import type { IncomingMessage } from 'node:http'
import type { Context, Hono } from 'hono'
import type { Answer, QuestionParts } from './question.ts'
import type { TailRouteParts } from './tail-route.ts'

export interface LokiParts extends Omit<QuestionParts, 'admission'>, Pick<TailRouteParts, 'tails' | 'journal' | 'storedUpTo' | 'entryOf'> {
  /** Why the service should get no traffic. */
  readonly problems: () => readonly string[]
}

const base = '/loki/api/v1'

const answers: Readonly<Record<string, Answer>> = {
  query: instantQuery, query_range: rangeQuery, labels, label: labels, series,
  'index/stats': stats, 'index/volume': volume, 'index/volume_range': volumeRange,
  detected_labels: detectedLabels, detected_fields: detectedFields, patterns,
}

/** The route of a path of this API, without the name in it; undefined for another path. */
export function lokiRoute(path: string): string | undefined {
  const [, list] = /^\/loki\/api\/v1\/(label|detected_field)\/[^/]+\/values$/.exec(path) ?? []
  return list === undefined ? undefined : `${base}/${list}/:name/values`
}

/** Whether the request wants what only `tail` has: a WebSocket. */
export function isTailRequest({ method, url = '', headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket' && url.split('?', 1)[0] === `${base}/tail`
}

export const isLokiPath = (path: string): boolean => path.startsWith('/loki/')

export function registerLokiRoutes(app: Hono, { problems, ...parts }: LokiParts): void {
  const { caller, limits } = parts
  const ask = createAsk({ ...parts, admission: createAdmission(limits) })
  const both = (path: string, answer: (c: Context) => Promise<Response>): void => { app.on(['GET', 'POST'], `${base}/${path}`, answer) }

  for (const [path, answer] of Object.entries(answers)) both(path, ask(path, answer))
  both('label/:name/values', (c) => ask('label_values', labelValues(c.req.param('name')!))(c))
  both('detected_field/:name/values', (c) => ask('detected_field_values', detectedFieldValues(c.req.param('name')!))(c))
  app.get(`${base}/tail`, createTailRoute(parts))

  both('format_query', async (c) => {
    await caller.authenticate(c, 'read')
    return formattedQuery(await readParameters(c, parts.readForm))
  })
  app.get(`${base}/drilldown-limits`, async (c) => {
    await caller.authenticate(c, 'read')
    return c.json(drilldownLimits(limits))
  })
  app.get(`${base}/status/buildinfo`, async (c) => {
    await caller.authenticate(c, 'read')
    return c.json(buildInformation())
  })
  // Rules are Grafana's own; the pages of alerts look here whether there are others.
  app.get('/prometheus/api/v1/rules', async (c) => {
    await caller.authenticate(c, 'read')
    return c.json({ status: 'success', data: { groups: [] } })
  })
  app.get('/ready', (c) => (problems().length === 0 ? c.text('ready\n') : c.text(`not ready: ${problems().join(', ')}\n`, 503)))
}
