// A loopback HTTP server around a function from call to reply.

import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Call, Reply } from './wire.ts'

export interface LoopbackServer {
  readonly endpoint: string
  close(): Promise<void>
}

/** `undefined` from `receive` ends the connection without an answer. */
export async function serveLoopback(receive: (call: Call) => Promise<Reply | undefined>): Promise<LoopbackServer> {
  const server = createServer((request, response) => { void answer(request, response) })
  await new Promise<void>((resolve, reject) => { server.once('error', reject).listen(0, '127.0.0.1', resolve) })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const reply = await receive(await read(request))
      if (reply === undefined) response.destroy()
      else response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers }).end(reply.body ?? '')
    } catch {
      response.destroy() // the client went away while it was sending
    }
  }

  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => { server.close(() => resolve()); server.closeAllConnections() }),
  }
}

async function read(request: IncomingMessage): Promise<Call> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]))
  return { method: request.method ?? '', path: (request.url ?? '').replace(/\?.*/, ''), headers, bytes: Buffer.concat(parts) }
}
