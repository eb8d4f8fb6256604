// The incident of the demo, step by step, against a running collector: a shop takes a payment webhook while its provider
// does not answer; an automation tries five times; then the provider refuses an old key; a person rotates it; it goes
// through. All of it over real HTTP, through the SDK and through a stock OpenTelemetry client.

import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { startPlatforms } from './platforms.ts'
import { startShop } from './shop.ts'
import type { PaymentWebhook } from './shop.ts'

export interface Incident {
  readonly requestId: string
  readonly webhook: PaymentWebhook
  /** Of the automation's run, which knows no request id. */
  readonly traceId: string
  /** Of the person who rotated the key. */
  readonly sessionId: string
  /** What the shop sent to the provider. */
  readonly idempotencyKey: string
}

const providerTimeoutMs = 400

/** `say`: hears each step before it happens. */
export async function playIncident(url: string, key: string, say: (text: string) => void = () => {}): Promise<Incident> {
  const platforms = await startPlatforms('provider-key-2')
  const shop = await startShop({ collector: url, key, platforms, providerKey: 'provider-key-1', timeoutMs: providerTimeoutMs })
  const [requestId, sessionId, traceId] = [`req_${randomBytes(4).toString('hex')}`, `ses_${randomBytes(4).toString('hex')}`, randomBytes(16).toString('hex')]
  const webhook = sampleWebhook()
  const post = async (path: string): Promise<void> => {
    const response = await fetch(`${shop.url}${path}`, { method: 'POST', body: JSON.stringify(webhook), headers: { 'Content-Type': 'application/json', 'X-Request-Id': requestId } })
    await response.body?.cancel()
  }

  platforms.mood = 'hangs'
  say('the payment provider stops answering; a payment webhook arrives at the shop')
  await post('/webhooks/payments')
  say('an automation, instrumented with stock OpenTelemetry, tries five times with the same payload')
  await runAutomation(url, key, platforms.payments, webhook, traceId)
  platforms.mood = 'ok'
  say('the provider is back, and refuses the shop’s old key')
  await post('/captures')
  say('a person rotates the key; the capture goes through, CRM and mailer follow')
  await shop.rotateKey({ person: 'oncall@example.com', key: 'provider-key-2', requestId, sessionId })
  await post('/captures')
  await shop.close()
  await platforms.close()
  return { requestId, sessionId, traceId, webhook, idempotencyKey: shop.idempotencyKeyOf(webhook) }
}

/** Realistic in shape; the card number is a test number that no bank has given out. */
function sampleWebhook(): PaymentWebhook {
  const id = randomBytes(4).toString('hex')
  return { id: `evt_${id}`, type: 'payment.authorized', payment: { id: `pay_${id}`, amount: 4200, currency: 'EUR', card: { number: '4242424242424242', cvc: '123' } }, customer: { id: 'cus_417' } }
}

async function runAutomation(url: string, key: string, payments: string, webhook: PaymentWebhook, traceId: string): Promise<void> {
  const script = new URL('./automation.ts', import.meta.url).pathname
  const task = JSON.stringify({ url: payments, webhook, timeoutMs: providerTimeoutMs, attempts: 5, traceId })
  const env = { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_HEADERS: `Authorization=Bearer ${key}` }
  await output(spawn(process.execPath, ['--conditions=@blotter/source', script, task], { stdio: ['ignore', 'pipe', 'pipe'], env }), 'automation')
}

/** What a process printed, once it has ended well. */
export function output(child: ReturnType<typeof spawn>, name: string): Promise<string> {
  let printed = ''
  let complaint = ''
  child.stdout!.on('data', (chunk: Buffer) => { printed += chunk.toString() })
  child.stderr!.on('data', (chunk: Buffer) => { complaint += chunk.toString() })
  return new Promise((resolve, reject) => {
    child.on('close', (code) => { if (code === 0) resolve(printed); else reject(new Error(`${name} ended with ${code}: ${complaint}${printed}`)) })
  })
}
