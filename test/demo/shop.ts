// A shop's integration service, instrumented with @blotter/sdk: it takes payment webhooks, captures the payment, tells
// the CRM and the mailer, and records each of these with who, what, why and how it ended.

import { createAudit } from '@blotter/sdk'
import { Hono } from 'hono'
import { listen, stop, urlOf } from './platforms.ts'
import type { Audit } from '@blotter/sdk'
import type { Platforms } from './platforms.ts'

export interface PaymentWebhook {
  readonly id: string
  readonly type: 'payment.authorized'
  readonly payment: { readonly id: string; readonly amount: number; readonly currency: string; readonly card: { readonly number: string; readonly cvc: string } }
  readonly customer: { readonly id: string }
}

export interface Shop {
  readonly url: string
  /** What a person does on the command line: gives the shop another key for the payment provider. */
  rotateKey(change: { readonly person: string; readonly key: string; readonly requestId: string; readonly sessionId: string }): Promise<void>
  /** What the provider is sent with a capture, so that it captures once. */
  idempotencyKeyOf(webhook: PaymentWebhook): string
  close(): Promise<void>
}

export interface ShopOptions { readonly collector: string; readonly key: string; readonly platforms: Platforms; readonly providerKey: string; readonly timeoutMs: number }

/** The provider answered, and did not take the payment. */
class CaptureFailed extends Error {
  readonly status: number
  constructor(status: number) {
    super(`the provider answered ${status}`)
    this.status = status
  }
}

export async function startShop({ collector, key, platforms, providerKey, timeoutMs }: ShopOptions): Promise<Shop> {
  const audit = createAudit({ endpoint: collector, key, spool: false, integration: 'shop', service: { name: 'shop' } })
  let currentKey = providerKey
  const idempotencyKeyOf = (webhook: PaymentWebhook): string => `capture-${webhook.payment.id}`

  async function capture(story: Audit<'actor' | 'requestId'>, webhook: PaymentWebhook): Promise<void> {
    const event = { event: 'payment.capture', integration: 'payments', action: 'EXECUTE', target: { id: webhook.payment.id, type: 'payment' }, payload: webhook, deliveryId: webhook.id, idempotencyKey: idempotencyKeyOf(webhook), reason: 'authorized by webhook' }
    await story.track(event, async (add) => {
      const response = await fetch(`${platforms.payments}/captures`, {
        method: 'POST', body: JSON.stringify({ payment: webhook.payment.id }), headers: { Authorization: `Bearer ${currentKey}`, 'Idempotency-Key': idempotencyKeyOf(webhook) }, signal: AbortSignal.timeout(timeoutMs),
      }).catch((error: unknown) => { add({ reason: `no answer within ${timeoutMs} ms` }); throw error })
      if (response.status === 401) add({ outcome: 'denied', reason: 'the provider refuses our key' })
      if (!response.ok) throw new CaptureFailed(response.status)
    })
  }

  async function tell(story: Audit<'actor' | 'requestId'>, webhook: PaymentWebhook): Promise<void> {
    await story.track({ event: 'contact.update', integration: 'crm', action: 'UPDATE', target: { id: webhook.customer.id, type: 'contact' }, reason: 'payment captured' },
      () => fetch(`${platforms.crm}/contacts/${webhook.customer.id}`, { method: 'PUT' }))
    await story.track({ event: 'receipt.send', integration: 'mailer', action: 'CREATE', target: { id: webhook.customer.id, type: 'message' }, reason: 'receipt for the payment' },
      () => fetch(`${platforms.mailer}/messages`, { method: 'POST' }))
  }

  const app = new Hono()
  app.post('/webhooks/payments', async (c) => {
    const requestId = c.req.header('X-Request-Id')!
    const webhook = await c.req.json<PaymentWebhook>()
    const story = audit.child({ actor: { id: 'payments-webhook', type: 'service' }, requestId })
    await story.record({ event: 'webhook.receive', integration: 'payments', action: 'IMPORT', target: { id: webhook.payment.id, type: 'payment' }, deliveryId: webhook.id, payload: webhook, reason: webhook.type })
    try {
      await capture(story, webhook)
      await tell(story, webhook)
      return c.json({ done: true })
    } catch {
      return c.json({ queued: true }, 202) // the automation takes over
    }
  })
  app.post('/captures', async (c) => {
    const webhook = await c.req.json<PaymentWebhook>()
    const story = audit.child({ actor: { id: 'retry-automation', type: 'service' }, requestId: c.req.header('X-Request-Id')! })
    try {
      await capture(story, webhook)
      await tell(story, webhook)
      return c.json({ done: true })
    } catch (error) {
      return c.json({ failed: error instanceof CaptureFailed ? error.status : 'timeout' }, 502)
    }
  })
  const server = await listen(app)

  return {
    url: urlOf(server),
    idempotencyKeyOf,
    async rotateKey({ person, key: newKey, requestId, sessionId }) {
      await audit.track({ event: 'credential.rotate', integration: 'payments', actor: { id: person, type: 'user' }, action: 'UPDATE', target: { id: 'payments-api-key', type: 'credential' }, requestId, sessionId, reason: 'the provider refuses the old key' },
        () => { currentKey = newKey })
    },
    async close() {
      await stop(server)
      await audit.close()
    },
  }
}
