// Who may speak to the service at all, judged by the connection and the headers, before a key is looked at and before a
// byte of the body is read. It answers for every path: a health check comes from somewhere too.

import { BlotterError } from '../errors.ts'
import { clientAddress } from './addresses.ts'
import { foreignPageProblem } from './browser.ts'
import { isClientAllowed } from './client-names.ts'
import { headerProblem } from './headers.ts'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { AddressList } from './addresses.ts'

export interface GuardOptions {
  /** Who may connect. Default: everyone who has a key. */
  readonly addresses?: AddressList
  /** Proxies of ours in front: see `clientAddress`. Default 0. */
  readonly proxyHops: number
  /** Names of client certificates that are let in. Default: every one of the client authority. */
  readonly clientNames?: ReadonlySet<string>
  /** Whether the service has no keys: then a page in a browser on this machine could speak for its user. */
  readonly isOpen: () => boolean
}

/** Throws MALFORMED_REQUEST or FORBIDDEN; returns the address of the caller, when it can be told. */
export type Guard = (incoming: IncomingMessage) => string | undefined

export function createGuard({ addresses, proxyHops, clientNames, isOpen }: GuardOptions): Guard {
  const judged = new WeakMap<Socket, boolean>() // one handshake, one certificate
  const isKnown = (socket: Socket, names: ReadonlySet<string>): boolean => {
    const known = judged.get(socket) ?? isClientAllowed((socket as TLSSocket).getPeerX509Certificate(), names)
    judged.set(socket, known)
    return known
  }
  return function guard(incoming) {
    const problem = incoming.httpVersionMajor < 1 ? { field: 'version', description: 'HTTP/1.1' } : headerProblem(incoming.rawHeaders)
    if (problem !== undefined) throw new BlotterError('MALFORMED_REQUEST', { violations: [problem] })
    const address = clientAddress(incoming.socket.remoteAddress, incoming.headers['x-forwarded-for'] as string | undefined, proxyHops)
    if (addresses !== undefined && !addresses.allows(address)) throw forbidden('address', 'not one of those that may connect')
    if (clientNames !== undefined && !isKnown(incoming.socket, clientNames)) throw forbidden('client certificate', 'none of its names is one of those that may connect')
    const foreign = isOpen() ? foreignPageProblem(incoming.headers) : undefined
    if (foreign !== undefined) throw forbidden(foreign, 'not of this machine: a service without keys does not answer web pages of others')
    return address
  }
}

/** The client hung up, or its time was over, before its body was whole: no fault of ours, and nobody hears the answer. */
export function isIncomplete(incoming: IncomingMessage | undefined): boolean {
  return incoming?.destroyed === true && !incoming.complete
}

function forbidden(field: string, description: string): BlotterError {
  return new BlotterError('FORBIDDEN', { violations: [{ field, description }] })
}
