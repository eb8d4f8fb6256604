// The outage table in quick form: outages of a second or two instead of up to a minute, for what is ours. The whole
// table, with the stock client beside it: test/bench/outage.ts.

import { expect, test } from 'vitest'
import { outageRows } from '../bench/support/outage-rows.ts'
import { runOutage } from '../bench/support/outage-run.ts'
import type { Subject } from '../bench/support/outage-run.ts'

/** Those that differ most. BLOTTER_OUTAGE_ROWS=all: every row. */
const usual = ['burst', 'outage-2-500', 'too-large', 'natural-down', 'exit', 'kill-down']
const rows = outageRows(true).filter(({ id }) => process.env['BLOTTER_OUTAGE_ROWS'] === 'all' || usual.includes(id))
const ours: readonly Subject[] = ['audit', 'plugin', 'exporter']

test.each(rows)('$name: none lost', { timeout: 180_000 }, async (row) => {
  const outcomes = await Promise.all(ours.map(async (subject) => ({ subject, ...await runOutage(row, subject) })))
  for (const { subject, emitted, delivered, lost, broken, ended } of outcomes) {
    expect({ subject, lost, broken, delivered }).toEqual({ subject, lost: 0, broken: 0, delivered: emitted })
    expect(emitted).toBeGreaterThan(0)
    expect(ended).toBe(row.ending === 'kill -9' ? 'SIGKILL' : '0')
  }
})

test('the table can tell: the stock client loses records where ours does not', { timeout: 60_000 }, async () => {
  const burst = outageRows(true).find(({ id }) => id === 'burst')!
  const { emitted, delivered, lost } = await runOutage(burst, 'stock')
  expect(emitted).toBe(5_000)
  expect(lost).toBe(emitted - delivered)
  expect(lost).toBeGreaterThan(0)
})
