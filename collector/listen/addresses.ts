// Addresses of clients, in one spelling each, and lists of those that may connect. An IPv4 address that arrives over an
// IPv6 socket (::ffff:10.0.0.1) is that IPv4 address: a rule that could be passed by another spelling would be none.

import { BlockList, isIP, isIPv4, isIPv6, SocketAddress } from 'node:net'

/** The one spelling of an address, or undefined when it is none. Zones (fe80::1%eth0) are no part of it. */
export function canonicalAddress(text: string): string | undefined {
  const bare = text.split('%', 1)[0]!
  if (isIPv4(bare)) return bare
  if (/^::ffff:[\d.]+$/i.test(bare) && isIPv4(bare.slice(7))) return bare.slice(7) // as Node spells it: of every request, so not the long way
  if (!isIPv6(bare)) return undefined
  const { address } = new SocketAddress({ address: bare, family: 'ipv6' })
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address)
  if (mapped !== null) return dotted(Number.parseInt(mapped[1]!, 16) * 65_536 + Number.parseInt(mapped[2]!, 16))
  return address.startsWith('::ffff:') && isIPv4(address.slice(7)) ? address.slice(7) : address
}

const dotted = (bits: number): string => [24, 16, 8, 0].map((shift) => Math.floor(bits / 2 ** shift) % 256).join('.')

export function isLoopbackAddress(address: string): boolean {
  const canonical = canonicalAddress(address)
  return canonical === '::1' || canonical?.startsWith('127.') === true
}

/** What one client can easily have many of counts as one: an IPv4 address, an IPv6 network of 64 bits. */
export function networkOf(address: string): string {
  const canonical = canonicalAddress(address) ?? 'unknown'
  if (!canonical.includes(':')) return canonical
  return groupsOf(canonical).slice(0, 4).join(':')
}

export interface AddressList {
  /** False for what is not an address, and for undefined. */
  allows(address: string | undefined): boolean
}

/** `cidrs`: addresses and networks, `10.0.0.0/8`, `2001:db8::/32`, `192.0.2.7`. Throws on what is none: see `cidrProblem`. */
export function createAddressList(cidrs: readonly string[]): AddressList {
  const list = new BlockList()
  for (const cidr of cidrs) {
    const network = parseCidr(cidr)
    if (typeof network === 'string') throw new TypeError(network)
    list.addSubnet(network.address, network.prefix, network.family)
  }
  return {
    allows(address) {
      const canonical = address === undefined ? undefined : canonicalAddress(address)
      return canonical !== undefined && list.check(canonical, isIPv4(canonical) ? 'ipv4' : 'ipv6')
    },
  }
}

/** What is wrong with an entry of a list, or undefined. */
export function cidrProblem(cidr: string): string | undefined {
  const network = parseCidr(cidr)
  return typeof network === 'string' ? network : undefined
}

interface Network { readonly address: string; readonly prefix: number; readonly family: 'ipv4' | 'ipv6' }

function parseCidr(cidr: string): Network | string {
  const [, text, bits] = /^([0-9a-fA-F.:]+)(?:\/(\d{1,3}))?$/.exec(cidr) ?? []
  const address = text === undefined ? undefined : canonicalAddress(text)
  if (text === undefined || address === undefined) return 'use an address or a network, such as 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32'
  const size = isIPv4(address) ? 32 : 128
  const mapped = isIPv4(address) && isIP(text) === 6 ? 96 : 0 // ::ffff:10.0.0.0/104 is 10.0.0.0/8
  const prefix = bits === undefined ? size : Number(bits) - mapped
  if (prefix < 0 || prefix > size) return `the length of the network must be from ${mapped} to ${size + mapped}`
  if (hasHostBits(address, prefix, size)) return 'the address has bits set beyond the length of the network: which one is meant?'
  return { address, prefix, family: size === 32 ? 'ipv4' : 'ipv6' }
}

function hasHostBits(address: string, prefix: number, size: number): boolean {
  if (prefix === size) return false
  return (bitsOf(address) & ((1n << BigInt(size - prefix)) - 1n)) !== 0n
}

function bitsOf(address: string): bigint {
  if (isIPv4(address)) return address.split('.').reduce((bits, part) => bits * 256n + BigInt(part), 0n)
  return groupsOf(address).reduce((bits, group) => bits * 65_536n + BigInt(`0x${group}`), 0n)
}

/** The eight groups of an IPv6 address in its canonical spelling, which may end in dots. */
function groupsOf(address: string): string[] {
  const dots = /\d+\.\d+\.\d+\.\d+$/.exec(address)?.[0]
  const low = dots === undefined ? 0n : bitsOf(dots)
  const text = dots === undefined ? address : address.replace(dots, `${(low >> 16n).toString(16)}:${(low & 0xffffn).toString(16)}`)
  const [head, tail] = text.split('::').map((part) => part.split(':').filter((group) => group !== ''))
  return tail === undefined ? head! : [...head!, ...Array.from({ length: 8 - head!.length - tail.length }, () => '0'), ...tail]
}

/**
 * Who is calling. `hops`: how many proxies of ours stand in front; each appends to X-Forwarded-For the address it was
 * called from, so the caller is the `hops`-th entry from the right, and what stands further left is whatever somebody
 * wrote there. Undefined when the header is not what our proxies make it: such a caller has no address that can be allowed.
 */
export function clientAddress(socketAddress: string | undefined, xForwardedFor: string | undefined, hops: number): string | undefined {
  if (hops === 0) return socketAddress === undefined ? undefined : canonicalAddress(socketAddress)
  const entries = (xForwardedFor ?? '').split(',').slice(-hops).map((entry) => entry.trim())
  const addresses = entries.map((entry) => (isIP(entry) !== 0 && !entry.includes('%') ? canonicalAddress(entry) : undefined))
  return addresses.length === hops && addresses.every((address) => address !== undefined) ? addresses[0] : undefined
}
