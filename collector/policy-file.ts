// Finds a policy: the file that was named, or the first of those where one is expected.

import { readFile } from 'node:fs/promises'

export interface PolicyFile {
  readonly path: string
  readonly text: string
  /** As it was written, before it was checked and compiled: plain values, which can go to another thread. */
  readonly definition: unknown
}

/** `parse`: from text to YAML's value. Undefined when there is none; where one is required the first path must be there. */
export async function findPolicyFile(paths: readonly string[], required: boolean, parse: (text: string, path: string) => unknown): Promise<PolicyFile | undefined> {
  for (const path of paths) {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' && !required) return undefined
      throw error
    })
    if (text !== undefined) return { path, text, definition: parse(text, path) }
  }
  return undefined
}
