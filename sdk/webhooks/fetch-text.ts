// Fetches a small text that a verification depends on: a certificate, a list of addresses. Bounded in size and time,
// follows no redirect, and tells apart what will not get better by trying again.

export type FetchedText =
  | { readonly kind: 'ok'; readonly text: string }
  /** `refused`: the server says that it has no such thing (4xx). `failed`: anything else, which may pass. */
  | { readonly kind: 'refused' | 'failed' }

export interface FetchTextOptions {
  readonly fetch: typeof globalThis.fetch
  readonly timeoutMs: number
  readonly maxBytes: number
  readonly accept: string
}

/** Never rejects. */
export async function fetchText(url: string, options: FetchTextOptions): Promise<FetchedText> {
  const abort = new AbortController()
  const { promise: late, resolve } = Promise.withResolvers<FetchedText>()
  const timer = setTimeout(() => { resolve({ kind: 'failed' }); abort.abort() }, options.timeoutMs)
  try {
    return await Promise.race([attempt(url, options, abort.signal), late]) // a given fetch may not heed the signal
  } finally {
    clearTimeout(timer)
  }
}

async function attempt(url: string, { fetch, maxBytes, accept }: FetchTextOptions, signal: AbortSignal): Promise<FetchedText> {
  try {
    const response = await fetch(url, { redirect: 'error', signal, headers: { accept }, credentials: 'omit', cache: 'no-store' })
    if (response.status === 200 && !response.redirected) return await readBounded(response, maxBytes)
    await response.body?.cancel()
    return { kind: response.status >= 400 && response.status < 500 && response.status !== 408 && response.status !== 429 ? 'refused' : 'failed' }
  } catch {
    return { kind: 'failed' } // network, redirect, abort, a body that is not UTF-8: the reason would hold the URL at most
  }
}

async function readBounded(response: Response, maxBytes: number): Promise<FetchedText> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of response.body ?? []) {
    bytes += part.length
    if (bytes > maxBytes) return { kind: 'failed' } // leaving the loop cancels the rest
    parts.push(part)
  }
  return { kind: 'ok', text: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts)) }
}
