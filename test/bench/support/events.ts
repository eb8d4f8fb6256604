// What an integration would send: requests of about five records each, with the skew that real traffic has. A few busy
// actors and platforms, most of them quiet; redeliveries that repeat a payload; one health check whose payload never
// changes; a secret now and then, so that redaction has its work. All of it from one seed.

import { createRandom, createZipf } from './random.ts'
import type { Random } from './random.ts'

/** As an SDK has it before it is encoded. */
export interface Event {
  readonly name: string
  readonly workspace: string
  readonly environment: string
  readonly timeUnixNano: bigint
  readonly traceId: string
  readonly spanId: string
  readonly attributes: Readonly<Record<string, string | number>>
  readonly body: unknown
  readonly resource: Readonly<Record<string, string>>
}

export interface EventOptions {
  readonly seed: number
  readonly startMs: number
  /** Average time from one request to the next. */
  readonly gapMs: number
}

const integrations = ['stripe', 'hubspot', 'shopify', 'github', 'slack', 'salesforce', 'twilio', 'sendgrid', 'zendesk', 'adyen', 'notion', 'jira'] as const
const actions = ['CREATE', 'UPDATE', 'EXECUTE', 'DELETE', 'EXPORT', 'LOGIN', 'APPROVE'] as const
const targets = ['payment', 'contact', 'order', 'ticket', 'repository', 'message', 'subscription'] as const
const places = ['Berlin', 'Kraków', '東京', 'São Paulo', 'Leeds', 'Århus'] as const
const tenants = [['shop', 'production'], ['shop', 'staging'], ['market', 'production'], ['clinic', 'production'], ['lab', 'sandbox']] as const

/** Events without end, in order of their requests. The records of one request lie within about three seconds. */
export function* events({ seed, startMs, gapMs }: EventOptions): Generator<Event, never> {
  const random = createRandom(seed)
  const draw = {
    integration: createZipf(random, integrations.length, 1), action: createZipf(random, actions.length, 1.2), target: createZipf(random, targets.length, 0.8),
    actor: createZipf(random, 5000, 1.1), tenant: createZipf(random, tenants.length, 1.2),
  }
  let nowMs = startMs
  let earlier: unknown = undefined // the payload of a webhook that may be delivered again
  for (;;) {
    nowMs += -Math.log(1 - random.next()) * gapMs
    if (random.chance(0.02)) yield healthCheck(random, nowMs)
    const redelivered = earlier !== undefined && random.chance(0.08)
    const payload = redelivered ? earlier : payloadOf(random)
    earlier = payload
    yield* request(random, draw, nowMs, payload, redelivered ? 2 : 1)
  }
}

type Draw = Readonly<Record<'integration' | 'action' | 'target' | 'actor' | 'tenant', () => number>>

function* request(random: Random, draw: Draw, startMs: number, payload: unknown, attempt: number): Generator<Event> {
  const integration = integrations[draw.integration()]!
  const [workspace, environment] = tenants[draw.tenant()]!
  const actor = draw.actor()
  const requestId = `req_${random.hex(20)}`
  const shared = {
    'audit.actor.id': actor < 40 ? `svc-${integration}-${actor}` : `user-${actor}`, 'audit.actor.type': actor < 40 ? 'service' : 'user',
    'audit.source.id': `10.${random.below(4)}.${random.below(200)}.${random.below(250)}`, 'audit.source.type': 'ipv4',
    'blotter.integration': integration, 'blotter.request.id': requestId, 'blotter.delivery.id': `evt_${random.hex(16)}`, 'blotter.delivery.attempt': attempt,
    'blotter.idempotency.key': `idem-${random.hex(12)}`, 'session.id': `s-${random.hex(12)}`, 'shop.plan': random.pick(['free', 'team', 'business']),
  }
  const resource = { 'service.name': `${integration}-sync`, 'service.version': '4.11.2', 'service.instance.id': `pod-${random.below(6)}`, 'host.name': `node-${random.below(12)}.eu-central.example` }
  const traceId = random.hex(32)
  const steps = 2 + random.below(7) // five on average
  for (let step = 0; step < steps; step += 1) {
    const target = targets[draw.target()]!
    const action = actions[draw.action()]!
    const denied = random.chance(0.02)
    const failed = !denied && random.chance(0.04)
    yield {
      name: `${target}.${action.toLowerCase()}`, workspace, environment, traceId, spanId: random.hex(16),
      timeUnixNano: BigInt(Math.round((startMs + step * 600 * random.next()) * 1000)) * 1000n,
      attributes: {
        'audit.record.id': uuid(random), 'audit.action': action, 'audit.outcome': denied ? 'denied' : failed ? 'failure' : 'success',
        'audit.target.id': `${target}_${random.hex(14)}`, 'audit.target.type': target, ...shared,
        'blotter.reason': denied ? 'the key does not have this scope' : failed ? 'the platform answered 502' : 'requested by webhook',
        'blotter.duration_ms': 3 + random.below(900), 'http.request.method': random.pick(['GET', 'POST', 'PUT']), 'http.response.status_code': failed ? 502 : denied ? 403 : 200,
        ...(failed ? { 'error.type': 'BadGateway' } : {}),
      },
      body: step === 0 || step === steps - 1 ? payload : { step, of: steps, target: `${target}_${random.hex(8)}`, cents: random.below(500_000), note: random.pick(['queued', 'sent', 'confirmed']) },
      resource,
    }
  }
}

/** One payload in seven holds something that must not be kept: a card number, a key by its name, a token by its shape. */
function payloadOf(random: Random): unknown {
  const payload = {
    id: `obj_${random.hex(16)}`, amount: random.below(500_000), currency: random.pick(['eur', 'usd', 'jpy']), live: true, ratio: random.below(1000) / 1000,
    customer: { id: `cus_${random.hex(10)}`, city: random.pick(places), since: `20${10 + random.below(16)}-0${1 + random.below(9)}-11` },
    lines: [{ sku: `sku-${random.below(2000)}`, count: 1 + random.below(4) }, { sku: `sku-${random.below(2000)}`, count: 1 }],
  }
  if (!random.chance(1 / 7)) return payload
  return { ...payload, ...random.pick([{ note: 'paid with 4242 4242 4242 4242' }, { apiKey: `k-${random.hex(12)}` }, { log: `retry with Bearer ${random.hex(24)}Aa1` }]) }
}

function healthCheck(random: Random, nowMs: number): Event {
  return {
    name: 'health.check', workspace: 'shop', environment: 'production', traceId: random.hex(32), spanId: random.hex(16), timeUnixNano: BigInt(Math.round(nowMs * 1000)) * 1000n,
    attributes: {
      'audit.record.id': uuid(random), 'audit.actor.id': 'svc-prober', 'audit.actor.type': 'service', 'audit.action': 'EXECUTE', 'audit.outcome': 'success',
      'audit.target.id': '/healthz', 'audit.target.type': 'http.endpoint', 'blotter.integration': 'prober', 'blotter.request.id': `req_${random.hex(20)}`,
    },
    body: { check: 'deep', expects: 'ok' },
    resource: { 'service.name': 'prober', 'service.version': '1.0.0' },
  }
}

function uuid(random: Random): string {
  return `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-8${random.hex(3)}-${random.hex(12)}`
}
