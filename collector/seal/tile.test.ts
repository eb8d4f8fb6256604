import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeBundle, parseBundle } from './bundle.ts'
import { TILE_WIDTH, parseTilePath, partialWidth, partialsPath, tileCount, tilePath } from './tile.ts'
import { greek } from './testing/vectors.ts'

const tile = fc.record({
  level: fc.oneof(fc.integer({ min: 0, max: 63 }), fc.constant('entries' as const)),
  index: fc.oneof(fc.integer({ min: 0, max: 2_000_000 }), fc.maxSafeNat()),
  width: fc.integer({ min: 1, max: 256 }),
})

describe('tile paths', () => {
  it('group the index by three digits', () => {
    expect(tilePath({ level: 0, index: 0, width: TILE_WIDTH })).toBe('tile/0/000')
    expect(tilePath({ level: 1, index: 1000, width: 5 })).toBe('tile/1/x001/000.p/5')
    expect(tilePath({ level: 'entries', index: 1_234_067, width: TILE_WIDTH })).toBe('tile/entries/x001/x234/067')
    expect(partialsPath({ level: 63, index: 7, width: 255 })).toBe('tile/63/007.p')
  })

  it('are parsed back to the tile they were made of', () => {
    fc.assert(fc.property(tile, (original) => {
      expect(parseTilePath(tilePath(original))).toEqual(original)
    }))
  })

  it('have one spelling: whatever parses is written back the same', () => {
    const part = fc.constantFrom('tile', 'entries', '/', 'x', '0', '1', '00', '000', '001', '.p', '256', '255', '63', '64', '-', '%2e', '..', '\n')
    fc.assert(fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const path = parts.join('')
      const parsed = parseTilePath(path)
      if (parsed !== null) expect(tilePath(parsed)).toBe(path)
    }), { numRuns: 2000 })
  })

  it.each([
    '', 'tile', 'checkpoint', '/tile/0/000', 'tile/0/000/', 'tile/0/0', 'tile/0/0000', 'tile/00/000', 'tile/01/000',
    'tile/64/000', 'tile/-1/000', 'tile/0/x000/001', 'tile/0/001/000', 'tile/0/x001', 'tile/0/X001/000', 'tile/0/x1/000',
    'tile/0/000.p/0', 'tile/0/000.p/256', 'tile/0/000.p/01', 'tile/0/000.p/', 'tile/0/000.p', 'tile/0/x001.p/3/000',
    'tile/entries/0', 'tile/data/000', 'tile/8/0/000', 'tile/0/000\n', 'tile/0/../0/000', 'tile/0/٠٠٠',
    'tile/0/x009/x007/x199/x254/x740/992', 'tile/0/x001/x000/x000/x000/x000/x000/000',
  ])('are refused when they are %j', (path) => {
    expect(parseTilePath(path)).toBeNull()
  })

  it('are never made of numbers that are no tile', () => {
    for (const wrong of [{ level: 64 }, { level: -1 }, { index: -1 }, { index: 0.5 }, { width: 0 }, { width: 257 }]) {
      expect(() => tilePath({ level: 0, index: 0, width: 1, ...wrong })).toThrow('BUG: not a tile')
    }
  })
})

describe('tile widths', () => {
  it('follow the size of the tree', () => {
    const at = (size: number): number[][] => [0, 1, 2].map((level) => [tileCount(level, size), partialWidth(level, size)])
    expect(at(0)).toEqual([[0, 0], [0, 0], [0, 0]])
    expect(at(255)).toEqual([[0, 255], [0, 0], [0, 0]])
    expect(at(256)).toEqual([[1, 0], [0, 1], [0, 0]])
    expect(at(70_000)).toEqual([[273, 112], [1, 17], [0, 1]])
    expect([tileCount(0, 2 ** 53 - 1), partialWidth(0, 2 ** 53 - 1)]).toEqual([2 ** 45 - 1, 255])
  })
})

describe('entry bundles', () => {
  it('are lengths and entries, as in the published vector', () => {
    expect(encodeBundle(greek).toString('hex')).toBe('0005616c7068610004626574610005' + '67616d6d61')
  })

  it('give back their entries', () => {
    fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 20 }), (entries) => {
      expect(parseBundle(encodeBundle(entries)).map((entry) => [...entry])).toEqual(entries.map((entry) => [...entry]))
    }))
    const largest = new Uint8Array(65_535).fill(7)
    expect(parseBundle(encodeBundle([largest]))[0]).toEqual(Buffer.from(largest))
    expect(() => encodeBundle([new Uint8Array(65_536)])).toThrow('BUG: entry too large')
  })

  it('are malformed when cut anywhere but between entries', () => {
    const bytes = encodeBundle(greek)
    const borders = [0, 7, 13, 20]
    for (let length = 0; length <= bytes.length; length += 1) {
      const parse = (): number => parseBundle(bytes.subarray(0, length)).length
      if (borders.includes(length)) expect(parse()).toBe(borders.indexOf(length))
      else expect(parse).toThrow('the bundle ends inside its entry')
    }
  })
})
