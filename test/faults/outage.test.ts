// A stock OpenTelemetry client through an outage. It may lose records (stock clients do); what counts is that nothing it
// was told is kept is missing or there twice, and that it was told of everything else.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { expectBalanced } from '../support/accounting.ts'
import { startCollector } from '../support/collector-process.ts'
import { freePort } from '../support/free-port.ts'
import type { StoredRow } from '../../collector/store/store.ts'
import type { Told } from './outage-client.ts'

/** How long the collector is away: BLOTTER_OUTAGE_SECONDS, for a long one by hand. */
const outageSeconds = Number(process.env['BLOTTER_OUTAGE_SECONDS'] ?? 4)
const client = fileURLToPath(new URL('./outage-client.ts', import.meta.url))

let data: string
beforeEach(async () => { data = await mkdtemp(join(tmpdir(), 'blotter-test-')) })
afterEach(() => rm(data, { recursive: true }))

test(`killed, and back after ${outageSeconds} s: what the client was told is what is there`, { timeout: (outageSeconds + 120) * 1000 }, async () => {
  const port = await freePort()
  let collector = await startCollector({ data, port })
  const child = spawn(process.execPath, [...process.execArgv, client, collector.url, String(outageSeconds + 6)], { stdio: ['ignore', 'pipe', 'ignore'] })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => { said += chunk.toString() })
  const ended = once(child, 'exit')
  await delay(2000)
  await collector.kill()
  await delay(outageSeconds * 1000)
  collector = await startCollector({ data, port })
  await ended
  const { emitted, acknowledged, refused } = JSON.parse(said) as Told

  await expectBalanced(collector.url)
  const rows = (await (await fetch(`${collector.url}/v1/rows?from=0`)).text()).trim().split('\n').map((line) => JSON.parse(line) as StoredRow)
  const stored = rows.map(({ columns }) => String(columns['RecordId']))
  expect(new Set(stored).size, 'nothing is there twice').toBe(stored.length)
  expect(acknowledged.filter((id) => !stored.includes(id)), 'nothing that was acknowledged is missing').toEqual([])
  const told = new Set([...acknowledged, ...refused])
  expect(stored.filter((id) => !told.has(id)), 'nothing is there of which the client heard nothing').toEqual([])
  expect(acknowledged.length, 'before and after the outage records were taken').toBeGreaterThan(50)
  process.stdout.write(`outage of ${outageSeconds} s: ${emitted} emitted, ${acknowledged.length} acknowledged, ${refused.length} refused, ${stored.length} stored\n`)
  await collector.stop()
})
