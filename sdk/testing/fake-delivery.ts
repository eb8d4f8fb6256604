// Webhook deliveries as a service would send them, for the tests of whoever receives them: signed by the same data that
// `verifyWebhook` reads, with sample payloads in the service's format, or tampered with.

import { randomUUID } from 'node:crypto'
import { schemes } from '../webhooks/schemes/index.ts'
import type { SchemeName } from '../webhooks/schemes/index.ts'
import type { SecretValue, WebhookScheme } from '../webhooks/scheme.ts'
import { signWebhook } from '../webhooks/sign.ts'
import { fakeKeys } from './fake-keys.ts'
import { samples } from './samples/index.ts'
import type { Moment, Sample } from './samples/index.ts'

/**
 * `expired`, `future`: signed rightly, a day too early or too late. `flipped bit`: one bit of the body is another after it
 * was signed. `wrong secret`: signed with another key of the same form. `unsigned`: without the headers of the scheme.
 */
export type Tampering = 'expired' | 'future' | 'flipped bit' | 'wrong secret' | 'unsigned'

export interface FakeDeliveryOptions {
  /** Which sample, by the service's name of the event: `fakeEvents(name)` lists them. Default the first. Not together with `body`. */
  readonly event?: string
  /** Instead of a sample. An object travels as JSON. */
  readonly body?: object | string | Uint8Array
  /** Where it is sent to; signed by some schemes. Default `https://hooks.example.com/<name>`. */
  readonly url?: string
  /** Of the delivery or event, where the scheme carries one. Default a new UUID. */
  readonly id?: string
  /** When it is sent, milliseconds since 1970. Default: the wall clock. */
  readonly sentAtMs?: number
  /** What to sign with. Default: the key that goes with {@link fakeEndpoint}. */
  readonly secret?: SecretValue
  /** Further headers, over those of the sample. */
  readonly headers?: Readonly<Record<string, string>>
  /** Over those of {@link fakeEndpoint}. */
  readonly parameters?: Readonly<Record<string, string>>
  /** Default none: the delivery verifies. */
  readonly tamper?: Tampering
}

/** What to configure an endpoint with that receives {@link fakeDelivery}. */
export interface FakeEndpoint {
  readonly scheme: WebhookScheme
  /** Constant and public, or the public key of a pair that this process made: never protect anything with it. */
  readonly secret: SecretValue
  readonly parameters: Readonly<Record<string, string>>
}

const parameters: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  paypal: { webhookId: 'WH-EXAMPLE-000000000000' },
  'aws-sns': { topicArn: 'arn:aws:sns:eu-central-1:123456789012:orders' },
}

export function fakeEndpoint(name: SchemeName): FakeEndpoint {
  return { scheme: schemeOf(name), secret: fakeKeys(name).verify, parameters: parameters[name] ?? {} }
}

/** Events that there are samples of. */
export function fakeEvents(name: SchemeName): readonly string[] {
  return samplesOf(name).map(({ event }) => event)
}

/**
 * A request of the service, ready for an app's handler or for `fetch`.
 * @example
 * const answer = await app.request(fakeDelivery('stripe', { url: 'http://localhost/hooks/stripe', event: 'charge.refunded' }))
 */
export function fakeDelivery(name: SchemeName, options: FakeDeliveryOptions = {}): Request {
  const scheme = schemeOf(name)
  const { tamper, url = `https://hooks.example.com/${name}`, id = randomUUID() } = options
  const moment = { id, sentAtMs: (options.sentAtMs ?? Date.now()) + shiftMs(scheme, tamper) }
  const { body, headers } = contentOf(name, options, moment)
  const secret = tamper === 'wrong secret' ? fakeKeys(name, 'wrong').sign : (options.secret ?? fakeKeys(name).sign)
  const signed = signWebhook(scheme, { body, url, id, headers: { ...headers, ...options.headers } }, secret, { nowMs: moment.sentAtMs, parameters: { ...parameters[name], ...options.parameters } })
  if (tamper === 'unsigned') return new Request(url, { method: 'POST', headers: without(signed.headers, scheme.headers), body: Buffer.from(body) })
  return new Request(signed.url, { method: signed.method, headers: signed.headers, body: tamper === 'flipped bit' ? flipped(signed.body) : signed.body })
}

const dayMs = 86_400_000

function shiftMs(scheme: WebhookScheme, tamper: Tampering | undefined): number {
  if (tamper !== 'expired' && tamper !== 'future') return 0
  if (scheme.time === 'none') throw new RangeError(`tamper: the scheme ${scheme.name} signs no time, so nothing is ever too old for it`)
  return tamper === 'expired' ? -dayMs : dayMs
}

function contentOf(name: SchemeName, { event, body }: FakeDeliveryOptions, moment: Moment): { body: string | Uint8Array; headers: Readonly<Record<string, string>> } {
  if (body instanceof Uint8Array || typeof body === 'string') return { body, headers: {} }
  if (body !== undefined) return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
  const sample = sampleOf(name, event)
  const made = sample.body(moment)
  const type = made instanceof URLSearchParams ? 'application/x-www-form-urlencoded' : typeof made === 'string' ? 'text/plain' : 'application/json'
  return { body: typeof made === 'string' || made instanceof URLSearchParams ? String(made) : JSON.stringify(made), headers: { 'content-type': type, ...sample.headers?.(moment) } }
}

function sampleOf(name: SchemeName, event: string | undefined): Sample {
  const list = samplesOf(name)
  const sample = event === undefined ? list[0] : list.find((one) => one.event === event)
  if (sample === undefined) throw new RangeError(`event: want one of ${fakeEvents(name).join(', ')}, or a body of your own`)
  return sample
}

function samplesOf(name: SchemeName): readonly Sample[] {
  return samples[name]?.samples ?? []
}

function schemeOf(name: SchemeName): WebhookScheme {
  if (!Object.hasOwn(schemes, name)) throw new RangeError(`name: want one of ${Object.keys(schemes).join(', ')}`)
  return schemes[name]
}

function without(headers: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)))
}

/** The lowest bit of a letter or digit in the middle, so that JSON stays JSON: of an empty body, there is a byte where none was. */
function flipped(body: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = body.length === 0 ? new Uint8Array(1) : Uint8Array.from(body)
  const from = Math.floor(copy.length / 2)
  const found = copy.findIndex((byte, index) => index >= from && ((byte >= 0x30 && byte <= 0x39) || (byte >= 0x62 && byte <= 0x79)))
  const at = found === -1 ? from : found
  copy[Math.min(at, copy.length - 1)]! ^= 1
  return copy
}
