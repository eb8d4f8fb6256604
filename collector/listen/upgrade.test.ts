import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../test/support/eventually.ts'
import { connectionLimits } from './limits.ts'
import { listen } from './server.ts'
import type { AddressInfo } from 'node:net'
import type { Listening, ListenOptions } from './server.ts'
import type { Upgrade } from './upgrade.ts'

async function open(fetch: (request: Request, environment: { readonly upgrade?: Upgrade }) => Response, mayUpgrade?: ListenOptions['mayUpgrade']): Promise<Listening> {
  const listening = await listen({ host: '127.0.0.1', port: 0, fetch: fetch as unknown as ListenOptions['fetch'], onError: () => new Response('unforeseen', { status: 500 }), limits: connectionLimits, onClosed: () => {}, ...(mayUpgrade === undefined ? {} : { mayUpgrade }) })
  onTestFinished(() => listening.close(0))
  return listening
}

/** What comes back until the other side closes, or `until` is in it. */
function speak({ url }: Listening, text: string, until?: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port) } satisfies Partial<AddressInfo> & { host: string })
    onTestFinished(() => { socket.destroy() })
    let heard = ''
    socket.on('data', (data: Buffer) => { heard += data.toString(); if (until !== undefined && heard.includes(until)) resolve(heard) })
    socket.on('close', () => { resolve(heard) })
    socket.on('error', () => {})
    socket.write(text)
  })
}

const request = (path = '/'): string => `GET ${path} HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`

test('a wish that nobody grants is not looked at', async () => {
  const listening = await open((_, { upgrade }) => new Response(upgrade === undefined ? 'as always' : 'upgraded'))
  expect(await speak(listening, request(), 'as always')).toContain('as always')
})

test('what is not taken over is answered like any other request, and closed', async () => {
  const listening = await open(({ url, headers }) => new Response(`no: ${new URL(url).search} ${headers.get('Host')}`, { status: 403, headers: { 'X-Why': 'because' } }), () => true)
  const heard = await speak(listening, request('/x?a=b'))
  expect(heard).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/)
  expect(heard.toLowerCase()).toContain('x-why: because\r\n')
  expect(heard).toMatch(/\r\n\r\nno: \?a=b here$/)
})

test('what is taken over belongs to who took it, and does not outlive the port', async () => {
  const listening = await open((_, { upgrade }) => {
    upgrade!.take((__, socket) => { socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\nours') })
    return new Response('not this')
  }, () => true)
  expect(await speak(listening, request(), 'ours')).toBe('HTTP/1.1 101 Switching Protocols\r\n\r\nours')
  expect(listening.connections).toBe(1)
  await listening.close(50)
  await eventually('it is closed', () => listening.connections === 0, 2_000)
})

test('an error that nobody foresaw, and an address that is none, are answered', async () => {
  const failing = await open(() => { throw new Error('unforeseen') }, () => true)
  expect(await speak(failing, request())).toMatch(/^HTTP\/1\.1 500 /)
  const listening = await open(({ url }) => new Response(new URL(url).pathname), () => true)
  expect(await speak(listening, request('//[bad'))).toMatch(/^HTTP\/1\.1 (200|500) /)
  expect(await speak(listening, request('*'))).toMatch(/^HTTP\/1\.1 (200|400|500) /)
})
