// Writing a small file so that a crash leaves either the old one or the new one, whole: temp, fsync, rename, fsync.

import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** `mode`: permissions of a new file, 0600 unless said: what we keep is nobody else's to read. */
export async function writeDurable(path: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  const temporary = `${path}.tmp`
  const file = await open(temporary, 'w', mode)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
  await syncDirectory(dirname(path))
}

/** A new or renamed file is not durable until its directory is. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
