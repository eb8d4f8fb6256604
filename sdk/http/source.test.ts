import { expect, test } from 'vitest'
import { sourceOf } from './source.ts'

test('without trusted proxies the peer counts, whatever is claimed', () => {
  expect(sourceOf('192.0.2.1', '203.0.113.9', 0)).toEqual({ id: '192.0.2.1', type: 'ipv4' })
  expect(sourceOf('2001:db8::1', undefined, 0)).toEqual({ id: '2001:db8::1', type: 'ipv6' })
  expect(sourceOf('::ffff:192.0.2.1', undefined, 0)).toEqual({ id: '192.0.2.1', type: 'ipv4' })
  expect(sourceOf('fe80::1%eth0', undefined, 0)).toEqual({ id: 'fe80::1', type: 'ipv6' })
  expect(sourceOf(undefined, '203.0.113.9', 0)).toBeUndefined()
})

test('each trusted proxy vouches for one entry, from the right', () => {
  const claimed = '198.51.100.66, 203.0.113.9, 192.0.2.7'
  expect(sourceOf('192.0.2.1', claimed, 1)?.id).toBe('192.0.2.7')
  expect(sourceOf('192.0.2.1', claimed, 2)?.id).toBe('203.0.113.9')
  expect(sourceOf('192.0.2.1', claimed, 9)?.id).toBe('198.51.100.66')
  expect(sourceOf('192.0.2.1', undefined, 2)?.id).toBe('192.0.2.1')
})

test('ports and brackets are no part of an address, and what is none lets the nearer one stand', () => {
  expect(sourceOf('192.0.2.1', '203.0.113.9:4711', 1)?.id).toBe('203.0.113.9')
  expect(sourceOf('192.0.2.1', '[2001:db8::5]:443', 1)).toEqual({ id: '2001:db8::5', type: 'ipv6' })
  for (const junk of ['unknown', '', '_hidden', '203.0.113.9 OR 1=1', '999.1.1.1']) expect(sourceOf('192.0.2.1', `198.51.100.66, ${junk}`, 2)?.id).toBe('192.0.2.1')
})
