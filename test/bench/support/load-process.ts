// The other side of load.ts: sends what it is told to, over so many connections, each with one request at a time.

import { Agent, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { createBodies } from './bodies.ts'
import { contentTypeOf } from './encode.ts'
import { quantile } from './report.ts'
import type { Body } from './bodies.ts'
import type { Load, LoadOptions } from './load.ts'

/** Enough different bodies that nothing is fast only because it was seen before; as many as fit well into memory. */
const recordsAhead = 2048

/** After a refusal: what a client would wait at least. */
const pauseMs = 100

const { url, encoding, batch, connections, warmUpMs, measureMs, seed, perSecond } = JSON.parse(process.argv[2]!) as LoadOptions
const agent = new Agent({ keepAlive: true, maxSockets: connections })
const perConnection = Math.max(1, Math.floor(recordsAhead / batch / connections))
const bodies = createBodies({ encoding, batch, count: perConnection * connections, seed })

const latenciesMs: number[] = []
let refused = 0
let counting = false
let stopped = false

/** From one request of a connection to its next. */
const periodMs = perSecond === undefined ? 0 : batch * connections / perSecond * 1000

async function connection(own: readonly Body[]): Promise<void> {
  for (let i = 0; !stopped; i += 1) {
    const body = own[i % own.length]!
    body.renew()
    const startedMs = performance.now()
    const status = await send(body.bytes)
    if (status === 200) {
      if (counting) latenciesMs.push(performance.now() - startedMs)
    } else {
      if (counting) refused += 1
      await delay(pauseMs)
    }
    const restMs = startedMs + periodMs - performance.now()
    if (restMs > 0 && !stopped) await delay(restMs)
  }
}

/** The status, or 0 when the connection broke. */
function send(bytes: Buffer): Promise<number> {
  return new Promise((resolve) => {
    const sent = request(url, { method: 'POST', agent, headers: { 'Content-Type': contentTypeOf[encoding], 'Content-Length': bytes.length } }, (response) => {
      response.resume()
      response.once('error', () => { resolve(0) })
      response.once('end', () => { resolve(response.statusCode ?? 0) })
    })
    sent.once('error', () => { resolve(0) })
    sent.end(bytes)
  })
}

const all = Promise.all(Array.from({ length: connections }, (_, i) => connection(bodies.slice(i * perConnection, (i + 1) * perConnection))))
await Promise.race([all, delay(warmUpMs)])
counting = true
const startedMs = performance.now()
process.send!('begins')
await Promise.race([all, delay(measureMs)])
counting = false
process.send!('ends')
const seconds = (performance.now() - startedMs) / 1000
stopped = true
await all
agent.destroy()

const requests = latenciesMs.length
const bodyBytes = bodies.reduce((sum, { bytes }) => sum + bytes.length, 0)
process.send!({
  requests, records: requests * batch, refused, seconds, p50Ms: quantile(latenciesMs, 0.5), p99Ms: quantile(latenciesMs, 0.99), bodyBytesPerRecord: bodyBytes / bodies.length / batch,
} satisfies Load, () => { process.disconnect() })
