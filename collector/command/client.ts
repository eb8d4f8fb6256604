// How the client commands talk to a running collector.

import { textFlag } from './flags.ts'
import type { Flags } from './flags.ts'

export const clientFlags = ['url', 'key']

export const clientHelp = `  --url URL    where the collector is (BLOTTER_URL; default http://127.0.0.1:4318)
  --key KEY    an API key (BLOTTER_KEY; none needed while the collector has no keys)
`

/** The collector did not do it. The message says why and what to do. */
export class ClientError extends Error {}

export interface Client {
  readonly url: string
  get(path: string): Promise<Response>
  post(path: string, body?: Uint8Array<ArrayBuffer>): Promise<Response>
}

export function createClient(flags: Flags, environment: Readonly<Record<string, string | undefined>> = process.env): Client {
  const url = (textFlag(flags, 'url') ?? environment['BLOTTER_URL'] ?? 'http://127.0.0.1:4318').replace(/\/$/, '')
  const key = textFlag(flags, 'key') ?? environment['BLOTTER_KEY']
  const headers: Record<string, string> = key === undefined ? {} : { Authorization: `Bearer ${key}` }
  if (!URL.canParse(url)) throw new ClientError('--url must be a URL such as http://127.0.0.1:4318')
  const call = async (method: string, path: string, body?: Uint8Array<ArrayBuffer>): Promise<Response> => {
    const response = await fetch(`${url}${path}`, { method, headers, redirect: 'error', ...(body === undefined ? {} : { body }) }).catch(() => { throw new ClientError(`no collector answers at ${url}: start one with blotter serve, or name another with --url`) })
    if (response.ok) return response
    throw new ClientError(await refusal(response, url))
  }
  return { url, get: (path) => call('GET', path), post: (path, body) => call('POST', path, body) }
}

async function refusal(response: Response, url: string): Promise<string> {
  const body = await response.json().catch(() => undefined) as { message?: string; hint?: string; details?: { field: string; description: string }[] } | undefined
  if (typeof body?.message !== 'string') return `${url} answered ${response.status}: is it a Blotter collector?`
  const details = (body.details ?? []).map(({ field, description }) => `\n  ${field}: ${description}`).join('')
  return `${body.message}${details}\n  ${body.hint ?? ''}`
}
