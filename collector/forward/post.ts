// One POST to a destination, with a bound on everything: time, size of the answer, redirects (none is followed: it would
// carry our headers to someone else). Node's own client, because certificates of one destination are for it alone.

import { readFile } from 'node:fs/promises'
import http from 'node:http'
import https from 'node:https'
import type { Answer } from './answer.ts'

export interface TlsFiles {
  /** PEM: authorities to believe, instead of the system's. */
  readonly caFile?: string
  /** PEM: what we show when the destination asks who we are. */
  readonly certificateFile?: string
  readonly keyFile?: string
}

export interface Post {
  /** Rejects with an error whose `code` says why. `signal` ends it at once, wherever it is. */
  send(url: URL, headers: Readonly<Record<string, string>>, body: Buffer, signal: AbortSignal): Promise<Answer>
  close(): void
}

/** OTLP lets an answer have 4 MiB; a partial success takes a few hundred bytes. */
const longestAnswer = 4 * 1024 * 1024

export function createPost(tls: TlsFiles | undefined): Post {
  let agent: Promise<http.Agent> | undefined
  const agents = new Set<http.Agent>() // the one in use, and earlier ones with a request under way

  return {
    async send(url, headers, body, signal) {
      try {
        agent ??= newAgent(url)
        return await exchange(url, { method: 'POST', agent: await agent, headers: { ...headers, 'content-length': String(body.length) }, signal }, body)
      } catch (error) {
        agent = undefined // its certificates are read anew, since they may have been replaced; other requests go on with theirs
        throw error
      }
    },
    close() { for (const each of agents) each.destroy() },
  }

  async function newAgent(url: URL): Promise<http.Agent> {
    const made = await openAgent(url, tls)
    for (const idle of agents) if (Object.keys(idle.sockets).length === 0) { idle.destroy(); agents.delete(idle) }
    agents.add(made)
    return made
  }
}

async function openAgent({ protocol }: URL, { caFile, certificateFile, keyFile }: TlsFiles = {}): Promise<http.Agent> {
  const read = (path: string | undefined): Promise<Buffer> | undefined => (path === undefined ? undefined : readFile(path))
  const [ca, cert, key] = await Promise.all([read(caFile), read(certificateFile), read(keyFile)])
  if (protocol === 'http:') return new http.Agent({ keepAlive: true })
  return new https.Agent({ keepAlive: true, minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }), ...(cert === undefined ? {} : { cert }), ...(key === undefined ? {} : { key }) })
}

function exchange(url: URL, options: http.RequestOptions, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? https : http).request(url, options, (response) => { readAnswer(response).then(resolve, reject) })
    request.on('error', reject)
    request.end(body)
  })
}

async function readAnswer(response: http.IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > longestAnswer) throw Object.assign(new Error('the answer is too long'), { code: 'ANSWER_TOO_LONG' })
    chunks.push(chunk)
  }
  const [contentType = ''] = (response.headers['content-type'] ?? '').toLowerCase().split(';')
  return { status: response.statusCode ?? 0, contentType: contentType.trim(), retryAfter: response.headers['retry-after'], body: Buffer.concat(chunks) }
}
