// The directory of a spool: ours alone. Whoever else can write to it could put files or links there for us to follow,
// or take records away before they are delivered; so we refuse instead of warning.

import { lstatSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AuditError } from '../errors.ts'
import { codeOf, diskFiles } from './files.ts'
import type { SpoolFiles } from './files.ts'

/**
 * Makes it when it is not there. Throws SPOOL_FAILED when it cannot be used. Blocks, for a few calls that need no disk in
 * most cases: it happens when a spool is opened, and when its directory was removed.
 */
export function prepareDirectory(directory: string, { sync }: SpoolFiles = diskFiles): void {
  try {
    const made = mkdirSync(directory, { recursive: true, mode: 0o700 })
    if (made !== undefined) sync.syncDirectory(dirname(made)) // else a power cut could take all of it
    const problem = problemOf(lstatSync(directory))
    if (problem !== undefined) throw new AuditError('SPOOL_FAILED', problem)
    ignoreForGit(join(directory, '.gitignore'))
  } catch (error) {
    throw error instanceof AuditError ? error : new AuditError('SPOOL_FAILED', codeOf(error))
  }
}

function ignoreForGit(path: string): void {
  try {
    writeFileSync(path, '*\n', { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}

interface Facts { isDirectory(): boolean; readonly uid: number; readonly mode: number }

/** Windows knows neither owners nor modes of this kind: there the directory inherits what its parent allows. */
function problemOf(facts: Facts): string | undefined {
  if (!facts.isDirectory()) return 'its directory is a link or a file'
  if (process.getuid === undefined) return undefined
  if (facts.uid !== process.getuid()) return 'its directory belongs to another user'
  return (facts.mode & 0o022) === 0 ? undefined : 'others may write to its directory: chmod go-w'
}
