// What a start finds: the segments, where the log ends, and what cannot be read. It changes nothing, keeps no frame in
// memory, and tells a torn write, which nobody was promised anything of, from damage to what was acknowledged.

import { listSegments, scanSegment, segmentPath } from './segment.ts'
import type { Damage } from './problem.ts'
import type { ScannedFrame } from './scan.ts'
import type { Segment } from './segment.ts'

export interface RecoverOptions {
  readonly directory: string
  /** One past the highest entry that is known to have been durable: sealed, or passed by a background step. */
  readonly floorIndex: number
  /** The lowest entry that some background step has not done. Undefined: not known. */
  readonly neededIndex?: number | undefined
  /** The same of those steps that are always there, so that nothing from here on was ever released. Undefined: not known. */
  readonly heldIndex?: number | undefined
  /** Told every frame that is still there, oldest first. Its buffers are views: copy what is kept. `newer`: at least so many entries follow. */
  readonly onRecovered?: ((frame: ScannedFrame, newer: number) => void) | undefined
}

export interface Recovered {
  readonly segments: readonly (Segment & { readonly bytes: number })[]
  /** One past the last entry. */
  readonly endIndex: number
  /** Where the last frame of the last segment begins. */
  readonly lastFrameOffset: number
  /** Bytes behind the last segment's last frame that are none, and that nothing says were ever durable. */
  readonly tornBytes: number
  /** In order; those that are needed, and those that no step has any use for. */
  readonly damage: readonly Damage[]
  /** Of the last frame; 0 when there is none. */
  readonly storedAtNano: bigint
}

export async function recover({ directory, floorIndex, neededIndex, heldIndex, onRecovered = () => {} }: RecoverOptions): Promise<Recovered> {
  const found = await listSegments(directory)
  const segments: (Segment & { bytes: number })[] = []
  const damage: Damage[] = []
  const first = found[0]?.firstIndex ?? floorIndex
  // The last segment always stays: without any, somebody has removed them, and what was not done everywhere is gone.
  const held = Math.min((found.length === 0 ? neededIndex : heldIndex) ?? first, first)
  if (held < first) damage.push({ segment: segmentPath(directory, held), offset: 0, bytes: 0, firstIndex: held, endIndex: first })
  let expected = first
  const lastFirst = found.at(-1)?.firstIndex ?? 0
  let storedAtNano = 0n
  let tornBytes = 0
  let lastFrameOffset = 0
  for (const [position, segment] of found.entries()) {
    let bad: { readonly offset: number; readonly bytes: number } | undefined
    let end = 0
    lastFrameOffset = 0
    await scanSegment(segment.path, (piece) => {
      const bytes = piece.endOffset - piece.offset
      // A good frame in a place that is not its own was never written there by us: it is no part of the log.
      if (piece.kind === 'bad' || piece.frame.firstIndex < expected) { bad = { offset: bad?.offset ?? piece.offset, bytes: bytes + (bad?.bytes ?? 0) }; return }
      const { frame } = piece
      if (bad !== undefined || frame.firstIndex > expected) damage.push({ segment: segment.path, offset: end, bytes: bad?.bytes ?? 0, firstIndex: expected, endIndex: frame.firstIndex })
      bad = undefined
      onRecovered(frame, Math.max(0, lastFirst - frame.endIndex))
      expected = frame.endIndex
      storedAtNano = frame.storedAtNano
      lastFrameOffset = piece.offset
      end = piece.endOffset
    })
    const following = found[position + 1]
    const until = Math.max(expected, following?.firstIndex ?? floorIndex)
    if (following === undefined && until === expected) tornBytes = bad?.bytes ?? 0
    else if (bad !== undefined || until > expected) damage.push({ segment: segment.path, offset: end, bytes: bad?.bytes ?? 0, firstIndex: expected, endIndex: until })
    expected = until
    segments.push({ ...segment, bytes: end })
  }
  return { segments, endIndex: expected, lastFrameOffset, tornBytes, damage, storedAtNano }
}

/** Damage to what some step still has to do. */
export function neededDamage({ damage }: Recovered, neededIndex: number | undefined): readonly Damage[] {
  return damage.filter(({ firstIndex, endIndex }) => endIndex > firstIndex && endIndex > (neededIndex ?? 0))
}
