// Bytes that cannot be read are put aside before anything behind them is handed out: a person may want to look.

import { codeOf, writeFully } from './files.ts'
import type { SpoolFiles } from './files.ts'

/** Does nothing when they are there already. Answers how many bytes it wrote. */
export async function putAside(files: SpoolFiles, path: string, bytes: Uint8Array): Promise<number> {
  const file = await files.create(path).catch((error: unknown) => { if (codeOf(error) === 'EEXIST') return undefined; throw error })
  if (file === undefined) return 0
  try {
    await writeFully(files, file, bytes)
    await files.datasync(file)
    return bytes.length
  } catch (error) {
    await files.unlink(path).catch(() => {}) // else the next attempt would take it for whole
    throw error
  } finally {
    await files.close(file).catch(() => {})
  }
}
