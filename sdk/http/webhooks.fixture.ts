// An app that takes webhooks, the same in each framework.

import type { Server } from 'node:http'
import { serve } from '@hono/node-server'
import express from 'express'
import Fastify from 'fastify'
import { Hono } from 'hono'
import type { Audit } from '../audit.ts'
import { auditRequests as auditExpress, verifyWebhooks as verifyExpress } from '../express.ts'
import { auditRequests as auditFastify, verifyWebhooks as verifyFastify } from '../fastify.ts'
import { auditRequests as auditHono, verifyWebhooks as verifyHono } from '../hono.ts'
import type { ReceivedWebhook, VerifyWebhooksOptions } from '../hono.ts'
import type { Served } from './frameworks.fixture.ts'
import { served } from './frameworks.fixture.ts'

export interface WebhookScene {
  readonly audit: Audit
  readonly options: Omit<VerifyWebhooksOptions<never>, 'url'> & { readonly url?: string }
  /** What the handler answers; it may throw. `body`: what the framework's own way of reading the body gives. */
  readonly handle: (webhook: ReceivedWebhook, body: unknown) => number | Promise<number>
}

export interface WebhookFramework {
  readonly name: string
  readonly serve: (scene: WebhookScene) => Promise<Served>
}

export const webhookFrameworks: readonly WebhookFramework[] = [
  {
    name: 'express',
    async serve({ audit, options, handle }) {
      const app = express()
      app.use(auditExpress(audit))
      app.post('/hooks/:shop', verifyExpress(audit, options), express.json(), async (request, response) => { response.sendStatus(await handle(request.webhook!, request.body)) })
      app.use((_error: unknown, _request: express.Request, response: express.Response, _next: unknown) => { response.sendStatus(500) })
      return served(app.listen(0, '127.0.0.1'))
    },
  },
  {
    name: 'hono',
    async serve({ audit, options, handle }) {
      const app = new Hono()
      app.use(auditHono(audit))
      app.post('/hooks/:shop', verifyHono(audit, options), async (c) => {
        const body: unknown = c.req.header('content-type') === 'application/json' ? await c.req.json() : Buffer.from(await c.req.arrayBuffer())
        return new Response(null, { status: await handle(c.get('webhook'), body) })
      })
      app.onError((_error, c) => c.text('broken', 500))
      return served(serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server)
    },
  },
  {
    name: 'fastify',
    async serve({ audit, options, handle }) {
      const app = Fastify({ forceCloseConnections: true })
      await app.register(auditFastify(audit))
      await app.register(verifyFastify(audit, options, (hooks) => {
        hooks.post('/hooks/:shop', async (request, reply) => reply.code(await handle(request.webhook, request.body)).send())
      }))
      app.setErrorHandler((_error, _request, reply) => reply.code(500).send())
      return { url: await app.listen({ port: 0, host: '127.0.0.1' }), [Symbol.asyncDispose]: () => app.close() }
    },
  },
]
