// The port: HTTP or HTTPS, with limits on every connection. What is said over it is the application's.

import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { getRequestListener } from '@hono/node-server'
import { clientErrorText, judgeClientError } from './client-error.ts'
import { watchConnections } from './connections.ts'
import { maxHeaders, maxRequestsPerConnection, serverOptions } from './limits.ts'
import { serverTlsOptions, strictTransportSecurity } from './tls.ts'
import { answerUpgrade } from './upgrade.ts'
import type { IncomingMessage, RequestListener, Server } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { SecureContextOptions } from 'node:tls'
import type { Connections } from './connections.ts'
import type { CloseReason, ConnectionLimits } from './limits.ts'
import type { UpgradeFetch } from './upgrade.ts'

export interface ListenOptions {
  readonly host: string
  readonly port: number
  readonly fetch: (request: Request, environment: { readonly incoming: IncomingMessage }) => Response | Promise<Response>
  /** Which requests may become something else than HTTP, a WebSocket: they come to `fetch` too. Default none: their wish is not looked at. */
  readonly mayUpgrade?: (incoming: IncomingMessage) => boolean
  /** The answer to a request that is none, such as one for an impossible host, or to an error that nobody foresaw. */
  readonly onError: (error: unknown) => Response
  readonly limits: ConnectionLimits
  readonly onClosed: (reason: CloseReason) => void
  /** HTTPS; `clients`: they must show certificates. */
  readonly tls?: { readonly context: SecureContextOptions; readonly clients: boolean }
}

export interface Listening {
  readonly url: string
  readonly address: string
  readonly connections: number
  /** For every connection from now on. Only with TLS. */
  setSecureContext(context: SecureContextOptions): void
  /** Takes no new connection, answers what is in hand for up to `graceMs`, closes. */
  close(graceMs: number): Promise<void>
}

export async function listen(options: ListenOptions): Promise<Listening> {
  const { host, port, limits, onClosed, tls } = options
  const server = createTheServer(options)
  const connections = watchConnections(server, limits, onClosed)
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => { answerClientError(error.code, socket, connections, onClosed) })
  // Without a code it is a client that hung up; that is nobody's fault, and load balancers do it all day.
  server.on('tlsClientError', (error: NodeJS.ErrnoException) => { if (error.code?.startsWith('ERR_') === true) onClosed('handshake') })
  await new Promise<void>((resolve, reject) => { server.once('error', reject).listen(port, host, resolve) })
  const { address, family, port: actual } = server.address() as AddressInfo
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${family === 'IPv6' ? `[${address}]` : address}:${actual}`,
    address,
    get connections() { return connections.open },
    setSecureContext(context) { (server as TlsServer).setSecureContext(context) },
    close: (graceMs) => close(server, connections, graceMs),
  }
}

function createTheServer({ fetch, host, onError, tls, mayUpgrade = () => false }: ListenOptions): Server {
  const answer = getRequestListener(fetch as Parameters<typeof getRequestListener>[0], { hostname: host, errorHandler: onError })
  const listener: RequestListener = (incoming, outgoing) => {
    if (incoming.socket.destroyed) return
    if (tls !== undefined) outgoing.setHeader('Strict-Transport-Security', strictTransportSecurity)
    void answer(incoming, outgoing)
  }
  const options = { ...serverOptions, shouldUpgradeCallback: mayUpgrade }
  const server = tls === undefined ? createServer(options, listener) : createTlsServer({ ...options, ...serverTlsOptions(tls.clients), ...tls.context }, listener)
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => { void answerUpgrade(fetch as UpgradeFetch, onError, incoming, socket, head) })
  server.maxRequestsPerSocket = maxRequestsPerConnection
  server.maxHeadersCount = maxHeaders
  return server
}

function answerClientError(errorCode: string | undefined, socket: Socket, connections: Connections, onClosed: (reason: CloseReason) => void): void {
  const judged = judgeClientError(errorCode)
  if (judged !== undefined && !socket.destroyed) onClosed(judged.reason)
  // A connection that never said anything is closed without a word: clients do not expect an answer on it.
  if (judged !== undefined && socket.writable && socket.bytesRead > 0 && connections.isSilent(socket)) socket.end(clientErrorText(judged.code), () => { socket.destroy() })
  else socket.destroy()
}

async function close(server: Server, connections: Connections, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => { server.close(() => { resolve() }) })
  connections.drain()
  const force = setTimeout(() => { server.closeAllConnections(); connections.destroyUpgraded() }, graceMs)
  await closed
  clearTimeout(force)
  connections.stop()
}
