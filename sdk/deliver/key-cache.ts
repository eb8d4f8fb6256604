// The fingerprint key in the directory of the spool, so that an app which starts while the collector is away goes on
// with the fingerprints that it had. Readable by this user alone, like everything in that directory. One file for each
// collector and API key: its name is a digest of both, from which neither can be read.

import { createHash, randomUUID } from 'node:crypto'
import { lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KeyCache } from '../keyring.ts'

const mostBytes = 1_024

/** `directory`: of a spool that was opened, which means that nobody else can write to it. */
export function createKeyCache(directory: string, endpoint: string, apiKey: string | undefined): KeyCache {
  const digest = createHash('sha256').update(JSON.stringify([endpoint, apiKey ?? ''])).digest('hex')
  const path = join(directory, `fingerprint-key-${digest.slice(0, 32)}.json`)
  return {
    read() {
      try {
        const facts = lstatSync(path)
        if (!facts.isFile() || facts.size > mostBytes) return undefined
        const { epoch, key } = JSON.parse(readFileSync(path, 'utf8')) as { epoch?: unknown; key?: unknown }
        return { epoch, key }
      } catch {
        return undefined // not there, or not whole: it is fetched
      }
    },
    write(epoch, secret) {
      const fresh = `${path}.${randomUUID()}`
      try {
        writeFileSync(fresh, JSON.stringify({ epoch, key: Buffer.from(secret).toString('base64') }), { mode: 0o600, flag: 'wx' })
        renameSync(fresh, path)
      } catch {
        rmSync(fresh, { force: true }) // the next start fetches it
      }
    },
  }
}
