// Requests that want to become a WebSocket. They pass the same guard, door and routes as every other request; a route that
// takes one over answers the handshake itself, and for one that nobody takes the answer goes out as any other would.

import { STATUS_CODES } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

/** What a route finds in its environment: `take` makes the connection its own. */
export interface Upgrade { take(use: (incoming: IncomingMessage, socket: Duplex, head: Buffer) => void): void }

export type UpgradeFetch = (request: Request, environment: { readonly incoming: IncomingMessage; readonly upgrade: Upgrade }) => Response | Promise<Response>

export async function answerUpgrade(fetch: UpgradeFetch, onError: (error: unknown) => Response, incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
  socket.on('error', () => { socket.destroy() }) // the client hung up in the middle of it
  let isTaken = false
  const take: Upgrade['take'] = (use) => {
    isTaken = true
    use(incoming, socket, head)
  }
  const response = await respond(fetch, onError, incoming, { take })
  if (!isTaken) await write(response, socket)
}

async function respond(fetch: UpgradeFetch, onError: (error: unknown) => Response, incoming: IncomingMessage, upgrade: Upgrade): Promise<Response> {
  try {
    return await fetch(requestOf(incoming), { incoming, upgrade })
  } catch (error) {
    return onError(error)
  }
}

/** The host does not matter to any route; one that is impossible would be none to make an address of. */
function requestOf({ url = '/', headers }: IncomingMessage): Request {
  const kept = Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as [string, string]] : []))
  return new Request(new URL(url.startsWith('/') ? `http://localhost${url}` : 'http://localhost/'), { headers: kept })
}

async function write(response: Response, socket: Duplex): Promise<void> {
  const body = Buffer.from(await response.arrayBuffer())
  if (!socket.writable) return
  const headers = [...response.headers, ['Connection', 'close'], ['Content-Length', String(body.length)]].map(([name, value]) => `${name}: ${value}\r\n`).join('')
  socket.end(Buffer.concat([Buffer.from(`HTTP/1.1 ${response.status} ${STATUS_CODES[response.status] ?? ''}\r\n${headers}\r\n`), body]), () => { socket.destroy() })
}
