// IP addresses as numbers. Strict, as Go's netip: no leading zeros in IPv4, `::` stands for at least one group, and
// `::ffff:1.2.3.4` is an IPv6 address that is not 1.2.3.4.

export interface Address { readonly version: 4 | 6; readonly value: bigint; readonly hasZone: boolean }

const octet = '(0|[1-9]\\d{0,2})'
const dotted = new RegExp(`^${octet}\\.${octet}\\.${octet}\\.${octet}$`)
const group = /^[0-9a-fA-F]{1,4}$/
const prefixLength = /^(?:0|[1-9]\d{0,2})$/

export function parseAddress(text: string): Address | undefined {
  if (!text.includes(':')) {
    const value = parse4(text)
    return value === undefined ? undefined : { version: 4, value: BigInt(value), hasZone: false }
  }
  const percent = text.indexOf('%')
  if (percent === text.length - 1) return undefined
  const value = parse6(percent === -1 ? text : text.slice(0, percent))
  return value === undefined ? undefined : { version: 6, value, hasZone: percent !== -1 }
}

/** The block `address/length`; host bits may be set and are ignored. */
export function prefixRange(addressText: string, lengthText: string): { readonly version: 4 | 6; readonly from: bigint; readonly to: bigint } | undefined {
  const address = parseAddress(addressText)
  const bits = address?.version === 4 ? 32 : 128
  if (address === undefined || address.hasZone || !prefixLength.test(lengthText) || Number(lengthText) > bits) return undefined
  const host = (1n << BigInt(bits - Number(lengthText))) - 1n
  return { version: address.version, from: address.value & ~host, to: address.value | host }
}

function parse4(text: string): number | undefined {
  const found = dotted.exec(text)
  if (found === null) return undefined
  let value = 0
  for (let i = 1; i <= 4; i++) {
    const part = Number(found[i])
    if (part > 255) return undefined
    value = value * 256 + part
  }
  return value
}

function parse6(text: string): bigint | undefined {
  const parts = text.split('::')
  if (parts.length > 2) return undefined
  const head = groupsOf(parts[0]!, parts.length === 1)
  const tail = parts.length === 1 ? [] : groupsOf(parts[1]!, true)
  if (head === undefined || tail === undefined) return undefined
  const missing = 8 - head.length - tail.length
  if (parts.length === 1 ? missing !== 0 : missing < 1) return undefined
  let value = 0n
  for (const part of [...head, ...Array.from({ length: missing }, () => 0), ...tail]) value = (value << 16n) | BigInt(part)
  return value
}

/** `mayEndIn4`: the last groups may be written as an IPv4 address. */
function groupsOf(text: string, mayEndIn4: boolean): readonly number[] | undefined {
  if (text === '') return []
  const groups: number[] = []
  const parts = text.split(':')
  for (const [i, part] of parts.entries()) {
    if (group.test(part)) groups.push(parseInt(part, 16))
    else {
      const embedded = mayEndIn4 && i === parts.length - 1 ? parse4(part) : undefined
      if (embedded === undefined) return undefined
      groups.push(Math.floor(embedded / 65536), embedded % 65536)
    }
  }
  return groups
}
