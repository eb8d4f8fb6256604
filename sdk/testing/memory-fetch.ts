// A `fetch` that needs no socket, around a function from call to reply.

import type { Call, Reply } from './wire.ts'

/** As the global one, with the collector at the other end. Rejects like it when the connection ends or the signal says so. */
export function createFetch(receive: (call: Call) => Promise<Reply | undefined>): typeof globalThis.fetch {
  return async function fetch(input, init) {
    const request = new Request(input, init)
    const bytes = new Uint8Array(await request.arrayBuffer())
    const call = { method: request.method, path: new URL(request.url).pathname, headers: Object.fromEntries(request.headers), bytes }
    const reply = await Promise.race([receive(call), aborted(request.signal)])
    if (reply === undefined) throw new TypeError('fetch failed', { cause: Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }) })
    return new Response(reply.body ?? null, { status: reply.status, headers: { 'content-type': 'application/json', ...reply.headers } })
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => { reject(signal.reason as Error) }
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}
