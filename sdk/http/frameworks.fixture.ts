// The same small app in each framework, served on a port of its own: what the middlewares promise is tested of all.

import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { serve } from '@hono/node-server'
import express from 'express'
import Fastify from 'fastify'
import { Hono } from 'hono'
import type { Audit } from '../audit.ts'
import { Denied } from '../run.ts'
import { auditErrors, auditRequests as auditExpress } from '../express.ts'
import type { ExpressRequest } from '../express.ts'
import { auditRequests as auditFastify } from '../fastify.ts'
import { auditRequests as auditHono } from '../hono.ts'
import type { AuditRequestsOptions, Who } from '../hono.ts'
import { addToRequestRecord } from './current.ts'

export interface Served extends AsyncDisposable {
  readonly url: string
}

/** Options that mean the same to every framework. */
export type SharedOptions = Omit<AuditRequestsOptions<never>, 'actor' | 'route' | 'only' | 'skip' | 'payload'> & {
  readonly actor?: () => Who | Promise<Who>
  readonly only?: readonly string[]
  readonly skip?: readonly string[]
  readonly payload?: boolean
}

export interface Scene {
  /** Records what happens inside a request. */
  readonly audit: Audit
  readonly options: SharedOptions
  /** A stream writes its second half, and a slow answer comes, when this resolves. */
  readonly gate: Promise<void>
  readonly entered: () => void
}

export interface Framework {
  readonly name: string
  readonly serve: (scene: Scene) => Promise<Served>
}

const inner = (audit: Audit): Promise<unknown> => audit.record({ event: 'order.paid', action: 'EXECUTE' } as never)

/** Signed in after the middleware has opened the request, as in most apps. */
const userOf = (header: string | string[] | undefined): void => {
  if (typeof header === 'string') addToRequestRecord({ actor: { id: header, type: 'user' } })
}

async function* halves(gate: Promise<void>): AsyncGenerator<string> {
  yield 'first '
  await gate
  yield 'second'
}

const inExpress: Framework = {
  name: 'express',
  async serve({ audit, options, gate, entered }) {
    const app = express()
    app.disable('x-powered-by')
    app.use(auditExpress<ExpressRequest>(audit, options))
    app.use((request, _response, next) => { userOf(request.headers['x-user']); next() })
    app.post('/raw', (request, response) => {
      let size = 0
      request.on('data', (part: Buffer) => { size += part.length })
      request.on('end', () => void inner(audit).then(() => response.send(String(size))))
    })
    app.use(express.json())
    const items = express.Router()
    items.post('/items/:item', (_request, response) => { response.status(201).json({}) })
    app.use('/orgs/:org', items)
    app.post('/orders/:id', async (request, response) => {
      request.audit!.add({ target: { id: String(request.params['id']), type: 'order' }, attributes: { 'order.size': 2 } })
      await sleep(1)
      await inner(audit)
      response.cookie('session', 'secret').status(201).json({ id: request.audit!.requestId })
    })
    app.get('/orders/:id', (request, response) => { response.json({ id: request.audit!.requestId }) })
    app.post('/deny', (_request, response) => { response.sendStatus(403) })
    app.get('/deny', (_request, response) => { response.sendStatus(401) })
    app.post('/invalid', (_request, response) => { response.sendStatus(422) })
    app.post('/odd', (request, response) => { request.audit!.add({ attempt: -1 }); response.send('ok') })
    app.post('/boom', async () => { await sleep(1); throw new RangeError('no') })
    app.post('/denied', async () => { throw new Denied('not yours') })
    app.post('/stream', async (_request, response) => { entered(); for await (const half of halves(gate)) response.write(half); response.end() })
    app.post('/slow', async (_request, response) => { entered(); await gate; response.send('slow') })
    app.use(auditErrors)
    app.use((_error: unknown, request: express.Request, response: express.Response, _next: unknown) => { request.audit!.add({ reason: 'the handler broke' }); response.status(500).send('broken') })
    return served(app.listen(0, '127.0.0.1'))
  },
}

const inHono: Framework = {
  name: 'hono',
  async serve({ audit, options, gate, entered }) {
    const app = new Hono()
    app.use(auditHono(audit, options))
    app.use(async (c, next) => { userOf(c.req.header('x-user')); await next() })
    app.post('/raw', async (c) => {
      let size = 0
      for await (const part of c.req.raw.body as unknown as AsyncIterable<Uint8Array>) size += part.length
      await inner(audit)
      return c.text(String(size))
    })
    const items = new Hono()
    items.post('/items/:item', (c) => c.json({}, 201))
    app.route('/orgs/:org', items)
    app.post('/orders/:id', async (c) => {
      await c.req.json().catch(() => undefined)
      c.get('audit').add({ target: { id: c.req.param('id'), type: 'order' }, attributes: { 'order.size': 2 } })
      await sleep(1)
      await inner(audit)
      return new Response(JSON.stringify({ id: c.get('audit').requestId }), { status: 201, headers: { 'set-cookie': 'session=secret' } })
    })
    app.get('/orders/:id', (c) => c.json({ id: c.get('audit').requestId }))
    app.post('/deny', (c) => c.text('no', 403))
    app.get('/deny', (c) => c.text('no', 401))
    app.post('/invalid', (c) => c.text('no', 422))
    app.post('/odd', (c) => { c.get('audit').add({ attempt: -1 }); return c.text('ok') })
    app.post('/boom', async () => { await sleep(1); throw new RangeError('no') })
    app.post('/denied', async () => { throw new Denied('not yours') })
    app.post('/stream', () => { entered(); return new Response(ReadableStream.from(bytes(halves(gate)))) })
    app.post('/slow', async (c) => { entered(); await gate; return c.text('slow') })
    app.onError((_error, c) => { c.get('audit').add({ reason: 'the handler broke' }); return c.text('broken', 500) })
    return served(serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server)
  },
}

async function* bytes(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  for await (const part of texts) yield Buffer.from(part)
}

const inFastify: Framework = {
  name: 'fastify',
  async serve({ audit, options, gate, entered }) {
    const app = Fastify({ forceCloseConnections: true })
    await app.register(auditFastify(audit, options))
    app.addHook('preHandler', async (request) => { userOf(request.headers['x-user']) })
    await app.register(async (scope) => {
      scope.removeAllContentTypeParsers()
      scope.addContentTypeParser('*', (_request, payload, done) => {
        let size = 0
        payload.on('data', (part: Buffer) => { size += part.length })
        payload.on('end', () => { done(null, size) })
      })
      scope.post('/raw', async (request) => { await inner(audit); return String(request.body) })
    })
    await app.register(async (items) => { items.post('/items/:item', async (_request, reply) => reply.code(201).send({})) }, { prefix: '/orgs/:org' })
    app.post<{ Params: { id: string } }>('/orders/:id', async (request, reply) => {
      request.audit.add({ target: { id: request.params.id, type: 'order' }, attributes: { 'order.size': 2 } })
      await sleep(1)
      await inner(audit)
      return reply.code(201).header('set-cookie', 'session=secret').send({ id: request.audit.requestId })
    })
    app.get('/orders/:id', async (request) => ({ id: request.audit.requestId }))
    app.post('/deny', async (_request, reply) => reply.code(403).send('no'))
    app.get('/deny', async (_request, reply) => reply.code(401).send('no'))
    app.post('/invalid', async (_request, reply) => reply.code(422).send('no'))
    app.post('/odd', async (request) => { request.audit.add({ attempt: -1 }); return 'ok' })
    app.post('/boom', async () => { await sleep(1); throw new RangeError('no') })
    app.post('/denied', async () => { throw new Denied('not yours') })
    app.post('/stream', async (_request, reply) => { entered(); return reply.send(ReadableStream.from(bytes(halves(gate)))) })
    app.post('/slow', async () => { entered(); await gate; return 'slow' })
    app.setErrorHandler((_error, request, reply) => { request.audit.add({ reason: 'the handler broke' }); return reply.code(500).send('broken') })
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    return { url, [Symbol.asyncDispose]: () => app.close() }
  },
}

export const frameworks: readonly Framework[] = [inExpress, inHono, inFastify]

export async function served(server: Server): Promise<Served> {
  if (!server.listening) await new Promise<void>((resolve) => { server.once('listening', resolve) })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () => new Promise((resolve) => { server.close(() => resolve()); server.closeAllConnections() }),
  }
}

