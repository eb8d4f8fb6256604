// Requests that stock OpenTelemetry SDKs of five languages sent, byte for byte: see test/vectors/otlp/README.md.
// Each has the timeline that must come of it beside it.

import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../../collector/app.ts'
import { runCollector } from '../support/running.ts'
import { derivedId, leaf, moment, payloadFingerprint } from './placeholders.ts'
import type { Hono } from 'hono'
import type { TimelineRecordView } from '../../collector/query/timeline/answer.ts'
import type { RunningCollector } from '../support/running.ts'

const vectors = new URL('../vectors/otlp/', import.meta.url)

interface Expected {
  /** Those of the request that say what its body is. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly timeline: readonly object[]
}

const names = readdirSync(vectors).filter((file) => file.endsWith('.expected.json')).map((file) => file.replace('.expected.json', ''))

/** Stand in the expected timeline for what differs from run to run. */
const placeholders = new Map<unknown, unknown>([['<moment>', moment], ['<derived id>', derivedId], ['<payload fingerprint>', payloadFingerprint], ['<leaf>', leaf], ['<policy>', expect.any(String)]])

let collector: RunningCollector
let app: Hono

beforeAll(async () => {
  collector = await runCollector({ environments: { claims: 'ignore' }, retentionPaths: [fileURLToPath(new URL('retention.yaml', import.meta.url))] })
  app = createApp(collector.service)
})
afterAll(() => collector.remove())

test('every captured request has its expectation, and the other way round', () => {
  expect(readdirSync(vectors).filter((file) => /\.(bin|json)$/.test(file) && !file.endsWith('.expected.json')).sort()).toEqual(names.map((name) => read(name).body).sort())
  expect(names.length).toBeGreaterThanOrEqual(10)
})

describe.each(names)('%s', (name) => {
  const { headers, body, timeline } = read(name)
  const bytes = readFileSync(new URL(body, vectors))
  let key: string

  const post = async (): Promise<{ readonly status: number; readonly contentType: string | null; readonly said: string }> => {
    const response = await app.request('/v1/logs', { method: 'POST', headers: { ...headers, Authorization: `Bearer ${key}` }, body: new Uint8Array(bytes) })
    return { status: response.status, contentType: response.headers.get('Content-Type'), said: await response.text() }
  }
  const kept = async (): Promise<readonly object[]> => {
    expect(await collector.service.catchUp(30_000)).toBe(true)
    const records = await collector.timeline('from=2026-11-24&to=2026-11-25&related=false&fold=false', key) as readonly TimelineRecordView[]
    return records.filter(({ event }) => event !== 'blotter.records.read').map(({ depth: _depth, milestones: _milestones, ...record }) => record) // what the request made, not what is told of it as a story
  }
  const success = { status: 200, contentType: headers['Content-Type'], said: headers['Content-Type'] === 'application/json' ? '{}' : '' }

  beforeAll(async () => { key = await collector.key(name, 'production', ['ingest', 'read']) })

  test('is taken, and in the timeline with every field', async () => {
    expect(await post()).toEqual(success)
    expect(await kept()).toEqual(timeline)
  })

  test('sent again, as a client does that has not heard the answer, it changes nothing', async () => {
    expect(await post()).toEqual(success)
    expect(await kept()).toHaveLength(timeline.length)
  })
})

function read(name: string): Expected {
  return JSON.parse(readFileSync(new URL(`${name}.expected.json`, vectors), 'utf8'), (_, value: unknown) => placeholders.get(value) ?? value) as Expected
}
