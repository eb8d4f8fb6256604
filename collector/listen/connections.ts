// Who holds a connection, and who has to give it up. A connection that waits (for its handshake, its headers, its next
// request) is worth nothing yet: when there is no room, the one that has waited longest is closed for the new one. So
// ten thousand silent connections take their turn, and whoever has something to say gets in.

import { networkOf } from './addresses.ts'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { CloseReason, ConnectionLimits } from './limits.ts'

export interface Connections {
  readonly open: number
  /** Whether an answer can be written straight to the socket: nothing of another one has gone out. */
  isSilent(socket: Socket): boolean
  /** Closes those that wait, now, and every other when its answers are out. */
  drain(): void
  /** Those that became something else than HTTP end when whoever has them says so; this is for the ones that do not. */
  destroyUpgraded(): void
  stop(): void
}

interface Connection {
  readonly socket: Socket
  readonly peer: Peer
  /** Of requests that have not been answered whole. */
  readonly responses: Set<ServerResponse>
  /** Where answers are written: over TLS not the socket that connected. */
  stream: Socket
  /** What had gone out when its answer was last seen to move, and when that was. */
  sent: { bytes: number; atMs: number } | undefined
}

/** Connections of one address, in the order in which they began to wait. */
interface Peer { readonly network: string; open: number; readonly waiting: Set<Connection> }

export function watchConnections(server: Server, limits: ConnectionLimits, closed: (reason: CloseReason) => void): Connections {
  const all = new Set<Connection>()
  const waiting = new Set<Connection>()
  const upgraded = new Set<Connection>()
  const peers = new Map<string, Peer>()
  const bySocket = new WeakMap<Socket, Connection>()
  const byAddress = new Map<string, Connection>()
  let draining = false

  server.on('connection', (socket: Socket) => {
    const network = networkOf(socket.remoteAddress ?? '')
    const peer = peers.get(network) ?? { network, open: 0, waiting: new Set() }
    if (draining) { socket.destroy(); return }
    const refusal = makeRoom(peer)
    if (refusal !== undefined) { end(socket, refusal); return }
    const connection: Connection = { socket, peer, responses: new Set(), stream: socket, sent: undefined }
    const address = fourTuple(socket)
    remember(connection)
    byAddress.set(address, connection)
    socket.once('close', () => {
      forget(connection)
      if (byAddress.get(address) === connection) byAddress.delete(address)
    })
  })

  // Before the application's own listener, which does not work for a socket that was closed here.
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    const connection = bySocket.get(socket) ?? byAddress.get(fourTuple(socket))
    if (connection === undefined || !all.has(connection)) return
    bySocket.set(socket, connection)
    connection.stream = socket
    connection.responses.add(response)
    if (connection.responses.size > limits.pipelined) { end(connection.socket, 'pipelined'); return }
    waiting.delete(connection)
    connection.peer.waiting.delete(connection)
    response.once('close', () => { answered(connection, response) })
  })

  server.prependListener('upgrade', ({ socket }: IncomingMessage) => {
    const connection = bySocket.get(socket) ?? byAddress.get(fourTuple(socket))
    if (connection === undefined || !all.has(connection)) return
    connection.stream = socket
    waiting.delete(connection)
    connection.peer.waiting.delete(connection)
    upgraded.add(connection)
  })

  const sweep = setInterval(() => { closeStalled(performance.now()) }, 1_000).unref()

  return {
    get open() { return all.size },
    isSilent(socket) {
      const responses = bySocket.get(socket)?.responses
      return responses === undefined || (responses.size <= 1 && [...responses].every(({ headersSent }) => !headersSent))
    },
    drain() {
      draining = true
      for (const { socket } of waiting) socket.destroy()
    },
    destroyUpgraded() { for (const { socket } of upgraded) socket.destroy() },
    stop() { clearInterval(sweep) },
  }

  function remember(connection: Connection): void {
    const { socket, peer } = connection
    peers.set(peer.network, peer)
    peer.open += 1
    all.add(connection)
    bySocket.set(socket, connection)
    wait(connection)
  }

  function wait(connection: Connection): void {
    waiting.add(connection)
    connection.peer.waiting.add(connection)
  }

  function answered(connection: Connection, response: ServerResponse): void {
    connection.responses.delete(response)
    if (connection.responses.size > 0 || !all.has(connection)) return
    connection.sent = undefined
    if (draining) connection.stream.end()
    else wait(connection)
  }

  /** Once, whichever comes first: that it was chosen to make room, or that it closed. */
  function forget(connection: Connection): void {
    const { peer } = connection
    if (!all.delete(connection)) return
    waiting.delete(connection)
    upgraded.delete(connection)
    peer.waiting.delete(connection)
    if ((peer.open -= 1) === 0) peers.delete(peer.network)
  }

  function makeRoom(peer: Peer): CloseReason | undefined {
    const full = peer.open >= limits.mostPerAddress ? peer.waiting : all.size >= limits.most ? waiting : undefined
    if (full === undefined) return undefined
    const [oldest] = full
    if (oldest === undefined) return full === waiting ? 'too_many' : 'too_many_of_address'
    forget(oldest)
    end(oldest.socket, 'made_room')
    return undefined
  }

  function end(socket: Socket, reason: CloseReason): void {
    closed(reason)
    socket.destroy()
  }

  /** Node waits for ever for a client that does not read its answer; the answer stays in our memory as long. */
  function closeStalled(nowMs: number): void {
    for (const connection of all) {
      const { stream, sent } = connection
      const bytes = stream.bytesWritten - stream.writableLength
      if (stream.writableLength === 0) connection.sent = undefined
      else if (sent === undefined || bytes - sent.bytes >= limits.stalledBytes) connection.sent = { bytes, atMs: nowMs }
      else if (nowMs - sent.atMs > limits.stalledMs) end(connection.socket, 'stalled_reader')
    }
  }
}

/** A connection's name while it is open: over TLS, requests come from another socket than the one that connected. */
function fourTuple({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`
}
