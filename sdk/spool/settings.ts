// The numbers of a spool: their defaults, and one check that reports everything at once.

import { describe, problemError } from '../errors.ts'
import type { Problem } from '../errors.ts'
import type { SpoolOptions } from './spool.ts'

type Numbers = Required<Pick<SpoolOptions, 'maxBytes' | 'segmentBytes' | 'memoryBytes' | 'heartbeatMs' | 'staleMs'>>

export const spoolDefaults: Readonly<Numbers> = Object.freeze({ maxBytes: 268_435_456, segmentBytes: 8_388_608, memoryBytes: 4_194_304, heartbeatMs: 2_000, staleMs: 15_000 })

/** It stands in the header of every segment. */
const maxResourceBytes = 1024 * 1024

/** Throws INVALID_OPTIONS. */
export function checkSpoolOptions(given: SpoolOptions): Numbers {
  const set = { ...spoolDefaults }
  const problems: Problem[] = []
  for (const key of Object.keys(set) as (keyof Numbers)[]) {
    const value = given[key] ?? set[key]
    if (!Number.isSafeInteger(value) || value < 1) problems.push({ key: `spool.${key}`, got: describe(given[key]), want: 'a whole number from 1' })
    set[key] = value
  }
  const { directory, resource } = given
  if (typeof directory !== 'string' || directory === '' || directory.includes('\0')) problems.push({ key: 'spool.directory', got: describe(directory), want: 'a path' })
  if (typeof resource !== 'string' || Buffer.byteLength(resource) > maxResourceBytes) problems.push({ key: 'resource', got: describe(resource), want: `JSON of at most ${maxResourceBytes} bytes` })
  if (problems.length > 0) throw problemError('INVALID_OPTIONS', problems)
  return { ...set, segmentBytes: Math.min(set.segmentBytes, Math.max(1, Math.floor(set.maxBytes / 8))) }
}
