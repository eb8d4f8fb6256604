// Takes damaged bytes out of the journal, by rewriting the segment that they are in: the bytes are copied to
// `quarantine/` first, and what stands in their place is given by the caller, so that no index is skipped. A crash leaves
// the old segment or the new one, whole, and the next attempt does the same again.

import { mkdir, open, rename } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { syncDirectory, writeDurable } from '../durable.ts'
import { readFully } from './blocks.ts'
import { encodeFrame } from './frame.ts'
import type { Frame } from './frame.ts'
import type { Damage } from './problem.ts'

/** Frames for the entries `firstIndex` to `endIndex`, all of them and in order. */
export type Replacement = (damage: Damage) => AsyncIterable<Frame> | Iterable<Frame>

const copyBytes = 4 * 1024 * 1024

/** `damage`: all of a journal, in order, as `recover` found it. */
export async function quarantine(damage: readonly Damage[], replacement: Replacement): Promise<void> {
  for (const segment of new Set(damage.map((one) => one.segment))) {
    const own = damage.filter((one) => one.segment === segment)
    await keepBytes(segment, own)
    await rewrite(segment, own, replacement)
  }
}

async function keepBytes(segment: string, damage: readonly Damage[]): Promise<void> {
  const directory = join(dirname(segment), 'quarantine')
  for (const { offset, bytes } of damage.filter((one) => one.bytes > 0)) {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    await syncDirectory(dirname(segment))
    const file = await open(segment, 'r')
    try {
      await writeDurable(join(directory, `${basename(segment, '.journal')}-${offset}.bad`), await readFully(file, offset, bytes))
    } finally {
      await file.close()
    }
  }
}

async function rewrite(segment: string, damage: readonly Damage[], replacement: Replacement): Promise<void> {
  const source = await open(segment, 'r').catch((error: NodeJS.ErrnoException) => { if (error.code === 'ENOENT') return undefined; throw error })
  const temporary = `${segment}.quarantine.tmp`
  const target = await open(temporary, 'w', 0o600)
  try {
    let from = 0
    for (const one of damage) {
      await copy(source, target, from, one.offset)
      if (one.endIndex > one.firstIndex) for await (const frame of replacement(one)) await target.writeFile(encodeFrame(frame))
      from = one.offset + one.bytes
    }
    await copy(source, target, from, (await source?.stat())?.size ?? 0)
    await target.sync()
  } finally {
    await target.close()
    await source?.close()
  }
  await rename(temporary, segment)
  await syncDirectory(dirname(segment))
}

async function copy(source: FileHandle | undefined, target: FileHandle, from: number, to: number): Promise<void> {
  for (let at = from; source !== undefined && at < to; at += copyBytes) await target.writeFile(await readFully(source, at, Math.min(copyBytes, to - at)))
}
