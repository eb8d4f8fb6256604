// Single attributes of a canonical record, read from its bytes without decoding the rest: for whoever looks at every
// record and wants little of it.
//
// It knows where it is: a record may carry the same names deeper inside, where any sender can write them.

import { MapView, tags } from './map-view.ts'

const start = Buffer.from('{"attributes":')

/** A text, a whole number up to 2^53 (larger ones come as text) or a yes or no. What is something else is not told. */
export type Peeked = string | number | boolean | undefined

/** Values of `keys` in their order, undefined where the record has none. `undefined` when the text is none that `canonicalRecord` wrote. */
export function createPeek(keys: readonly string[]): (text: Buffer) => Peeked[] | undefined {
  const attributes = new MapView(keys)
  return function peek(text) {
    if (text.length < start.length || text.compare(start, 0, start.length, 0, start.length) !== 0) return undefined
    return attributes.read(text, start.length, true) === -1 ? undefined : attributes.found.map((member) => valueOf(attributes, member))
  }
}

function valueOf(map: MapView, member: number): Peeked {
  if (member === -1) return undefined
  try {
    switch (map.tag[member]) {
      case tags.string: case tags.int: case tags.bool: return JSON.parse(map.text.toString('utf8', map.from[member], map.to[member])) as Peeked
      default: return undefined
    }
  } catch {
    return undefined // not of our writing: whoever looks at a million records must not stop at one
  }
}
