// The open tails: a WebSocket each, so many for a workspace, and all of them closed with the service.

import { WebSocketServer } from 'ws'
import { LokiError } from './errors.ts'
import type { WebSocket } from 'ws'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

/** A request that may become a WebSocket, as collector/listen/upgrade.ts hands it to routes. */
export interface Upgrade { take(use: (incoming: IncomingMessage, socket: Duplex, head: Buffer) => void): void }

export interface Tail {
  /** Aborted when the client has gone, when the tail is closed, and with the service. */
  readonly signal: AbortSignal
  readonly unread: number
  send(message: string): void
  close(code: number, reason: string): void
}

export interface Tails {
  readonly open: number
  /** Takes a place, or throws 429. */
  admit(workspace: string, mostOfWorkspace: number): Place
  /** Says goodbye to all, and takes no more. */
  close(): Promise<void>
}

export interface Place {
  /** Answers the handshake and runs `work` until the client goes or `work` is over. Call it once. */
  accept(upgrade: Upgrade, work: (tail: Tail) => Promise<void>): void
  /** For a place that is not used. */
  release(): void
}

/** Of all workspaces. */
export const mostTailsTogether = 256
/** A client that does not answer a ping until the next one is gone. */
const pingEveryMs = 10_000
const goodbyeMs = 500
/** Going away, and an error of ours, as RFC 6455 numbers them. */
const goingAway = 1001
const internalError = 1011

export function createTails(): Tails {
  const server = new WebSocketServer({ noServer: true, maxPayload: 4096, perMessageDeflate: false })
  const open = new Map<WebSocket, AbortController>()
  const places = new Map<string, number>()
  let taken = 0
  let closing = false

  function admit(workspace: string, most: number): Place {
    const ofWorkspace = places.get(workspace) ?? 0
    if (closing || taken >= mostTailsTogether || ofWorkspace >= most) throw new LokiError(429, 'too many open tails: close one first')
    taken += 1
    places.set(workspace, ofWorkspace + 1)
    let isHeld = true
    const release = (): void => {
      if (!isHeld) return
      isHeld = false
      taken -= 1
      const left = places.get(workspace)! - 1
      if (left === 0) places.delete(workspace)
      else places.set(workspace, left)
    }
    return {
      release,
      accept(upgrade, work) {
        upgrade.take((incoming, socket, head) => {
          socket.once('close', release)
          server.handleUpgrade(incoming, socket, head, (webSocket) => { begin(webSocket, work) })
        })
      },
    }
  }

  function begin(webSocket: WebSocket, work: (tail: Tail) => Promise<void>): void {
    const stop = new AbortController()
    open.set(webSocket, stop)
    const pinging = keepAlive(webSocket)
    webSocket.once('close', () => {
      clearInterval(pinging)
      open.delete(webSocket)
      stop.abort()
    })
    webSocket.on('error', () => { webSocket.terminate() }) // it broke the protocol or the connection: there is nobody to tell
    const tail: Tail = {
      signal: stop.signal,
      get unread() { return webSocket.bufferedAmount },
      send(message) { if (webSocket.readyState === webSocket.OPEN) webSocket.send(message) },
      close: (code, reason) => { webSocket.close(code, reason) },
    }
    work(tail).then(() => { webSocket.close() }, () => { webSocket.close(internalError, 'the tail broke off: open it again') })
  }

  return {
    get open() { return open.size },
    admit,
    async close() {
      closing = true
      const closed = [...open].map(([webSocket, stop]) => new Promise<void>((resolve) => {
        webSocket.once('close', () => { resolve() })
        webSocket.close(goingAway, 'the service stops')
        stop.abort()
        setTimeout(() => { webSocket.terminate() }, goodbyeMs).unref()
      }))
      await Promise.all(closed)
    },
  }
}

function keepAlive(webSocket: WebSocket): NodeJS.Timeout {
  let answered = true
  webSocket.on('pong', () => { answered = true })
  return setInterval(() => {
    if (!answered) { webSocket.terminate(); return }
    answered = false
    webSocket.ping()
  }, pingEveryMs).unref()
}
