// Holds a node:http response back until something else is done: with `onAuditFailure: 'fail'` no byte of the answer leaves
// before its record is made. What the app writes meanwhile waits in order; the app sees a response that has begun.

import type { ServerResponse } from 'node:http'
import { unavailable } from './node.ts'

const held = ['write', 'end', 'writeHead', 'flushHeaders'] as const
const closed = ['setHeader', 'setHeaders', 'appendHeader', 'removeHeader'] as const

type Call = () => void

/** `before` runs when the app begins to answer, with the status that it chose. When it rejects, the answer is 503. */
export function holdAnswer(response: ServerResponse, before: (status: number) => Promise<void>): void {
  const waiting: Call[] = []
  let holding = false
  const real = Object.fromEntries(held.map((name) => [name, response[name] as (...given: unknown[]) => unknown] as const))

  function hold(call: Call): void {
    waiting.push(call)
    if (holding) return
    holding = true
    // after this turn of the event loop's synchronous work: writeHead is followed by write or end
    before(response.statusCode).then(() => release(response, waiting), () => refuse(response))
    close(response)
  }

  for (const name of held) {
    Object.defineProperty(response, name, {
      configurable: true, writable: true,
      value(...given: unknown[]) {
        if (name === 'writeHead' && typeof given[0] === 'number') response.statusCode = given[0]
        hold(() => { real[name]!.apply(response, given) })
        return name === 'write' ? false : response // false: `drain` follows
      },
    })
  }
}

/** From now on headers can be changed no more, as after they were sent. */
function close(response: ServerResponse): void {
  Object.defineProperty(response, 'headersSent', { configurable: true, get: () => true })
  for (const name of closed) {
    Object.defineProperty(response, name, {
      configurable: true, writable: true,
      value() { throw Object.assign(new Error('Cannot change headers after the answer has begun'), { code: 'ERR_HTTP_HEADERS_SENT' }) },
    })
  }
}

function open(response: ServerResponse): void {
  for (const name of [...held, ...closed, 'headersSent']) Reflect.deleteProperty(response, name)
}

function release(response: ServerResponse, waiting: readonly Call[]): void {
  open(response)
  for (const call of waiting) call()
  if (!response.writableEnded && !response.writableNeedDrain) response.emit('drain')
}

function refuse(response: ServerResponse): void {
  open(response)
  for (const name of response.getHeaderNames()) if (!kept.has(name)) response.removeHeader(name) // such as set-cookie: the answer is not given
  response.statusCode = unavailable.status
  response.statusMessage = ''
  response.setHeader('content-type', unavailable.type)
  response.end(unavailable.body)
}

const kept: ReadonlySet<string> = new Set(['x-request-id', 'connection', 'date', 'keep-alive'])
