// Where the processor is short, the app goes first: the thread that redacts and delivers gives way to the one that calls
// record(). Linux has a priority for each thread, and whoever may set none loses nothing but that.

import { readlinkSync } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { setPriority } from 'node:os'
import { basename } from 'node:path'

/** A third of the processor's time beside a thread of the usual priority, all of it beside none. */
export const niceness = 5

/**
 * Of the thread that calls it, which must not be the process's first. A thread inherits its priority: those that work on
 * files for everybody begin with the first file that anybody asks for, hence that comes before.
 */
export async function stepBack(): Promise<void> {
  if (process.platform !== 'linux') return
  try {
    await lstat('/')
    const thread = Number(basename(readlinkSync('/proc/thread-self')))
    if (Number.isSafeInteger(thread) && thread !== process.pid) setPriority(thread, niceness)
  } catch {
    // no /proc, or a sandbox that forbids it
  }
}
