import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { emptyAnswer, recordView } from '../query/timeline/testing/answers.ts'
import { ClientError, createClient } from './client.ts'
import { insist, waitOf, waits } from './poll.ts'
import { createOnce } from './tail-once.ts'
import { readTail } from './tail-socket.ts'
import { followTimeline } from './timeline-follow.ts'
import type { AddressInfo } from 'node:net'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { TailMessage } from './tail-socket.ts'

async function listen(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  onTestFinished(() => { server.closeAllConnections(); server.close() })
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

test('each record is printed once, over refusals and broken answers, until it is interrupted', async () => {
  const controller = new AbortController()
  const asked: string[] = []
  const answers = [
    [200, [recordView(1)]], [503, []], [200, [recordView(1), recordView(3)]], ['broken', []], [200, [recordView(1), recordView(2), recordView(3)]], // 2 came late
  ] as const
  const { url } = await listen((request, response) => {
    asked.push(request.url!)
    const [status, records] = answers[Math.min(asked.length, answers.length) - 1]!
    if (status === 'broken') { response.write('{"records":['); setImmediate(() => { response.destroy() }); return }
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(status === 200 ? { ...emptyAnswer, records } : { message: 'busy', hint: 'wait' }))
  })
  const printed: string[] = []
  const write = (text: string): void => {
    printed.push(...text.trim().split('\n').map((line) => (JSON.parse(line) as { id: string }).id))
    if (printed.includes('rec-2')) controller.abort()
  }
  expect(await followTimeline(createClient({ url }, {}), new URLSearchParams({ request_id: 'r' }), { look: { time: 'utc', why: false }, json: true, signal: controller.signal, write, pollMs: 1 })).toBe(0)
  expect(printed).toEqual(['rec-1', 'rec-3', 'rec-2'])
  expect(new Set(asked)).toEqual(new Set(['/v1/timeline?request_id=r&fold=false']))
})

test('what would be refused again is not asked again', async () => {
  let asked = 0
  const { url } = await listen((_, response) => { asked += 1; response.writeHead(403, { 'Content-Type': 'application/json' }).end('{"message":"no","hint":"ask"}') })
  await expect(followTimeline(createClient({ url }, {}), new URLSearchParams(), { look: { time: 'utc', why: false }, json: true, signal: new AbortController().signal, write: () => {}, pollMs: 1 })).rejects.toThrow(ClientError)
  expect(asked).toBe(1)
})

test('waits grow, and not for ever', () => {
  expect([waitOf(0), waitOf(1), waitOf(2), waitOf(50), waitOf(5000)]).toEqual([waits.firstMs, 1000, 2000, waits.mostMs, waits.mostMs])
})

test('an interrupted attempt ends without an error', async () => {
  const controller = new AbortController()
  expect(await insist(async () => { controller.abort(); throw new ClientError('gone', true) }, controller.signal)).toBeUndefined()
})

const tailOf = async (signal: AbortSignal, answer: (sockets: WebSocketServer) => void): Promise<{ readonly messages: TailMessage[]; readonly asked: string[]; readonly done: Promise<void> }> => {
  const { server, url } = await listen((_, response) => { response.end() })
  const sockets = new WebSocketServer({ server })
  const asked: string[] = []
  sockets.on('connection', (_, request) => { asked.push(`${request.url} ${request.headers.authorization}`) })
  answer(sockets)
  const messages: TailMessage[] = []
  return { messages, asked, done: readTail(createClient({ url, key: 'blt_x' }, {}), { query: '{a="b"}', startNano: 5n, limit: 10, delaySeconds: 2 }, signal, (message) => { messages.push(message) }) }
}

test('a tail reads entries and what was left out, sends the key, and ends when the collector closes it', async () => {
  const { messages, asked, done } = await tailOf(new AbortController().signal, (sockets) => {
    sockets.on('connection', (socket) => {
      socket.send(JSON.stringify({ streams: [{ stream: { a: 'b' }, values: [['2', 'two'], ['1', 'one']] }], dropped_entries: [{ labels: {}, timestamp: '1' }] }))
      socket.send(JSON.stringify({ streams: null, dropped_entries: null }))
      socket.close(1001)
    })
  })
  await done
  expect(messages).toEqual([{ entries: [{ timeNano: 1n, line: 'one', labels: { a: 'b' } }, { timeNano: 2n, line: 'two', labels: { a: 'b' } }], dropped: 1 }, { entries: [], dropped: 0 }])
  expect(asked).toEqual(['/loki/api/v1/tail?query=%7Ba%3D%22b%22%7D&start=5&limit=10&delay_for=2 Bearer blt_x'])
})

test('a tail ends at once when it is interrupted, also before it is connected', async () => {
  const controller = new AbortController()
  const { done } = await tailOf(controller.signal, (sockets) => { sockets.on('connection', () => { controller.abort() }) })
  await done
  const early = new AbortController()
  const { done: never } = await tailOf(early.signal, () => { early.abort() })
  await never
})

test('what answers without being a Loki API is refused, and not asked again', async () => {
  const { done } = await tailOf(new AbortController().signal, (sockets) => { sockets.on('connection', (socket) => { socket.send('hello') }) })
  await expect(done).rejects.toMatchObject({ isTemporary: false })
})

test.each([[400, false], [401, false], [429, true], [503, true]])('a handshake answered by %i is temporary: %s, and says why', async (status, isTemporary) => {
  const { server, url } = await listen(() => {})
  server.on('upgrade', (_, socket) => { socket.end(`HTTP/1.1 ${status} No\r\nContent-Type: text/plain\r\nContent-Length: 4\r\nConnection: close\r\n\r\nwhy?`) })
  await expect(readTail(createClient({ url }, {}), { query: '{}', startNano: 0n, limit: 1, delaySeconds: 0 }, new AbortController().signal, () => {})).rejects.toMatchObject({ message: 'why?', isTemporary })
})

test('after a reconnection a tail begins with the oldest that was printed, and prints nothing twice, also what comes late', () => {
  const once = createOnce(10n)
  const entry = (timeNano: bigint, line: string, labels = {}): Parameters<typeof once.isNew>[0] => ({ timeNano, line, labels })
  expect(once.startNano).toBe(10n)
  expect([once.isNew(entry(13n, 'a')), once.isNew(entry(12n, 'b')), once.startNano]).toEqual([true, true, 12n])
  expect([once.isNew(entry(13n, 'a')), once.isNew(entry(12n, 'b')), once.isNew(entry(13n, 'a', { of: 'another' })), once.isNew(entry(14n, 'a'))]).toEqual([false, false, true, true])
  for (let i = 0; i < 30_000; i += 1) once.isNew(entry(20n, String(i)))
  expect([once.isNew(entry(20n, '29999')), once.isNew(entry(20n, '0'))]).toEqual([false, true]) // bounded
})
