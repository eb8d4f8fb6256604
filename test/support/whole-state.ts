// Everything compared with everything, after whatever a fault test did: what senders were told, the store, the log, what
// was forwarded.

import { join } from 'node:path'
import { expect } from 'vitest'
import { parseRecord } from '@blotter/processors'
import { connect } from '../../collector/store/connect.ts'
import { linksOf } from '../../collector/store/links.ts'
import { runBlotter } from './collector-process.ts'
import { eventually } from './eventually.ts'
import type { CollectorProcess } from './collector-process.ts'
import type { Sender } from './sender.ts'
import type { Sink } from './sink.ts'
import type { AnsweredReceipt } from '../../collector/receive/answer.ts'
import type { StoredRow } from '../../collector/store/store.ts'

export interface WholeState {
  readonly data: string
  readonly url: string
  readonly collector: CollectorProcess
  readonly senders: readonly Sender[]
  readonly sink: Sink
  /** How long the background steps may take to catch up. */
  readonly catchUpMs: number
}

/** Of a running collector to which nobody sends any more; it is stopped in the end. Returns what the store holds. */
export async function expectWholeState({ data, url, collector, senders, sink, catchUpMs }: WholeState): Promise<readonly StoredRow[]> {
  await catchUp(url, collector, catchUpMs)
  const receipts = new Map(senders.flatMap((sender) => [...sender.receipts]))
  const rows = await allRows(url)
  compare(rows, receipts)
  const forwarded = new Set(sink.requests.flatMap(({ records }) => records.map(({ attributes }) => attributes['audit.record.id'])))
  expect([...receipts.keys()].filter((id) => !forwarded.has(id)), 'everything was forwarded').toEqual([])
  expect(await runBlotter(['verify', '--url', url])).toMatchObject({ code: 0 })
  expect(await collector.stop()).toEqual({ code: 0, signal: null })
  await expectOnceInStore(data, rows)
  expect(await runBlotter(['verify', '--data', data])).toMatchObject({ code: 0 })
  expect(await runBlotter(['journal', 'check', '--data', data])).toMatchObject({ code: 0 })
  return rows
}

async function allRows(url: string): Promise<StoredRow[]> {
  const rows: StoredRow[] = []
  for (let from: string | null = '0'; from !== null;) {
    const response: Response = await fetch(`${url}/v1/rows?from=${from}`)
    expect(response.status).toBe(200)
    for (const line of (await response.text()).split('\n')) if (line !== '') rows.push(JSON.parse(line) as StoredRow)
    from = response.headers.get('X-Next-Index')
  }
  return rows
}

/** How far each background step is behind, as /metrics says it. */
async function lagsOf(url: string): Promise<string[]> {
  const lags = (await (await fetch(`${url}/metrics`)).text()).split('\n').filter((line) => line.startsWith('blotter_step_lag_records{'))
  expect(lags.length).toBe(4) // seal, store, forward, watch
  return lags
}

async function catchUp(url: string, collector: CollectorProcess, timeoutMs: number): Promise<void> {
  await eventually('the background steps catch up', async () => (await lagsOf(url)).every((line) => line.endsWith(' 0')), timeoutMs).catch(async (cause: unknown) => {
    throw new Error([...await lagsOf(url), ...collector.logs().slice(-20).map((line) => JSON.stringify(line))].join('\n'), { cause })
  })
}

function compare(rows: readonly StoredRow[], receipts: ReadonlyMap<string, AnsweredReceipt>): void {
  expect(rows.map(({ leafIndex }) => leafIndex), 'no gap and nothing twice in the log').toEqual(rows.map((_, index) => index))
  const byId = new Map(rows.map((row) => [String(row.columns['RecordId']), row]))
  expect(byId.size, 'no record is there twice').toBe(rows.length)
  expect([...byId.keys()].filter((id) => !receipts.has(id)), 'nothing is there that nobody sent').toEqual([])
  const wrong = [...receipts.values()].filter(({ recordId, leafIndex, integrityHash }) => {
    const row = byId.get(recordId)
    return row === undefined || row.leafIndex !== leafIndex || row.leafHash !== integrityHash
  })
  expect(wrong, 'everything that was acknowledged is there, as its receipt says').toEqual([])
}

/** Of a stopped collector: each leaf has one row, one salt, and one identifier for each of its links. */
async function expectOnceInStore(data: string, rows: readonly StoredRow[]): Promise<void> {
  const connection = await connect({ kind: 'embedded', directory: join(data, 'store') })
  const count = async (table: string): Promise<Map<number, number>> =>
    new Map((await connection.query<{ LeafIndex: string; Rows: string }>(`SELECT toString(LeafIndex) AS LeafIndex, toString(count()) AS Rows FROM blotter.${table} GROUP BY LeafIndex`)).map(({ LeafIndex, Rows }) => [Number(LeafIndex), Number(Rows)]))
  try {
    for (const [table, expected] of [['records', () => 1], ['salts', () => 1], ['identifiers', ({ canonical }: StoredRow) => linksOf(parseRecord(canonical)).length]] as const) {
      const counts = await count(table)
      expect(rows.filter((row) => counts.get(row.leafIndex) !== expected(row)).map(({ leafIndex }) => leafIndex), `${table} has each leaf once`).toEqual([])
      expect(counts.size).toBe(rows.length)
    }
  } finally {
    await connection.close()
  }
}
