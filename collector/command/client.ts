// How the client commands talk to a running collector.

import { textFlag } from './flags.ts'
import type { Flags } from './flags.ts'

export const clientFlags = ['url', 'key']

export const clientHelp = `  --url URL    where the collector is (BLOTTER_URL; default http://127.0.0.1:4318)
  --key KEY    an API key (BLOTTER_KEY; none needed while the collector has no keys)
`

/** The collector did not do it. The message says why and what to do. */
export class ClientError extends Error {
  /** Whether the same question may be answered later: nobody was there, or not able to. */
  readonly isTemporary: boolean

  constructor(message: string, isTemporary = false) {
    super(message)
    this.isTemporary = isTemporary
  }
}

export interface Client {
  readonly url: string
  /** What a connection of another kind has to send along. */
  readonly headers: Readonly<Record<string, string>>
  get(path: string, signal?: AbortSignal): Promise<Response>
  post(path: string, body?: Uint8Array<ArrayBuffer>): Promise<Response>
}

export function createClient(flags: Flags, environment: Readonly<Record<string, string | undefined>> = process.env): Client {
  const url = (textFlag(flags, 'url') ?? environment['BLOTTER_URL'] ?? 'http://127.0.0.1:4318').replace(/\/$/, '')
  const key = textFlag(flags, 'key') ?? environment['BLOTTER_KEY']
  const headers: Record<string, string> = key === undefined ? {} : { Authorization: `Bearer ${key}` }
  if (!URL.canParse(url)) throw new ClientError('--url must be a URL such as http://127.0.0.1:4318')
  const call = async (method: string, path: string, { body, signal }: { readonly body?: Uint8Array<ArrayBuffer> | undefined; readonly signal?: AbortSignal | undefined }): Promise<Response> => {
    const request = { method, headers, redirect: 'error' as const, ...(body === undefined ? {} : { body }), ...(signal === undefined ? {} : { signal }) }
    const response = await fetch(`${url}${path}`, request).catch(() => { throw new ClientError(`no collector answers at ${url}: start one with blotter serve, or name another with --url`, true) })
    if (response.ok) return response
    throw new ClientError(await refusal(response, url), response.status === 429 || response.status >= 500)
  }
  return { url, headers, get: (path, signal) => call('GET', path, { signal }), post: (path, body) => call('POST', path, { body }) }
}

/** Longest text of an answer that is shown as it came. */
const mostText = 1000

async function refusal(response: Response, url: string): Promise<string> {
  const text = await response.text().catch(() => '')
  const isPlain = response.headers.get('Content-Type')?.startsWith('text/plain') === true
  if (isPlain && text.trim() !== '') return text.trim().slice(0, mostText)
  const body = parse(text)
  if (typeof body?.message !== 'string') return `${url} answered ${response.status}: is it a Blotter collector?`
  const details = (body.details ?? []).map(({ field, description }) => `\n  ${field}: ${description}`).join('')
  return `${body.message}${details}\n  ${body.hint ?? ''}`
}

function parse(text: string): { readonly message?: string; readonly hint?: string; readonly details?: readonly { readonly field: string; readonly description: string }[] } | undefined {
  try {
    return JSON.parse(text) as { message?: string }
  } catch {
    return undefined
  }
}
