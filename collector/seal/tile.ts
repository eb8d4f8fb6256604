// Where the parts of a log are found: paths of c2sp.org/tlog-tiles, written and strictly parsed.

export const TILE_WIDTH = 256
const MAX_LEVEL = 63

export interface Tile {
  /** Level of hash tiles, or the bundles of entries (which are numbered as level 0 is). */
  readonly level: number | 'entries'
  readonly index: number
  /** 1 to 255 for a partial tile, 256 for a full one. */
  readonly width: number
}

/** How many full tiles a level has in a tree of this size; also the index of its partial tile. */
export function tileCount(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** (level + 1))
}

/** Width of the partial tile of a level in a tree of this size; 0 means there is none. */
export function partialWidth(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** level) % TILE_WIDTH
}

export function tilePath(tile: Tile): string {
  if (!isTile(tile)) throw new Error(`BUG: not a tile; got ${JSON.stringify(tile)}`)
  const full = `tile/${tile.level}/${formatIndex(tile.index)}`
  return tile.width === TILE_WIDTH ? full : `${full}.p/${tile.width}`
}

/** The folder that holds the partial forms of a tile: what may go once the tile is full and published. */
export function partialsPath(tile: Tile): string {
  return `${tilePath({ ...tile, width: TILE_WIDTH })}.p`
}

const form = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/(\d{1,3}))?$/

/** The tile at a path, or null for anything that is not written exactly as `tilePath` writes it. */
export function parseTilePath(path: string): Tile | null {
  const parts = form.exec(path)
  if (parts === null) return null
  const [, level, index = '', width] = parts
  const tile: Tile = {
    level: level === 'entries' ? level : Number(level),
    index: Number(index.replaceAll(/[x/]/g, '')),
    width: width === undefined ? TILE_WIDTH : Number(width),
  }
  return isTile(tile) && tilePath(tile) === path ? tile : null
}

/** Groups of three digits, all but the last marked: 1234067 is x001/x234/067. */
function formatIndex(index: number): string {
  let path = digits(index)
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) path = `x${digits(rest)}/${path}`
  return path
}

const digits = (n: number): string => String(n % 1000).padStart(3, '0')

function isTile({ level, index, width }: Tile): boolean {
  return (level === 'entries' || isBetween(0, level, MAX_LEVEL))
    && isBetween(0, index, Number.MAX_SAFE_INTEGER)
    && isBetween(1, width, TILE_WIDTH)
}

function isBetween(low: number, n: number, high: number): boolean {
  return Number.isSafeInteger(n) && n >= low && n <= high
}
