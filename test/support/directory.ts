// A directory of its own for the test that asks for one, gone when that test is over, unless BLOTTER_KEEP is set.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

export async function directoryForTest(): Promise<string> {
  const directory = await makeDirectory()
  onTestFinished(() => removeDirectory(directory))
  return directory
}

/** The same for a whole file of tests, which removes it itself. */
export function makeDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'blotter-test-'))
}

export function removeDirectory(directory: string): Promise<void> {
  return process.env['BLOTTER_KEEP'] === undefined ? rm(directory, { recursive: true, force: true, maxRetries: 3 }) : Promise.resolve()
}
