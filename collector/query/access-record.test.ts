import { describe, expect, test } from 'vitest'
import { createReadAudit } from './access-record.ts'
import type { Reader } from './access.ts'
import type { ReadAudit } from './access-record.ts'

const reader: Reader = { workspace: 'shop', environment: 'production', keyId: 'abc' }
const details = { through: 'timeline', kinds: ['to', 'from', 'actor'], records: 7 }

interface Bench { readonly audit: ReadAudit; readonly written: [string, string, number, number][]; nowMs: number; broken: boolean }

function bench(): Bench {
  const written: Bench['written'] = []
  const state: Bench = {
    written, nowMs: 60_000, broken: false,
    audit: createReadAudit({
      nowMs: () => state.nowMs,
      async emit(event, attributes, { keyId }) {
        if (state.broken) throw new Error('the disk is full')
        written.push([event, keyId, Number(attributes['blotter.read.count']), Number(attributes['blotter.read.records'])])
      },
    }),
  }
  return state
}

test('a read is a record at once: who, by which kinds of things, how many, and no value', async () => {
  let seen: unknown
  const { recordRead } = createReadAudit({ emit: async (event, attributes) => { seen = { event, ...attributes } } })
  await recordRead('blotter.records.read', reader, details)
  expect(seen).toMatchObject({ 'event': 'blotter.records.read', 'audit.actor.id': 'key:abc', 'audit.action': 'READ', 'audit.target.id': 'timeline', 'audit.outcome': 'success', 'blotter.integration': 'blotter', 'blotter.read.kinds': ['actor', 'from', 'to'], 'blotter.read.count': 1n, 'blotter.read.records': 7n })
  await recordRead('blotter.records.exported', reader, { ...details, format: 'csv' })
  expect(seen).toMatchObject({ 'event': 'blotter.records.exported', 'audit.action': 'EXPORT', 'blotter.export.format': 'csv' })
})

test('a dashboard that asks every five seconds makes two records a minute', async () => {
  const state = bench()
  for (let i = 0; i < 24; i += 1) {
    state.nowMs = 60_000 + i * 5000
    await state.audit.recordRead('blotter.records.read', reader, details)
    await state.audit.flush()
  }
  expect(state.written.map(([, , reads]) => reads)).toEqual([1, 1, 11]) // the second minute began with one of its own, then the first one's rest
  await state.audit.flush(true)
  expect(state.written.reduce((sum, [, , reads]) => sum + reads, 0)).toBe(24)
  expect(state.written.reduce((sum, [, , , records]) => sum + records, 0)).toBe(24 * 7)
  await state.audit.flush(true)
  expect(state.written).toHaveLength(4)
})

test.each<[string, Partial<Reader>, Partial<typeof details> & { readonly format?: string }]>([['key', { keyId: 'other' }, {}], ['environment', { environment: 'staging' }, {}], ['question', {}, { kinds: ['actor'] }], ['door', {}, { through: 'loki' }], ['format', {}, { format: 'csv' }]])('another %s is another record', async (_, changedReader, changed) => {
  const { audit, written } = bench()
  await audit.recordRead('blotter.records.read', reader, details)
  await audit.recordRead('blotter.records.read', { ...reader, ...changedReader }, { ...details, ...changed })
  expect(written).toHaveLength(2)
})

describe('while records cannot be written', () => {
  test('people see, and it is recorded later', async () => {
    const state = bench()
    state.broken = true
    await state.audit.recordRead('blotter.records.read', reader, details)
    await state.audit.recordRead('blotter.records.read', reader, details)
    state.nowMs += 60_000
    await expect(state.audit.flush()).rejects.toThrow()
    state.broken = false
    await state.audit.flush()
    expect(state.written).toEqual([['blotter.records.read', 'abc', 2, 14]])
  })
  test('nothing is exported', async () => {
    const state = bench()
    state.broken = true
    await expect(state.audit.recordRead('blotter.records.exported', reader, { ...details, format: 'csv' })).rejects.toThrow('the disk is full')
    state.broken = false
    await state.audit.recordRead('blotter.records.exported', reader, { ...details, format: 'csv' })
    expect(state.written).toHaveLength(1)
  })
})
