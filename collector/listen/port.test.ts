import { request } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { BlotterError } from '../errors.ts'
import { openPort } from './port.ts'
import type { ListenConfig } from './options.ts'
import type { Port } from './port.ts'

async function open(config: ListenConfig, host: string, isOpen = false): Promise<Port> {
  const port = await openPort({
    config, host, port: 0, nowMs: Date.now, isOpen: () => isOpen, onClosed: () => {}, onReloaded: () => {}, onReloadFailed: () => {},
    onError: (error) => new Response(null, { status: 500, statusText: String(error instanceof Error ? error.name : typeof error) }),
    app: ({ guard }) => (_, { incoming }) => {
      try {
        return new Response(guard(incoming))
      } catch (error) {
        return new Response((error as BlotterError).code, { status: (error as BlotterError).kind.status })
      }
    },
  })
  onTestFinished(() => port.close(0))
  return port
}

function ask(port: Port, host: string, headers: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ host, port: new URL(port.url).port, agent: false, headers }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => { text += chunk.toString() }).on('end', () => { resolve(`${response.statusCode} ${text}`) })
    }).on('error', reject).end()
  })
}

test('an IPv4 client of a socket for both is judged by its IPv4 address', async () => {
  const port = await open({ allow: { addresses: ['127.0.0.1'], proxyHops: 0 } }, '::')
  expect(await ask(port, '127.0.0.1')).toBe('200 127.0.0.1')
  expect(await ask(port, '::1')).toBe('403 FORBIDDEN')
  expect(await ask(await open({ allow: { addresses: ['::1'], proxyHops: 0 } }, '::'), '127.0.0.1')).toBe('403 FORBIDDEN')
})

test('two lines of X-Forwarded-For are one list, read from the right', async () => {
  const port = await open({ allow: { addresses: ['203.0.113.7'], proxyHops: 2 } }, '127.0.0.1')
  expect(await ask(port, '127.0.0.1', { 'X-Forwarded-For': '10.0.0.1, 203.0.113.7, 10.0.0.2' })).toBe('200 203.0.113.7')
  const twice = await new Promise<string>((resolve, reject) => {
    request({ host: '127.0.0.1', port: new URL(port.url).port, agent: false, headers: ['Host', 'a', 'X-Forwarded-For', '203.0.113.7', 'X-Forwarded-For', '10.0.0.2'] }, (response) => { response.resume(); resolve(String(response.statusCode)) }).on('error', reject).end()
  })
  expect(twice).toBe('200')
})

test('a list that nobody set lets everybody through to the keys, proxies or not', async () => {
  expect(await ask(await open({}, '127.0.0.1'), '127.0.0.1', { 'X-Forwarded-For': 'nonsense' })).toBe('200 127.0.0.1')
  expect(await ask(await open({ allow: { proxyHops: 1 } }, '127.0.0.1'), '127.0.0.1', { 'X-Forwarded-For': 'nonsense' })).toBe('200 ')
})

test('with keys a page of others is no concern, since it has none; without keys it is refused', async () => {
  const page = { Origin: 'https://app.example', Host: 'blotter.example', 'Sec-Fetch-Site': 'cross-site' }
  expect(await ask(await open({}, '127.0.0.1'), '127.0.0.1', page)).toBe('200 127.0.0.1')
  expect(await ask(await open({}, '127.0.0.1', true), '127.0.0.1', page)).toBe('403 FORBIDDEN')
  expect(await ask(await open({}, '127.0.0.1', true), '127.0.0.1', { Origin: 'http://localhost:4318', Host: 'localhost:4318', 'Sec-Fetch-Site': 'same-origin' })).toBe('200 127.0.0.1')
})
