import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BlotterError } from '../../errors.ts'
import { readCursor, writeCursor } from './cursor.ts'
import type { Cursor } from './cursor.ts'
import type { TimelineQuestion } from './engine.ts'

const scope = { workspace: 'shop', environment: 'production' }
const question: TimelineQuestion = { all: [{ kind: 'actor', id: 'maria' }], fromNano: 17n, limit: 5, depth: 3 }
const cursor: Cursor = { askedMs: 1_764_000_000_000, asOf: { origin: 'test', leafIndex: 7, storedAtNano: 9n }, complete: true, drainedUpToNano: 8n, wide: false, before: { timeNano: 1n, leafIndex: 2, origin: 'test' } }

test('a cursor reads as it was written, and knows when it was first asked', () => {
  const asked: number[] = []
  expect(readCursor(writeCursor(cursor, scope, question), scope, (ms) => { asked.push(ms); return question })).toEqual(cursor)
  expect(asked).toEqual([cursor.askedMs])
})

test('it says nothing of the question', () => {
  expect(Buffer.from(writeCursor(cursor, scope, question), 'base64url').toString()).not.toContain('maria')
})

test.each<[string, () => unknown]>([
  ['another question', () => readCursor(writeCursor(cursor, scope, question), scope, () => ({ ...question, limit: 6 }))],
  ['another tenant', () => readCursor(writeCursor(cursor, scope, question), { ...scope, environment: 'staging' }, () => question)],
  ['nothing', () => readCursor('', scope, () => question)],
  ['something else', () => readCursor(Buffer.from('{"a":1}').toString('base64url'), scope, () => question)],
])('a cursor of %s is refused', (_, read) => { expect(read).toThrow(expect.objectContaining({ code: 'INVALID_QUERY', violations: [expect.objectContaining({ field: 'cursor' })] })) })

test('whatever is sent, it is read or refused', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json().map((json) => Buffer.from(json).toString('base64url'))), (text) => {
    try { readCursor(text, scope, () => question) } catch (error) { expect(error).toBeInstanceOf(BlotterError) }
  }))
})
