// On the real engine: what the store answers is what the stages would have made of every record.

import fc from 'fast-check'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseRecord, valueMap } from '@blotter/processors'
import { anyRecord } from '../../../test/support/arbitrary.ts'
import { makeDirectory, removeDirectory } from '../../../test/support/directory.ts'
import { at, storedRecord } from '../../../test/support/stored.ts'
import { openClickHouse } from '../../store/clickhouse.ts'
import { connect } from '../../store/connect.ts'
import { QueryLimitError } from '../logql/errors.ts'
import { compilePipeline, matchLabels } from '../logql/pipeline.ts'
import { createLogIndex } from './index.ts'
import { createEntrySource, entryOf } from './source.ts'
import type { Value } from '@blotter/processors'
import type { Store, StoredRecord } from '../../store/store.ts'
import type { LabelFilter, LogQuery, Matcher, Stage } from '../logql/ast.ts'
import type { Entry, EntryQuestion, EntrySource } from '../logql/entry.ts'

const scope = { workspace: 'shop', environment: 'production' }
const limits = { maxRows: 100_000, maxBytes: 1e9, timeoutMs: 30_000 }
const startNano = 1_764_000_000_000_000_000n
const second = 1_000_000_000n
const seconds = 9000

const words = ['payment', 'refund failed', 'INFO', 'error: x', 'maria', 'a.b', 'Ünïcode ſ K', 'line\nbreak', "it's \\ \"q\"", '{"level":"warn","audit_action":"json"}', 'x=1 level=trace', '', 'é', '100%', 'tab\there', '\u0000nul']
const names = ['audit_action', 'audit_outcome', 'audit_actor_id', 'blotter_request_id', 'blotter_integration', 'detected_level', 'level', 'trace_id', 'severity_text', 'blotter_reason', 'service_name', 'k8s_pod_name', 'nested_a', 'own', 'audit_target_id', 'event_name', 'nothing', '__error__', 'deployment_environment_name']
const values = ['', 'CREATE', 'UPDATE', 'success', 'failure', 'maria', 'r1', 'r2', 'stripe', 'info', 'error', 'warn', 'WARN', 'unknown', 'billing', 'deep', 'mine', 'pod-1', 'production', 'it\'s', 'ab'.repeat(16)]

const value = fc.constantFrom<Value>(...values, ...words, 5n, true, 1.5, null, ['maria'], valueMap([['a', 'deep']]))
const attributes = fc.dictionary(fc.constantFrom('audit.action', 'audit.outcome', 'audit.actor.id', 'blotter.request.id', 'blotter.integration', 'blotter.reason', 'audit.target.id', 'own', 'nested', 'http.route'), value, { maxKeys: 6 })
const oddAttributes = fc.dictionary(fc.constantFrom('audit_action', 'level', 'LEVEL', 'audit', 'trace_id', 'severity_text', 'detected_level', 'service_name', '', 'k8s.pod.name', 'session'), value, { maxKeys: 2 })
const resource = fc.dictionary(fc.constantFrom('service.name', 'k8s.pod.name', 'host.name', 'audit.action', 'own', 'level'), fc.constantFrom<Value>('billing', 'pod-1', '', 'maria', 'warn'), { maxKeys: 3 })
const draft = fc.record({
  second: fc.nat({ max: seconds }), attributes, odd: fc.oneof({ weight: 6, arbitrary: fc.constant({}) }, oddAttributes), resource: fc.oneof({ weight: 3, arbitrary: fc.constant({ 'service.name': 'billing' }) }, resource),
  body: fc.oneof<fc.Arbitrary<Value>[]>(fc.constant(null), fc.constantFrom(...words), value, fc.constantFrom<Value>(valueMap([['level', 'warn'], ['n', 2n ** 60n], ['h', '<b>']]), valueMap([['a', [1n, 'x']]]), [NaN], new Uint8Array([1, 2]))),
  severityText: fc.constantFrom('', '', 'WARN', 'info'), severityNumber: fc.constantFrom(0, 0, 9, 17), traceId: fc.constantFrom('', 'ab'.repeat(16)),
})

const records: StoredRecord[] = [
  ...fc.sample(draft, { seed: 5, numRuns: 500 }).map(({ second: when, attributes: own, odd, resource: of, body, ...changes }, i) =>
    storedRecord(i, at(when, { ...own, ...odd }, { ...changes, body, resource: valueMap(Object.entries(of)) }), { period: `2026-11-${10 + (i % 3)}` })),
  ...fc.sample(anyRecord, { seed: 6, numRuns: 60 }).map((record, i) => storedRecord(500 + i, { ...record, timeUnixNano: startNano + BigInt(i) * 100n * second })),
  storedRecord(560, at(5), { environment: 'staging' }), storedRecord(561, at(5), { workspace: 'other' }),
]
/** Of the scope, in order of time, then of the log. */
const ours = records.slice(0, 560).map(({ canonical, leafIndex }) => ({ leafIndex, entry: entryOf(parseRecord(canonical)) }))
  .sort((a, b) => (a.entry.timeNano === b.entry.timeNano ? a.leafIndex - b.leafIndex : a.entry.timeNano < b.entry.timeNano ? -1 : 1)).map(({ entry }) => entry)

let directory: string
let store: Store
let source: EntrySource

beforeAll(async () => {
  directory = await makeDirectory()
  store = await openClickHouse(await connect({ kind: 'embedded', directory: join(directory, 'store') }))
  await store.reconcile('test', 0)
  for (let from = 0; from < records.length; from += 100) await store.insert(records.slice(from, from + 100))
  source = createEntrySource(store.logRows, scope, limits)
})

afterAll(async () => {
  await store.close()
  await removeDirectory(directory)
})

async function collect(question: EntryQuestion, of = source): Promise<Entry[]> {
  const found: Entry[] = []
  for await (const page of of.entries(question)) found.push(...page)
  return found
}

/** As plain data, so that a difference can be read. */
const plain = ({ timeNano, line, stream, metadata }: Pick<Entry, 'timeNano' | 'line' | 'stream' | 'metadata'>): unknown => [timeNano, line, [...stream], Object.fromEntries(metadata)]

const operator = fc.constantFrom('=' as const, '!=' as const, '=~' as const, '!~' as const)
const pattern = fc.constantFrom('.*', '.+', 'CREATE|UPDATE', '(?i)info', 'refund.*', '^pay', 'k$', 'a.b', 'line.break', '(?i)K', 'ma?r', 'billing|', '', '[a-z]+', '\\w+ \\w+', 'err.*', 'pod-.', '(?s)line.break', 'é|ü', "it's", '\\d+%')
const text = fc.oneof(fc.constantFrom(...words, ...values), fc.constantFrom('fund', 'a', 'e', '→', 'success'))
const matched = fc.tuple(operator, text, pattern).map(([op, plainText, regex]) => ({ op, value: op.endsWith('~') ? regex : plainText }))
const matcher: fc.Arbitrary<Matcher> = fc.tuple(fc.constantFrom('service_name', 'k8s_pod_name', 'deployment_environment_name', 'own'), matched).map(([name, of]) => ({ name, ...of }))
const lineFilter: fc.Arbitrary<Stage> = fc.tuple(fc.constantFrom('|=' as const, '!=' as const, '|~' as const, '!~' as const, '|>' as const), fc.array(fc.tuple(text, pattern), { minLength: 1, maxLength: 2 }))
  .map(([op, parts]) => ({ kind: 'lineFilter', op, alternatives: parts.map(([plainText, regex]) => ({ value: op.endsWith('~') ? regex : op === '|>' ? '<_>a<_>' : plainText, ip: false })) }))
const { filter } = fc.letrec<{ filter: LabelFilter; leaf: LabelFilter }>((tie) => ({
  leaf: fc.oneof<fc.Arbitrary<LabelFilter>[]>(
    fc.tuple(fc.constantFrom(...names), matched).map(([name, of]) => ({ kind: 'string', name, ...of })),
    fc.constantFrom<LabelFilter>({ kind: 'number', name: 'own', op: '>', value: 1 }, { kind: 'string', name: 'own', op: '=', value: 'maria' })),
  filter: fc.oneof({ maxDepth: 2 }, tie('leaf'), fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), left: tie('filter'), right: tie('filter') })),
}))
const labelFilter: fc.Arbitrary<Stage> = filter.map((of) => ({ kind: 'labelFilter', filter: of }))
const other = fc.constantFrom<Stage>(
  { kind: 'json', expressions: [] }, { kind: 'logfmt', strict: false, keepEmpty: false, expressions: [] }, { kind: 'lineFormat', template: 'made {{.audit_action}}' }, { kind: 'decolorize' },
  { kind: 'drop', labels: [{ name: '__error__' }, { name: '__error_details__' }] }, { kind: 'drop', labels: [{ name: 'audit_action' }] }, { kind: 'keep', labels: [{ name: 'level' }, { name: 'detected_level' }] },
  { kind: 'labelFormat', assignments: [{ name: 'audit_action', from: 'level' }] }, { kind: 'drop', labels: [{ name: 'level', matcher: { name: 'level', op: '=', value: 'warn' } }] })
const stages = fc.array(fc.oneof({ weight: 3, arbitrary: lineFilter }, { weight: 4, arbitrary: labelFilter }, { weight: 1, arbitrary: other }), { maxLength: 4 })
const log: fc.Arbitrary<LogQuery> = fc.tuple(fc.array(matcher, { maxLength: 2 }), stages).map(([matchers, of]) => ({ kind: 'log', matchers, stages: of }))
const window = fc.tuple(fc.nat({ max: seconds }), fc.integer({ min: 1, max: seconds })).map(([from, length]) => ({ fromNano: startNano + BigInt(from) * second, toNano: startNano + BigInt(from + length) * second }))

/** What a query means, without a store. */
function meant({ matchers, stages: of }: LogQuery, { fromNano, toNano }: { readonly fromNano: bigint; readonly toNano: bigint }): { entry: Entry; shown: ReturnType<ReturnType<typeof compilePipeline>['process']> & object }[] {
  const [matches, pipeline] = [matchLabels(matchers), compilePipeline(of)]
  return ours.filter(({ timeNano, stream }) => timeNano >= fromNano && timeNano < toNano && matches(stream)).flatMap((entry) => {
    const shown = pipeline.process(entry)
    return shown === undefined ? [] : [{ entry, shown: { ...shown, stream: new Map(shown.stream), metadata: new Map(shown.metadata), parsed: new Map(shown.parsed) } }]
  })
}

describe('entries', () => {
  test('are those that the stages would leave of all records, in order, whatever is asked of the store', async () => {
    await fc.assert(fc.asyncProperty(log, window, fc.constantFrom('forward' as const, 'backward' as const), fc.nat({ max: 30 }), async (query, when, direction, about) => {
      const given = await collect({ ...when, matchers: query.matchers, stages: query.stages, direction, about })
      const pipeline = compilePipeline(query.stages)
      const left = given.filter((entry) => pipeline.process(entry) !== undefined)
      const expected = meant(query, when).map(({ entry }) => entry)
      expect(left.map(plain)).toEqual((direction === 'forward' ? expected : expected.reverse()).map(plain))
    }), { numRuns: 80, seed: 1 })
  })

  test('come in pages that hold together when times are equal', async () => {
    const all = { fromNano: 0n, toNano: 2n ** 63n, matchers: [], stages: [], direction: 'forward' as const }
    expect((await collect({ ...all, about: 1 })).map(plain)).toEqual(ours.map(plain))
    expect((await collect({ ...all, direction: 'backward', about: 5000 })).map(plain)).toEqual(ours.toReversed().map(plain))
  })

  test('of one stream share its labels', async () => {
    const found = await collect({ fromNano: 0n, toNano: 2n ** 63n, matchers: [{ name: 'service_name', op: '=', value: 'billing' }], stages: [], direction: 'forward' })
    expect(new Set(found.map(({ stream }) => stream)).size).toBe(new Set(found.map(({ stream }) => JSON.stringify([...stream]))).size)
  })

  test('are searched as the reader sees them, when something is hidden', async () => {
    const hiding = createEntrySource(store.logRows, scope, limits, (record) => ({ ...record, body: '[masked]' }))
    const question = (text: string): EntryQuestion => ({ fromNano: 0n, toNano: 2n ** 63n, matchers: [], stages: [{ kind: 'lineFilter', op: '|=', alternatives: [{ value: text, ip: false }] }], direction: 'forward' })
    expect((await collect(question('payment'), hiding)).every(({ line }) => line === '[masked]')).toBe(true)
    expect(await hiding.count({ log: { kind: 'log', matchers: [], stages: question('payment').stages }, measure: 'lines', by: [], originNano: 0n, widthNano: second, buckets: 1 })).toBeUndefined()
  })

  test('end at a cap with an error that names it', async () => {
    const capped = (changes: Partial<typeof limits>): EntrySource => createEntrySource(store.logRows, scope, { ...limits, ...changes })
    const question: EntryQuestion = { fromNano: 0n, toNano: 2n ** 63n, matchers: [], stages: [], direction: 'forward' }
    for (const [cap, of] of [['rows', { maxRows: 10 }], ['bytes', { maxBytes: 10 }], ['time', { timeoutMs: 0 }]] as const) {
      await expect(collect(question, capped(of))).rejects.toSatisfy((error) => error instanceof QueryLimitError && error.cap === cap)
    }
  })

  test('stop when the asker has gone', async () => {
    const gone = new AbortController()
    const pages = source.entries({ fromNano: 0n, toNano: 2n ** 63n, matchers: [], stages: [], direction: 'forward', about: 1, signal: gone.signal })[Symbol.asyncIterator]()
    expect((await pages.next()).done).toBe(false)
    gone.abort(new Error('gone'))
    await expect(pages.next()).rejects.toThrow('gone')
  })
})

test('counts are those of the entries that are left, whenever the store gives any', async () => {
  let answered = 0
  const by = fc.uniqueArray(fc.constantFrom(...names), { maxLength: 3 })
  await fc.assert(fc.asyncProperty(log, by, fc.constantFrom('lines' as const, 'bytes' as const), fc.nat({ max: seconds }), fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 1, max: 6 }), async (query, labels, measure, from, width, buckets) => {
    const originNano = startNano + BigInt(from) * second, widthNano = BigInt(width) * second
    const counted = await source.count({ log: query, measure, by: labels, originNano, widthNano, buckets })
    if (counted === undefined) return
    answered += 1
    const expected = new Map<string, number[]>()
    for (const { entry, shown } of meant(query, { fromNano: originNano + 1n, toNano: originNano + BigInt(buckets) * widthNano + 1n })) {
      const label = (name: string): string => shown.parsed.get(name) ?? shown.stream.get(name) ?? shown.metadata.get(name) ?? ''
      const key = JSON.stringify(labels.map((name) => [name, label(name)]).filter(([, of]) => of !== ''))
      const counts = expected.get(key) ?? Array.from({ length: buckets }, () => 0)
      counts[Number((entry.timeNano - originNano - 1n) / widthNano)]! += measure === 'lines' ? 1 : Buffer.byteLength(shown.line)
      expected.set(key, counts)
    }
    expect(Object.fromEntries(counted.map((series) => [JSON.stringify([...series.labels]), [...series.counts]]))).toEqual(Object.fromEntries(expected))
  }), { numRuns: 120, seed: 2 })
  expect(answered).toBeGreaterThan(20)
})

test('bytes of nothing but empty lines are not counted by the store: a sum of 0 is not an empty bucket', async () => {
  const empty = ours.find(({ line }) => line === '')!
  const counted = (measure: 'lines' | 'bytes'): Promise<unknown> => source.count({ log: { kind: 'log', matchers: [], stages: [{ kind: 'lineFilter', op: '|~', alternatives: [{ value: '^$', ip: false }] }] }, measure, by: [], originNano: empty.timeNano - 1n, widthNano: 1n, buckets: 1 })
  expect(await counted('bytes')).toBeUndefined()
  expect(await counted('lines')).toEqual([{ labels: new Map(), counts: new Float64Array([ours.filter(({ line, timeNano }) => line === '' && timeNano === empty.timeNano).length]) }])
})

describe('the index', () => {
  const index = () => createLogIndex(store.logRows, scope, limits)

  test('knows exactly the streams that spoke in a window, and how much', async () => {
    await fc.assert(fc.asyncProperty(fc.array(matcher, { maxLength: 2 }), window, async (matchers, when) => {
      const expected = meant({ kind: 'log', matchers, stages: [] }, when).map(({ entry }) => entry)
      const streams = new Set(expected.map(({ stream }) => JSON.stringify([...stream])))
      expect(new Set((await index().streams(when, [matchers])).map((stream) => JSON.stringify([...stream])))).toEqual(streams)
      expect(await index().stats({ ...when, matchers })).toMatchObject({ streams: streams.size, entries: expected.length, bytes: expected.reduce((sum, { line }) => sum + Buffer.byteLength(line), 0) })
      expect(await index().labelNames({ ...when, matchers })).toEqual([...new Set(expected.flatMap(({ stream }) => [...stream.keys()]))].sort())
      expect(await index().labelValues('service_name', { ...when, matchers })).toEqual([...new Set(expected.flatMap(({ stream }) => stream.get('service_name') ?? []))].sort())
    }), { numRuns: 20, seed: 3 })
  })

  test('sums volumes up by the labels asked for, by those of the selector, or by label', async () => {
    const when = { fromNano: startNano, toNano: startNano + BigInt(seconds) * second }
    const matchers: Matcher[] = [{ name: 'deployment_environment_name', op: '=', value: 'production' }]
    const of = (entries: readonly Entry[]): number => entries.reduce((sum, { line }) => sum + Buffer.byteLength(line), 0)
    const expected = meant({ kind: 'log', matchers, stages: [] }, when).map(({ entry }) => entry)
    const withPod = expected.filter(({ stream }) => stream.has('k8s_pod_name'))
    expect(of(withPod)).toBeGreaterThan(0)
    const asked = { ...when, matchers, limit: 10 }
    expect(await index().volume({ ...asked, aggregateBy: 'series' })).toEqual([{ labels: new Map([['deployment_environment_name', 'production']]), bytes: of(expected) }])
    expect((await index().volume({ ...asked, aggregateBy: 'series', targetLabels: ['k8s_pod_name'] })).reduce((sum, { bytes }) => sum + bytes, 0)).toBe(of(withPod))
    expect(await index().volume({ ...asked, aggregateBy: 'labels' })).toContainEqual({ labels: new Map([['k8s_pod_name', '']]), bytes: of(withPod) })
    expect(await index().volume({ ...asked, aggregateBy: 'labels', targetLabels: ['k8s_pod_name', 'nothing'] })).toEqual([])
    const [series] = await index().volumeRange({ ...asked, aggregateBy: 'series' }, 1000n * second)
    expect([...series!.bytes]).toEqual(Array.from({ length: 9 }, (_, i) => of(expected.filter(({ timeNano }) => (timeNano - startNano) / (1000n * second) === BigInt(i)))))
  })
})
