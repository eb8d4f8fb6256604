import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalAddress, cidrProblem, clientAddress, createAddressList, isLoopbackAddress, networkOf } from './addresses.ts'

describe('one spelling', () => {
  test.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::FFFF:10.0.0.1', '10.0.0.1'],
    ['0:0:0:0:0:ffff:0a00:0001', '10.0.0.1'],
    ['2001:0DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:0:10.0.0.1', '::ffff:0:a00:1'], // a translated address (RFC 2765), not a mapped one
  ])('%s is %s', (text, canonical) => { expect(canonicalAddress(text)).toBe(canonical) })

  test.each(['', '10.0.0', '010.0.0.1', '10.0.0.1:80', '[::1]', 'localhost', '::ffff:10.0.0.256', '1.2.3.4\n'])('%j is no address', (text) => {
    expect(canonicalAddress(text)).toBeUndefined()
  })

  test('every spelling of an IPv4 address over IPv6 is that address, and canonical form is stable', () => {
    fc.assert(fc.property(fc.ipV4(), fc.ipV6(), (four, six) => {
      expect(canonicalAddress(`::ffff:${four}`)).toBe(four)
      expect(canonicalAddress(canonicalAddress(six)!)).toBe(canonicalAddress(six))
    }))
  })
})

test('loopback is loopback in every spelling, and nothing else is', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1'].map(isLoopbackAddress)).toEqual([true, true, true, true, true])
  expect(['0.0.0.0', '::', '128.0.0.1', '1.127.0.0', 'localhost', '127.1'].map(isLoopbackAddress)).toEqual([false, false, false, false, false, false])
})

test('an IPv6 network of 64 bits counts as one', () => {
  expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2')
  expect(networkOf('2001:db8:1:2::9')).toBe('2001:db8:1:2')
  expect(networkOf('::1')).toBe('0:0:0:0')
  expect(networkOf('::ffff:10.0.0.1')).toBe('10.0.0.1')
})

describe('a list', () => {
  const list = createAddressList(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32', '::ffff:172.16.0.0/108'])

  test.each(['10.255.0.1', '::ffff:10.1.1.1', '0:0:0:0:0:ffff:a01:101', '192.0.2.7', '2001:DB8:ffff::1', '172.31.0.1'])('allows %s', (address) => { expect(list.allows(address)).toBe(true) })
  test.each(['11.0.0.1', '192.0.2.8', '2001:db9::1', '::10.0.0.1', '172.32.0.1', '', 'nonsense', undefined])('refuses %s', (address) => { expect(list.allows(address)).toBe(false) })

  test('an empty one allows nobody', () => { expect(createAddressList([]).allows('127.0.0.1')).toBe(false) })
  test('one of everything allows every address, and still nothing that is none', () => {
    const all = createAddressList(['0.0.0.0/0', '::/0'])
    expect([all.allows('203.0.113.9'), all.allows('2001:db8::9'), all.allows('x')]).toEqual([true, true, false])
  })

  test.each(['10.0.0.0/33', '10.0.0.1/8', '2001:db8::1/32', '::/129', '::ffff:10.0.0.0/8', '10.0.0.0/', 'localhost', '10.0.0.0/8/8', '', '10.0.0.0-10.0.0.9'])('%j is no entry', (cidr) => {
    expect(cidrProblem(cidr)).toBeTypeOf('string')
    expect(() => createAddressList([cidr])).toThrow(TypeError)
  })
})

describe('who is calling', () => {
  test('without proxies it is the socket, whatever a header says', () => {
    expect(clientAddress('::ffff:192.0.2.1', '10.0.0.1', 0)).toBe('192.0.2.1')
    expect(clientAddress(undefined, '10.0.0.1', 0)).toBeUndefined()
  })

  test('behind proxies it is the entry that the outermost of ours wrote, counted from the right', () => {
    expect(clientAddress('10.0.0.2', '203.0.113.7', 1)).toBe('203.0.113.7')
    expect(clientAddress('10.0.0.2', '10.9.9.9, 203.0.113.7', 1)).toBe('203.0.113.7') // the left one is a claim
    expect(clientAddress('10.0.0.2', '10.9.9.9, 203.0.113.7 ,10.0.0.3', 2)).toBe('203.0.113.7')
    expect(clientAddress('10.0.0.2', 'garbage, ::ffff:203.0.113.7', 1)).toBe('203.0.113.7')
  })

  test.each([
    ['no header: the proxy was gone around', undefined, 1],
    ['an empty header', '', 1],
    ['fewer entries than proxies', '203.0.113.7', 2],
    ['a name', 'localhost', 1],
    ['a port', '203.0.113.7:443', 1],
    ['brackets', '[2001:db8::1]', 1],
    ['a zone', 'fe80::1%eth0', 1],
    ['an empty entry at the right', '203.0.113.7,', 1],
    ['a wrong entry among those of our proxies', '203.0.113.7, unknown', 2],
  ])('%s is nobody who can be allowed, and never the socket', (_, header, hops) => {
    expect(clientAddress('10.0.0.2', header, hops)).toBeUndefined()
  })
})
