// Secrets from a file, such as a mounted Kubernetes or Docker secret. Looked at again when it changed, without a watcher:
// watchers miss the swap of a symbolic link, by which Kubernetes replaces a secret.

import { readFile, stat } from 'node:fs/promises'
import { AuditError } from '../../errors.ts'
import type { Secret, SecretSource } from '../secrets.ts'
import { warn } from '../warn.ts'
import { parseSecretFile } from './secret-file.ts'

export interface FileSourceOptions {
  /** How often the file is looked at for a change, at most, and only when a delivery comes. Milliseconds; default 1000. */
  readonly checkMs?: number
  /** Milliseconds from any start, never backwards, for tests. */
  readonly now?: () => number
}

/** More is not a file of secrets. */
const maxBytes = 65_536

/**
 * Lines of one secret each, or a JSON list of `{ "id", "secret", "notBefore", "notAfter", "rotateBy" }` with dates as RFC 3339.
 * A file that cannot be read or understood after it once could: the last good secrets go on, and the process is warned.
 * One that never could be read: deliveries are refused as `unavailable`, with 503; never understood: INVALID_OPTIONS.
 */
export function secretsFromFile(path: string, { checkMs = 1_000, now = () => performance.now() }: FileSourceOptions = {}): SecretSource {
  let last: { readonly version: string; readonly secrets: readonly Secret[] } | undefined
  let checkedMs = Number.NEGATIVE_INFINITY
  let checking: Promise<void> | undefined

  async function check(): Promise<void> {
    try {
      const version = await versionOf(path)
      if (version !== last?.version) last = { version, secrets: parseSecretFile(await readFile(path, 'utf8')) }
      checkedMs = now()
    } catch (error) {
      if (last === undefined) throw error
      checkedMs = now()
      warn('SECRET_SOURCE_FAILED', 'a file of webhook secrets cannot be used any more: the last good ones go on', error)
    }
  }

  return {
    async secrets() {
      if (now() - checkedMs >= checkMs) await (checking ??= check().finally(() => { checking = undefined }))
      return last!.secrets
    },
  }
}

/** Changes when the content may have: also when the file was replaced by another one of the same size and time. */
async function versionOf(path: string): Promise<string> {
  const { ino, mtimeNs, size } = await stat(path, { bigint: true })
  if (size > maxBytes) throw new AuditError('INVALID_OPTIONS', `secrets: got a file of ${size} bytes, want at most ${maxBytes}`)
  return `${ino}/${mtimeNs}/${size}`
}
