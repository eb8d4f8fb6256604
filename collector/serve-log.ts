// The transparency log over HTTP (C2SP tlog-tiles): static files, public because entries are hiding commitments. A
// missing tile is a real 404, since clients fall back from partial to full tiles on that alone.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BlotterError } from './errors.ts'
import { parseTilePath } from './seal/index.ts'
import type { Sealer } from './sealer.ts'

const immutable = 'public, max-age=31536000, immutable'

export async function serveLog(path: string, directory: string, sealer: Sealer): Promise<Response> {
  const prefix = `/log/${sealer.origin}/`
  if (!path.startsWith(prefix)) throw new BlotterError('NOT_FOUND')
  const resource = path.slice(prefix.length)
  if (resource === 'checkpoint') return text(sealer.checkpoint())
  if (resource === 'vkey') return text(`${sealer.vkey}\n`)
  if (parseTilePath(resource) === null) throw new BlotterError('NOT_FOUND')
  const bytes = await readFile(join(directory, resource)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new BlotterError('NOT_FOUND')
    throw error
  })
  return new Response(new Uint8Array(bytes), { headers: { 'Content-Type': 'application/octet-stream', 'Cache-Control': immutable } })
}

function text(body: string): Response {
  return new Response(body, { headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' } })
}
