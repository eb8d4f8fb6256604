import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { encodeRequest } from '@blotter/processors'
import { sampleRecord } from '../support/arbitrary.ts'
import { expectBalanced } from '../support/accounting.ts'
import { runCollector } from '../support/running.ts'
import type { RunningCollector } from '../support/running.ts'
import type { AuditRecord, Value } from '@blotter/processors'

const blotter = fileURLToPath(new URL('../../collector/command/blotter', import.meta.url))

let collector: RunningCollector
beforeAll(async () => { collector = await runCollector({ watch: { graceMs: 1, silentMs: false } }) })
afterAll(() => collector.remove())

const record = (id: string, attributes: Record<string, Value> = {}): AuditRecord => sampleRecord({}, { 'audit.record.id': id, ...attributes })

async function post(path: string, records: readonly AuditRecord[]): Promise<number> {
  const { status } = await fetch(`${collector.url}${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: encodeRequest(records) })
  return status
}

test('every record that arrived is counted once, whatever became of it', async () => {
  expect(await post('/v1/audit', [record('a'), record('b')])).toBe(200)
  expect(await post('/v1/audit', [record('a')])).toBe(200) // a retry
  expect(await post('/v1/audit', [record('c'), record('a', { 'audit.action': 'DELETE' })])).toBe(409)
  expect(await post('/v1/audit', [record('d', { 'audit.action': '' }), record('e')])).toBe(400)
  expect(await post('/v1/logs', [record('f'), record('f'), record('a', { 'audit.action': 'DELETE' }), record('g', { ['x'.repeat(300)]: 1n })])).toBe(200)
  const { paths } = await expectBalanced(collector.url)
  expect(paths).toMatchObject({
    audit: { received: 7, kept: 2, duplicate: 1, rejected: 4, failed: 0, inFlight: 0 },
    logs: { received: 4, kept: 1, duplicate: 1, rejected: 2, failed: 0, inFlight: 0 },
  })
})

test('a number that is missing in a stream becomes a record itself', async () => {
  const numbered = (number: number): AuditRecord => record(`n${number}`, { 'audit.sequence.stream_id': 'stream-7', 'audit.sequence.number': BigInt(number), 'blotter.integration': 'stripe' })
  expect(await post('/v1/audit', [1, 2, 5].map(numbered))).toBe(200)
  await expect.poll(async () => (await collector.timeline('target=stream-7')).map(({ event, attributes }) => ({ event, first: attributes['blotter.sequence.first'], missing: attributes['blotter.sequence.missing'] })), { timeout: 20_000 })
    .toEqual([{ event: 'blotter.sequence.gap', first: 3, missing: 2 }])
  await expectBalanced(collector.url)
})

test('the sums hold across a restart', async () => {
  const { entries: { total } } = await expectBalanced(collector.url)
  await collector.restart()
  expect((await expectBalanced(collector.url)).entries).toMatchObject({ before: total, kept: 0 })
})

test('blotter status says on one screen that all is well', async () => {
  const { stdout } = await promisify(execFile)(blotter, ['status', '--url', collector.url], { env: { ...process.env, NO_COLOR: '1' } })
  expect(stdout).toMatch(/^collector {2}blotter-[0-9a-f]{8}, up .*, all is well$/m)
  expect(stdout).toMatch(/^journal .* writable$/m)
  const json = JSON.parse((await promisify(execFile)(blotter, ['status', '--json', '--url', collector.url])).stdout) as { problems: unknown[] }
  expect(json.problems).toEqual([])
})
