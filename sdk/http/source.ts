// Where a request came from. The socket's peer is a fact; `x-forwarded-for` is a claim, of which only as many entries
// are believed as there are proxies of one's own in front.

import { isIP } from 'node:net'
import type { AuditEvent } from '../event.ts'

export type Source = NonNullable<AuditEvent['source']>

/**
 * With `trustedHops` 0 the peer of the socket. With 1, what the one proxy in front says: the last entry of
 * `x-forwarded-for`; with 2 the last but one. A list that is shorter has come another way: its first entry counts.
 * An entry that is no address counts for nothing, and the nearer one stands.
 */
export function sourceOf(peer: string | undefined, forwardedFor: string | undefined, trustedHops: number): Source | undefined {
  let found = addressOf(peer)
  if (trustedHops === 0 || forwardedFor === undefined) return found
  const claimed = forwardedFor.split(',').reverse()
  for (const entry of claimed.slice(0, trustedHops)) {
    const address = addressOf(entry)
    if (address === undefined) break
    found = address
  }
  return found
}

/** Takes `192.0.2.1`, `192.0.2.1:80`, `[2001:db8::1]:80`, and IPv4 inside IPv6 as the IPv4 that it is. */
function addressOf(text: string | undefined): Source | undefined {
  if (text === undefined) return undefined
  if (isIP(text) === 4) return { id: text, type: 'ipv4' } // the usual case
  const bare = text.trim().replace(/^\[([^\]]*)\](?::\d{1,5})?$/, '$1').replace(/^(\d+\.\d+\.\d+\.\d+):\d{1,5}$/, '$1').replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  const version = isIP(bare)
  return version === 0 ? undefined : { id: bare, type: `ipv${version}` }
}
