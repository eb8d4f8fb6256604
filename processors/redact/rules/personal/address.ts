// Where somebody is, on a network and on earth. Optional: an audit log is of little use without the first, and the second
// looks like any pair of figures.

import { near } from './context.ts'
import type { Rule } from '../../rule.ts'

const octet = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])'
const located = near(['lat', 'lng', 'lon', 'latitude', 'longitude', 'gps', 'coord', 'coords', 'coordinates', 'location', 'geo', 'position', 'koordinaten', 'geo point'])

export const addressRules: readonly Rule[] = [
  {
    id: 'ip_address',
    finds: 'personal',
    shape: 'dots',
    optional: true,
    pattern: new RegExp(`(?:^|[^0-9A-Za-z.])(?<s>${octet}(?:[.]${octet}){3})`, 'g'),
    valid: (_, { text, end }) => !/^(?:[0-9A-Za-z]|[.-][0-9])/.test(text.slice(end, end + 2)),
    examples: { finds: ['from 192.0.2.7:443', '"198.51.100.23"'], ignores: ['1.2.3', '1.2.3.4.5', '256.1.1.1', 'v1.2.3.4'] },
  },
  {
    id: 'ipv6_address',
    finds: 'personal',
    shape: 'colons',
    optional: true,
    pattern: /(?:^|[^0-9A-Za-z:.])(?<s>(?:[0-9A-Fa-f]{1,4}:){1,7}(?::?[0-9A-Fa-f]{1,4}){0,7}:?)/g,
    valid: (match, { text, end }) => isIpv6(match) && !/[0-9A-Za-z:]/.test(text[end] ?? ''),
    examples: { finds: ['from 2001:db8::1', '[2001:db8:0:0:8:800:200c:417a]:443', 'fe80::1%eth0'], ignores: ['06:10:34', '00:1a:2b:3c:4d:5e', 'a::b::c0', 'std::vector'] },
  },
  {
    id: 'mac_address',
    finds: 'personal',
    optional: true,
    pattern: /(?:^|[^0-9A-Za-z:-])(?<s>[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5})/g,
    valid: (_, { text, end }) => !/^(?:[0-9A-Za-z]|[:-][0-9A-Fa-f])/.test(text.slice(end, end + 2)),
    examples: { finds: ['00:1A:2B:3C:4D:5E', 'lladdr 00-1a-2b-3c-4d-5e'], ignores: ['06:10:34', '00:1A:2B:3C:4D:5E:6F:70'] },
  },
  {
    id: 'coordinates',
    finds: 'personal',
    optional: true,
    keywords: ['lat', 'lng', 'lon', 'gps', 'coord', 'location', 'geo', 'position'],
    pattern: /(?:^|[^0-9A-Za-z.])(?<s>[+-]?[0-9]{1,3}[.][0-9]{3,15}(?:,\s{0,2}[+-]?[0-9]{1,3}[.][0-9]{3,15})?)/g,
    valid: (_, place) => located(place),
    examples: { finds: ['location 52.520008, 13.404954', '{"lat":52.520008}'], ignores: ['latency 12.345', '52.520008'] },
  },
]

/** RFC 4291: eight groups, or fewer with one pair of colons. */
function isIpv6(text: string): boolean {
  const groups = text.split(':').filter((group) => group !== '').length
  const pairs = text.split('::').length - 1
  return pairs === 0 ? groups === 8 && !text.endsWith(':') : pairs === 1 && groups < 8 && groups > 0 && !text.includes(':::')
}
