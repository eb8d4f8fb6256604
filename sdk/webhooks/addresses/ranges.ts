// Addresses and ranges in one form each: an IPv4 address that came through an IPv6 socket is the IPv4 address it is.

import { BlockList, SocketAddress, isIPv4, isIPv6 } from 'node:net'

export interface Address {
  readonly family: 'ipv4' | 'ipv6'
  readonly text: string
}

export interface Range extends Address {
  readonly prefix: number
}

/** `::ffff:0:0/96`, in which an IPv6 socket shows IPv4 peers. */
const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/
const mappedPrefix = 96

/** Undefined when it is none. A zone, such as `%eth0`, means something on one machine only and is refused. */
export function parseAddress(text: string): Address | undefined {
  if (isIPv4(text)) return { family: 'ipv4', text }
  if (!isIPv6(text) || text.includes('%')) return undefined
  const canonical = new SocketAddress({ address: text, family: 'ipv6' }).address
  const inner = mapped.exec(canonical)?.[1]
  return inner === undefined ? { family: 'ipv6', text: canonical } : { family: 'ipv4', text: inner }
}

/**
 * An address, or a range in CIDR notation. Wider than these no service sends from: such a range is a mistake or an attack,
 * and would let everybody pass.
 */
const widest = { ipv4: 8, ipv6: 16 } as const
const longest = { ipv4: 32, ipv6: 128 } as const

export function parseRange(text: string): Range | undefined {
  const [, base, digits] = /^([0-9A-Fa-f:.]{2,45})(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? []
  const address = base === undefined ? undefined : parseAddress(base)
  if (address === undefined) return undefined
  const shift = address.family === 'ipv4' && base!.includes(':') ? mappedPrefix : 0
  const prefix = digits === undefined ? longest[address.family] : Number(digits) - shift
  return prefix >= widest[address.family] && prefix <= longest[address.family] ? { ...address, prefix } : undefined
}

export function describeRange({ text, prefix }: Range): string {
  return `${text}/${prefix}`
}

export function blockList(ranges: readonly Range[]): BlockList {
  const list = new BlockList()
  for (const { text, prefix, family } of ranges) list.addSubnet(text, prefix, family)
  return list
}
