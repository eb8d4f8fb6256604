// The right edge of the tree: for each level of tiles the hashes that do not fill a tile yet. Together with the size
// it is all that growing a log needs, a few dozen kilobytes however long the log is.

import { TILE_WIDTH, tileCount } from './tile.ts'
import { joinSubtrees, subtreeRoot, subtreeRoots } from './tree.ts'
import type { Hash } from './tree.ts'

export interface HashTile {
  readonly level: number
  readonly index: number
  readonly hashes: readonly Hash[]
}

const none: readonly HashTile[] = []

export class RightEdge {
  #size: number
  readonly #levels: Hash[][]

  /** `levels[l]` are the hashes of the partial tile of level l: exactly as many as the size asks for. */
  constructor(size = 0, levels: readonly (readonly Hash[])[] = []) {
    this.#size = size
    this.#levels = levels.map((hashes) => [...hashes])
  }

  get size(): number {
    return this.#size
  }

  copy(): RightEdge {
    return new RightEdge(this.#size, this.#levels)
  }

  /** Takes the next leaf and returns the tiles that it fills, lowest level first. */
  add(leaf: Hash): readonly HashTile[] {
    this.#size += 1
    return this.#push(0, leaf) < TILE_WIDTH ? none : this.#fill()
  }

  root(): Hash {
    return joinSubtrees(this.#levels.toReversed().flatMap(subtreeRoots))
  }

  /** The partial tiles of this size, lowest level first. */
  partials(): HashTile[] {
    return this.#levels
      .map((hashes, level) => ({ level, index: tileCount(level, this.#size), hashes: [...hashes] }))
      .filter(({ hashes }) => hashes.length > 0)
  }

  /** The hashes of the partial tile of one level, none when its width is 0. */
  hashes(level: number): readonly Hash[] {
    return this.#levels[level] ?? []
  }

  // Only full tiles feed the level above.
  #fill(): HashTile[] {
    const full: HashTile[] = []
    for (let level = 0; this.hashes(level).length === TILE_WIDTH; level += 1) {
      const hashes = this.hashes(level)
      full.push({ level, index: tileCount(level, this.#size) - 1, hashes })
      this.#levels[level] = []
      this.#push(level + 1, subtreeRoot(hashes))
    }
    return full
  }

  #push(level: number, hash: Hash): number {
    return (this.#levels[level] ??= []).push(hash)
  }
}
