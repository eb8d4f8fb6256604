import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { openRaw } from '../../test/support/raw-socket.ts'
import { connectionLimits } from './limits.ts'
import { listen } from './server.ts'
import type { RawSocket } from '../../test/support/raw-socket.ts'
import type { CloseReason, ConnectionLimits } from './limits.ts'
import type { Listening } from './server.ts'

interface Served extends Listening { readonly reasons: CloseReason[]; readonly asked: string[]; release(): void }

/** Answers `/now` at once, `/large` with more than any buffer takes, everything else when released. */
async function serve(changes: Partial<ConnectionLimits> = {}): Promise<Served> {
  const reasons: CloseReason[] = []
  const asked: string[] = []
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const listening = await listen({
    host: '127.0.0.1', port: 0, limits: { ...connectionLimits, ...changes },
    onClosed: (reason) => { reasons.push(reason) },
    onError: () => new Response('theirs', { status: 400 }),
    async fetch({ url }) {
      const { pathname } = new URL(url)
      asked.push(pathname)
      if (pathname === '/large') return new Response('x'.repeat(32 * 1024 * 1024))
      if (pathname !== '/now') await released
      return new Response('ok')
    },
  })
  onTestFinished(async () => { release(); await listening.close(0) })
  return { url: listening.url, address: listening.address, get connections() { return listening.connections }, setSecureContext: () => {}, close: (graceMs) => listening.close(graceMs), reasons, asked, release }
}

async function open(served: Served, localAddress?: string): Promise<RawSocket> {
  const raw = await openRaw(served.url, localAddress)
  onTestFinished(() => { raw.socket.destroy() })
  return raw
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`
const until = (what: () => unknown, expected: unknown): Promise<void> => expect.poll(what, { timeout: 10_000 }).toEqual(expected)
const isClosed = ({ socket }: RawSocket): boolean => socket.closed

async function ask(raw: RawSocket, path: string): Promise<void> {
  const before = raw.statuses().length
  raw.socket.write(get(path))
  await until(() => raw.statuses().length, before + 1)
}

test('when there is no room the connection that has waited longest goes, and one that just spoke stays', async () => {
  const served = await serve({ most: 3 })
  const [a, b, c] = [await open(served), await open(served), await open(served)]
  await until(() => served.connections, 3)
  await ask(a, '/now') // so that b has waited longest
  await ask(await open(served), '/now')
  await until(() => isClosed(b), true)
  expect([isClosed(a), isClosed(c), served.reasons]).toEqual([false, false, ['made_room']])
  expect(served.connections).toBe(3)
})

test('a connection whose request is being worked on is never closed for a new one: then the new one goes', async () => {
  const served = await serve({ most: 2 })
  const busy = [await open(served), await open(served)]
  for (const { socket } of busy) socket.write(get('/later'))
  await until(() => served.asked.length, 2)
  await until(() => served.reasons.length, 0)
  const late = await open(served)
  await late.closed
  expect(served.reasons).toEqual(['too_many'])
  served.release()
  await until(() => busy.map(({ statuses }) => statuses()), [[200], [200]])
})

test('an address at its limit gives up its own connections, and leaves those of others alone', async () => {
  const served = await serve({ most: 100, mostPerAddress: 2 })
  const other = await open(served, '127.0.0.9')
  const mine = [await open(served, '127.0.0.8'), await open(served, '127.0.0.8')]
  await until(() => served.connections, 3)
  await open(served, '127.0.0.8')
  await until(() => isClosed(mine[0]!), true)
  expect([isClosed(other), isClosed(mine[1]!), served.reasons]).toEqual([false, false, ['made_room']])
})

test('an address whose every connection is busy gets no other', async () => {
  const served = await serve({ most: 100, mostPerAddress: 1 })
  ;(await open(served, '127.0.0.8')).socket.write(get('/later'))
  await until(() => served.asked.length, 1)
  await (await open(served, '127.0.0.8')).closed
  expect(served.reasons).toEqual(['too_many_of_address'])
  await ask(await open(served, '127.0.0.9'), '/now')
})

test('requests that wait for their answers on one connection are limited', async () => {
  const served = await serve({ pipelined: 3 })
  const raw = await open(served)
  raw.socket.write(get('/later').repeat(5))
  await raw.closed
  expect(served.reasons[0]).toBe('pipelined')
  expect(served.asked.length).toBeLessThanOrEqual(3) // the one too many is not worked on
})

test('an answer that nobody reads is given up', async () => {
  const served = await serve({ stalledMs: 1_500, stalledBytes: 1 })
  const { hostname, port } = new URL(served.url)
  const stalled = connect(Number(port), hostname).on('error', () => {})
  stalled.write(get('/large')) // and never reads
  onTestFinished(() => { stalled.destroy() })
  await expect.poll(() => served.reasons, { timeout: 20_000 }).toEqual(['stalled_reader'])
  await until(() => served.connections, 0)
})

test('at a stop what waits is closed at once, and what is worked on is answered', async () => {
  const served = await serve()
  const [idle, busy] = [await open(served), await open(served)]
  busy.socket.write(get('/later'))
  await until(() => served.asked.length, 1)
  const stopped = served.close(10_000)
  await idle.closed
  served.release()
  await stopped
  expect(busy.statuses()).toEqual([200])
  await until(() => served.connections, 0)
  expect(served.reasons).toEqual([])
})

test('a stop does not wait longer than it may', async () => {
  const served = await serve()
  const busy = await open(served)
  busy.socket.write(get('/never'))
  await until(() => served.asked.length, 1)
  await served.close(10)
  await busy.closed
  expect(busy.statuses()).toEqual([])
})

test('a port that is taken is an error of the start', async () => {
  const served = await serve()
  await expect(listen({ host: '127.0.0.1', port: Number(new URL(served.url).port), limits: connectionLimits, onClosed: () => {}, onError: () => new Response(), fetch: () => new Response() })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})
