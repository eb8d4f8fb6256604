import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test, vi } from 'vitest'
import { clientAddress } from './client-address.ts'
import { createAddressList } from './list.ts'
import type { AddressListOptions } from './options.ts'
import { addressProviders, readRanges } from './providers.ts'
import { describeRange, parseAddress, parseRange } from './ranges.ts'

interface Published extends AsyncDisposable { readonly url: string; body: string; status: number; requests: number; hang: boolean }

async function publish(body: string): Promise<Published> {
  const server: Server = createServer((_, response) => {
    published.requests += 1
    if (!published.hang) response.writeHead(published.status, published.status === 302 ? { location: '/elsewhere' } : {}).end(published.body)
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const published: Published = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/list`, body, status: 200, requests: 0, hang: false,
    [Symbol.asyncDispose]: () => new Promise((resolve) => { server.close(() => resolve()); server.closeAllConnections() }),
  }
  return published
}

const lines = (published: Published): AddressListOptions['provider'] => ({ name: 'example', url: published.url })

test('a list says unknown until it is there, then match or mismatch and how old it is', async () => {
  await using published = await publish('192.0.2.0/24\n2001:db8::/32\n# comment\n\n198.51.100.7\n')
  let nowMs = 1000
  using list = createAddressList({ provider: lines(published), clock: () => nowMs })
  expect(list.check('192.0.2.1')).toEqual({ match: 'unknown' })
  expect(await list.refresh()).toBe(true)
  expect(published.requests).toBe(1) // shared with the fetch that began at once
  nowMs += 500
  expect(list.check('192.0.2.1')).toEqual({ match: 'match', ageMs: 500 })
  expect(list.check('::ffff:192.0.2.1').match).toBe('match')
  expect(list.check('::FFFF:C000:0201').match).toBe('match')
  expect(list.check('198.51.100.7').match).toBe('match')
  expect(list.check('2001:DB8:0::1').match).toBe('match')
  expect(list.check('198.51.100.8').match).toBe('mismatch')
  expect(list.check('2001:db9::1').match).toBe('mismatch')
  for (const none of [undefined, '', 'example.com', '192.0.2', '192.0.2.1/24', 'fe80::1%eth0', '0300.0.2.1']) expect(list.check(none).match, none).toBe('unknown')
  expect(list.status()).toEqual({ provider: 'example', ranges: 3, failures: 0, ageMs: 500 })
})

test.each([
  ['an empty answer', '', 200], ['a comment', '# none\n', 200], ['an error page', '<html>', 200], ['one entry that is none', '192.0.2.0/24\nexample.com\n', 200], ['a range that lets everybody in', '192.0.2.0/24\n0.0.0.0/0\n', 200],
  ['an error', '203.0.113.0/24', 500], ['nothing there', '203.0.113.0/24', 404], ['a redirect', '203.0.113.0/24', 302], ['more than a list can be', `192.0.2.0/24\n${'#'.repeat(4_194_304)}`, 200], ['too many ranges', '192.0.2.0/24\n'.repeat(10_001), 200],
])('%s does not take the place of a good list', async (_, body, status) => {
  await using published = await publish('192.0.2.0/24')
  let nowMs = 0
  using list = createAddressList({ provider: lines(published), clock: () => nowMs })
  await list.refresh()
  Object.assign(published, { body, status })
  nowMs += 7000
  expect(await list.refresh()).toBe(false)
  expect(list.check('192.0.2.1')).toEqual({ match: 'match', ageMs: 7000 })
  expect(list.check('203.0.113.1').match).toBe('mismatch')
  expect(list.status()).toMatchObject({ failures: 1, ranges: 1 })
  Object.assign(published, { body: '203.0.113.0/24', status: 200 })
  expect(await list.refresh()).toBe(true)
  expect(list.check('203.0.113.1')).toEqual({ match: 'match', ageMs: 0 })
})

test('a check that finds the list overdue has it fetched, and what changed is told', async () => {
  await using published = await publish('192.0.2.0/24\n198.51.100.0/24')
  let nowMs = 0
  const changes: unknown[] = []
  using list = createAddressList({ provider: lines(published), refreshMs: 60_000, clock: () => nowMs, onChange: (change) => changes.push(change) })
  await list.refresh()
  nowMs = 59_999
  expect(list.check('203.0.113.1').match).toBe('mismatch')
  expect(published.requests).toBe(1)
  published.body = '192.0.2.0/24\n203.0.113.0/24'
  nowMs = 60_000
  expect(list.check('203.0.113.1').match).toBe('mismatch') // the old list answers meanwhile
  await vi.waitFor(() => expect(list.check('203.0.113.1').match).toBe('match'))
  expect(published.requests).toBe(2)
  expect(changes).toEqual([{ provider: 'example', added: ['203.0.113.0/24'], removed: ['198.51.100.0/24'] }])
})

test('a server that hangs is given up, and a list that was closed fetches no more', async () => {
  await using published = await publish('192.0.2.0/24')
  published.hang = true
  using list = createAddressList({ provider: lines(published), timeoutMs: 50 })
  expect(await list.refresh()).toBe(false)
  published.hang = false
  list.close()
  list.close()
  expect(await list.refresh()).toBe(false)
  expect(published.requests).toBe(1)
})

test('a fixed list is there at once and never fetched', async () => {
  using list = createAddressList({ provider: { name: 'own', ranges: ['10.0.0.0/8', '2001:db8::1'] }, mode: 'enforce', fetch: () => { throw new Error('BUG: fetched') } })
  expect(list.check('10.1.2.3')).toEqual({ match: 'match' })
  expect(list.check('11.1.2.3')).toEqual({ match: 'mismatch' })
  expect(await list.refresh()).toBe(true)
  expect(list).toMatchObject({ mode: 'enforce' })
})

test('a list does not keep a process alive', async () => {
  await using published = await publish('192.0.2.0/24')
  const script = `import { createAddressList } from ${JSON.stringify(new URL('list.ts', import.meta.url).href)}
    const list = createAddressList({ provider: { name: 'example', url: ${JSON.stringify(published.url)} } })
    await list.refresh()
    console.log(list.check('192.0.2.1').match)`
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@blotter/source', '--input-type=module', '-e', script], { timeout: 20_000 })
  expect(stdout.trim()).toBe('match')
}, 30_000)

test('the answers of the services are read', () => {
  const read = (name: keyof typeof addressProviders, answer: unknown): readonly string[] | undefined => readRanges(JSON.stringify(answer), addressProviders[name].format)?.map(describeRange)
  expect(read('github', { hooks: ['192.30.252.0/22', '2a0a:a440::/29'], web: ['192.0.2.0/24'] })).toEqual(['192.30.252.0/22', '2a0a:a440::/29'])
  expect(read('stripe', { WEBHOOKS: ['192.0.2.1', '192.0.2.2'] })).toEqual(['192.0.2.1/32', '192.0.2.2/32'])
  expect(read('intercom-eu', { ip_ranges: [{ range: '192.0.2.1/32', region: 'EU', service: 'INTERCOM-OUTBOUND' }, { range: '192.0.2.9/32', service: 'OTHER' }], date: '2026-01-01' })).toEqual(['192.0.2.1/32'])
  expect(read('hubspot', { results: [{ cidr: '192.0.2.0/24', direction: 'EGRESS', service: 'API' }, { cidr: '198.51.100.0/24', direction: 'INGRESS' }] })).toEqual(['192.0.2.0/24'])
  for (const bad of [{}, { hooks: [] }, { hooks: 'x' }, { hooks: [1] }, { hooks: [null] }, [], null, 'x']) expect(read('github', bad)).toBeUndefined()
  expect(read('intercom-us', { ip_ranges: [{ service: 'INTERCOM-OUTBOUND' }] })).toBeUndefined()
  expect(readRanges('{"__proto__":{"hooks":["192.0.2.0/24"]}}', { list: ['hooks'] })).toBeUndefined()
})

test('addresses and ranges have one form, and odd ones are none', () => {
  expect(parseAddress('2001:DB8:0:0:0:0:0:1')).toEqual({ family: 'ipv6', text: '2001:db8::1' })
  expect(parseAddress('::ffff:192.0.2.1')).toEqual({ family: 'ipv4', text: '192.0.2.1' })
  expect(describeRange(parseRange('::ffff:192.0.2.0/120')!)).toBe('192.0.2.0/24')
  for (const bad of ['192.0.2.0/33', '192.0.2.0/07', '192.0.2.0/', '/24', '192.0.2.0/24/24', '10.0.0.0/7', '::/0', '2001::/129', '::ffff:0.0.0.0/96', '192.0.2.0-192.0.2.9', ' 192.0.2.1', '192.0.2.1\n', 'fe80::1%1/64', '1.2.3', '']) expect(parseRange(bad), bad).toBeUndefined()
})

test('with no trusted proxy the peer is the sender, and the header is not looked at', () => {
  expect(clientAddress({ headers: { 'x-forwarded-for': '192.0.2.1' }, remoteAddress: '::ffff:198.51.100.1' })).toBe('198.51.100.1')
  expect(clientAddress({ headers: {} })).toBeUndefined()
})

test('each trusted proxy is believed for one entry from the right, and no more', () => {
  const from = (forwarded: string | string[], trustedHops: number): string | undefined => clientAddress({ headers: { 'X-Forwarded-For': forwarded }, remoteAddress: '10.0.0.1' }, { trustedHops })
  expect(from('203.0.113.66, 192.0.2.1', 1)).toBe('192.0.2.1')
  expect(from('203.0.113.66, 192.0.2.1, 10.0.0.2', 2)).toBe('192.0.2.1')
  expect(from(['203.0.113.66', '192.0.2.1, 10.0.0.2'], 2)).toBe('192.0.2.1')
  expect(from('192.0.2.1:4711', 1)).toBe('192.0.2.1')
  expect(from('[2001:DB8::1]:4711', 1)).toBe('2001:db8::1')
  expect(from('2001:db8::1', 1)).toBe('2001:db8::1')
  expect(from('192.0.2.1', 2)).toBeUndefined()
  for (const bad of ['', 'unknown', '192.0.2.1,', 'example.com', 'x'.repeat(5000)]) expect(from(bad, 1), bad.slice(0, 20)).toBeUndefined()
  expect(clientAddress({ headers: new Headers([['x-forwarded-for', '203.0.113.66'], ['x-forwarded-for', '192.0.2.1']]), remoteAddress: '10.0.0.1' }, { trustedHops: 1 })).toBe('192.0.2.1')
  expect(clientAddress({ headers: [['cf-connecting-ip', '192.0.2.1']], remoteAddress: '10.0.0.1' }, { trustedHops: 1, header: 'CF-Connecting-IP' })).toBe('192.0.2.1')
  for (const trustedHops of [-1, 1.5, Number.NaN]) expect(from('192.0.2.1', trustedHops)).toBeUndefined()
})

test('options that make no sense are refused with all that is wrong', () => {
  const bad: unknown[] = [undefined, {}, { provider: 'other' }, { provider: 'constructor' }, { provider: { name: 'x' } }, { provider: { name: 'x', url: 'http://example.com/' } }, { provider: { name: 'x', url: 'https://user:password@example.com/' } }, { provider: { name: 'x', ranges: ['0.0.0.0/0'] } }, { provider: { name: 'x', ranges: [] } }, { provider: 'github', mode: 'on' }, { provider: 'github', refreshMs: 1 }, { provider: 'github', timeoutMs: 0 }]
  for (const options of bad) expect(() => createAddressList(options as AddressListOptions), JSON.stringify(options)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }))
})
