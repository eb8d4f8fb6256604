// Whose address it is when proxies stand in front. Each of them appends the address that it saw to `X-Forwarded-For`, so
// only as many entries from the right can be believed as there are proxies of yours; whatever stands further left came
// with the request and can be anything.

import type { HeadersLike } from '../request.ts'
import { parseAddress } from './ranges.ts'

export interface AddressedRequest {
  readonly headers: HeadersLike
  /** The peer of the socket: `req.socket.remoteAddress`. */
  readonly remoteAddress?: string | undefined
}

export interface ClientAddressOptions {
  /** Proxies of your own between the sender and this process. Default 0: the peer is the sender, and the header counts for nothing. Too high a number lets the sender choose its address. */
  readonly trustedHops?: number
  /** Header to which they append. Default `x-forwarded-for`. A proxy that does not append must overwrite it. */
  readonly header?: string
}

/** More is no chain of proxies. */
const maxHeaderLength = 4_096

/** Canonical; undefined when it cannot be told, which an enforcing list refuses. */
export function clientAddress({ headers, remoteAddress }: AddressedRequest, { trustedHops = 0, header = 'x-forwarded-for' }: ClientAddressOptions = {}): string | undefined {
  const forwarded = trustedHops === 0 ? '' : headerText(headers, header.toLowerCase())
  if (forwarded.length > maxHeaderLength) return undefined
  const chain = [...(forwarded === '' ? [] : forwarded.split(',').map((entry) => withoutPort(entry.trim()))), remoteAddress ?? '']
  const found = chain[chain.length - 1 - trustedHops]
  return found === undefined ? undefined : parseAddress(found)?.text
}

/** Of a header that came several times, all of them, in order: each proxy may have added one of its own. */
function headerText(headers: HeadersLike, name: string): string {
  if (headers instanceof Headers) return headers.get(name) ?? ''
  const found: string[] = []
  for (const [key, value] of Symbol.iterator in headers ? headers : Object.entries(headers)) {
    if (value !== undefined && key.toLowerCase() === name) found.push(...(typeof value === 'string' ? [value] : value))
  }
  return found.join(',')
}

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(entry: string): string {
  return /^(\d+\.\d+\.\d+\.\d+):\d{1,5}$/.exec(entry)?.[1] ?? /^\[([^\]]+)\](?::\d{1,5})?$/.exec(entry)?.[1] ?? entry
}
