// The platforms that the shop integrates, as real HTTP servers on this machine: a payment provider with moods, a CRM, a
// mailer. Nothing here can reach a customer: every address is of this machine.

import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import type { AddressInfo } from 'node:net'
import type { ServerType } from '@hono/node-server'

/** `hangs`: takes the request and never answers. `ok`: checks the key and captures. */
export type Mood = 'hangs' | 'ok'

export interface Platforms {
  readonly payments: string
  readonly crm: string
  readonly mailer: string
  mood: Mood
  /** The only key that the payment provider takes. */
  validKey: string
  close(): Promise<void>
}

export async function startPlatforms(validKey: string): Promise<Platforms> {
  const state: { mood: Mood; validKey: string } = { mood: 'ok', validKey }
  const payments = new Hono().post('/captures', async (c) => {
    if (state.mood === 'hangs') await new Promise((resolve) => { setTimeout(resolve, 5_000).unref() })
    if (c.req.header('Authorization') !== `Bearer ${state.validKey}`) return c.json({ error: 'key_refused' }, 401)
    return c.json({ captured: true })
  })
  const crm = new Hono().put('/contacts/:id', (c) => c.json({ id: c.req.param('id') }))
  const mailer = new Hono().post('/messages', (c) => c.json({ queued: true }, 202))
  const servers = await Promise.all([payments, crm, mailer].map((app) => listen(app)))
  const [paymentsUrl, crmUrl, mailerUrl] = servers.map(urlOf)
  return Object.assign(state, {
    payments: paymentsUrl!, crm: crmUrl!, mailer: mailerUrl!,
    async close() { await Promise.all(servers.map(stop)) },
  })
}

export function listen(app: Hono): Promise<ServerType> {
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, () => { resolve(server) })
  })
}

export function urlOf(server: ServerType): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

export function stop(server: ServerType): Promise<void> {
  if ('closeAllConnections' in server) server.closeAllConnections()
  return new Promise((resolve) => { server.close(() => { resolve() }) })
}
