// A client that sends bytes and not requests: what no HTTP library would send.

import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Socket } from 'node:net'

export interface RawSocket {
  readonly socket: Socket
  /** What was heard so far. */
  readonly heard: () => string
  /** The status of each answer so far. */
  readonly statuses: () => number[]
  /** When the other side has closed. Never rejects. */
  readonly closed: Promise<void>
}

/** `localAddress`: from where; all of 127.0.0.0/8 is this machine. */
export async function openRaw(url: string, localAddress?: string): Promise<RawSocket> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), ...(localAddress === undefined ? {} : { localAddress }) })
  let heard = ''
  socket.on('data', (chunk: Buffer) => { heard += chunk.toString('latin1') })
  const closed = new Promise<void>((resolve) => { socket.once('close', () => { resolve() }) })
  await new Promise<void>((resolve, reject) => { socket.once('connect', () => { resolve() }).once('error', reject) })
  socket.on('error', () => {}) // reset: as good as closed
  return { socket, heard: () => heard, statuses: () => [...heard.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1])), closed }
}

/** Sends `bytes`, and hears whatever comes until the other side closes or has been quiet for `quietMs` after an answer. */
export async function sendRaw(url: string, bytes: string | Uint8Array, quietMs = 100): Promise<RawSocket> {
  const raw = await openRaw(url)
  raw.socket.write(bytes as string, 'latin1')
  let seen = -1
  const isQuiet = async (): Promise<void> => {
    while (raw.heard().length !== seen || seen === 0) {
      seen = raw.heard().length
      await sleep(quietMs)
      if (raw.socket.destroyed) return
    }
  }
  await Promise.race([raw.closed, isQuiet()])
  raw.socket.destroy()
  return raw
}
