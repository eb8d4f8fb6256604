// How many files the process may have open. Connections must leave enough of them for the journal and the store: a
// process that runs out of handles cannot open its next segment.

import { readFile } from 'node:fs/promises'

/** Handles that are left to everything but connections. */
export const reservedHandles = 256

/** Undefined where the system does not say it in /proc. */
export async function openFileLimit(file = '/proc/self/limits'): Promise<number | undefined> {
  const soft = /^Max open files +(\d+) /m.exec(await readFile(file, 'utf8').catch(() => ''))?.[1]
  return soft === undefined ? undefined : Number(soft)
}

/** `most`, or as many as there are handles for. */
export function affordableConnections(most: number, handles: number | undefined): number {
  return handles === undefined ? most : Math.max(16, Math.min(most, handles - reservedHandles))
}
