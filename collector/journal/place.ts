// Whether the name of a segment still leads to the file that we know, as long as we left it. A write to a file that was
// deleted or replaced succeeds like any other, and is lost.

import { statSync } from 'node:fs'
import { SegmentMoved } from './problem.ts'

/** Which file, whatever its name. */
export interface Identity { readonly dev: number; readonly ino: number }

export type StatPath = (path: string) => (Identity & { readonly size: number }) | undefined

/** Not the asynchronous form: it takes 3 µs, less than a hundredth of the sync that came before it. Undefined: not there. */
export const statPath: StatPath = (path) => statSync(path, { throwIfNoEntry: false })

export function isInPlace(stat: StatPath, path: string, { dev, ino }: Identity, bytes: number): boolean {
  const found = stat(path)
  return found?.dev === dev && found.ino === ino && found.size === bytes
}

export function assertInPlace(stat: StatPath, path: string, identity: Identity, bytes: number): void {
  if (!isInPlace(stat, path, identity, bytes)) throw new SegmentMoved(path)
}
