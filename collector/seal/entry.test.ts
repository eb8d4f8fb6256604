import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SALT_BYTES, commitment } from './commitment.ts'
import { erasureDigest, parseEntry, recordEntry, tombstoneEntry } from './entry.ts'
import type { Tombstone } from './entry.ts'
import { leafHash } from './tree.ts'

const salt = Buffer.alloc(SALT_BYTES, 5)
const naive = (record: Uint8Array): string => createHash('sha256').update('blotter/record/v1\n').update(salt).update(record).digest('hex')
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

const record = { commitment: commitment(salt, '{}'), retentionClass: 'security', retentionPeriod: '2026-07' }
const tombstone: Tombstone = {
  class: 'security', period: '2026-07', count: 2, first: 4, last: 9, digest: erasureDigest([leafHash(salt), leafHash(record.commitment)]),
  policy: 'default:3', reason: 'expired', time: 1_800_000_000,
}

describe('a commitment', () => {
  it('is SHA-256 over tag, salt and record, whether the record is text or bytes', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
      expect(hex(commitment(salt, text))).toBe(naive(Buffer.from(text)))
      expect(hex(commitment(salt, Buffer.from(text)))).toBe(naive(Buffer.from(text)))
    }))
  })

  it('is the same on both sides of the size up to which a buffer is reused', () => {
    for (const length of [5461, 5462, 16_383, 16_384, 16_385, 1_000_000]) {
      for (const text of ['a'.repeat(length), '€'.repeat(length)]) {
        expect(hex(commitment(salt, text))).toBe(naive(Buffer.from(text)))
        expect(hex(commitment(salt, Buffer.from(text)))).toBe(naive(Buffer.from(text)))
      }
    }
  })

  it('has a fixed value that other programs can reproduce', () => {
    expect(hex(commitment(Buffer.from(Array.from({ length: 32 }, (_, i) => i)), '{"a":1}'))).toBe('7fe597b69042c232bef091effa6021b819908aaa3967ffcbe8aab96fbd3dde92')
  })

  it('takes no salt of another length: a padded salt would open to two records', () => {
    for (const length of [0, 31, 33, 64]) expect(() => commitment(Buffer.alloc(length), '{}')).toThrow(`BUG: salt length; got ${length}; want 32`)
  })

  it('takes no lone surrogate: UTF-8 would make it the same as another', () => {
    expect(() => commitment(salt, '"\ud800"')).toThrow('BUG: the canonical record is not well-formed')
  })
})

describe('an entry', () => {
  it('of a record is a kind, the commitment, class and period', () => {
    const entry = recordEntry(record)
    expect(hex(entry)).toBe(`01${hex(record.commitment)}${hex(Buffer.from('security 2026-07'))}`)
    expect(parseEntry(entry)).toEqual({ kind: 'record', ...record })
  })

  it('of a tombstone is a kind and JSON with sorted keys', () => {
    const entry = tombstoneEntry(tombstone)
    expect(entry[0]).toBe(2)
    expect(entry.toString('utf8', 1)).toBe(
      `{"class":"security","count":2,"digest":"${tombstone.digest}","first":4,"last":9,"period":"2026-07","policy":"default:3","reason":"expired","time":1800000000}`)
    expect(parseEntry(entry)).toEqual({ kind: 'tombstone', ...tombstone })
  })

  it('is read back as it was written', () => {
    const token = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,20}$/)
    fc.assert(fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), token, token, (bytes, retentionClass, retentionPeriod) => {
      const original = { commitment: bytes, retentionClass, retentionPeriod }
      const parsed = parseEntry(recordEntry(original))
      expect({ ...parsed, commitment: Uint8Array.from(bytes) }).toEqual({ kind: 'record', ...original })
      expect(hex(recordEntry(parsed as typeof original))).toBe(hex(recordEntry(original)))
    }))
  })

  it('has room for no sentence and no address', () => {
    for (const text of ['', 'a b', 'ann@example.com', 'ü', '\n', '-a', 'a'.repeat(129)]) {
      expect(() => recordEntry({ ...record, retentionClass: text })).toThrow('BUG: retention class is not in its form')
      expect(() => recordEntry({ ...record, retentionPeriod: text })).toThrow('BUG: retention period is not in its form')
      expect(() => tombstoneEntry({ ...tombstone, reason: text })).toThrow('BUG: tombstone text is not in its form')
    }
  })

  it('of a tombstone has numbers that fit each other', () => {
    for (const wrong of [{ count: 0 }, { count: 7 }, { first: 10 }, { first: -1 }, { last: 2 ** 53 }, { time: 1.5 }, { digest: 'AA' }]) {
      expect(() => tombstoneEntry({ ...tombstone, ...wrong })).toThrow('BUG: tombstone')
    }
  })

  it('is refused when it is not exactly what would be written', () => {
    const json = tombstoneEntry(tombstone).toString('utf8', 1)
    const malformed = [
      Buffer.alloc(0), Buffer.of(0), Buffer.of(3), Buffer.of(1), recordEntry(record).subarray(0, 40),
      ...[' x', '\n', '\u0000'].map((tail) => Buffer.concat([recordEntry(record), Buffer.from(tail)])),
      ...[json.replace(',', ', '), json.replace('{', '{"a":1,'), `${json}\n`, json.replace('"count":2', '"count":2.0'), json.slice(1), 'null', '[]', '7', ''].map((text) => Buffer.from(`\u0002${text}`)),
    ]
    for (const bytes of malformed) expect(() => parseEntry(bytes)).toThrow(expect.objectContaining({ code: 'entry_malformed' }))
    expect(() => parseEntry(Buffer.alloc(65_536, 1))).toThrow(expect.objectContaining({ code: 'entry_too_large' }))
  })

  it('throws nothing but typed errors for any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), fc.constantFrom(1, 2), (bytes, kind) => {
      bytes[0] = kind
      try {
        parseEntry(bytes)
      } catch (error) {
        expect(error).toMatchObject({ name: 'SealError' })
      }
    }))
  })
})
