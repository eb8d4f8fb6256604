// `signWebhook`: the request as the service of a scheme would send it. For your own outgoing webhooks, and for tests of
// what you receive. The inverse of `verifyWebhook`, made from the same data.

import { randomUUID } from 'node:crypto'
import { AuditError, describe, problemError } from '../errors.ts'
import type { Problem } from '../errors.ts'
import { keyFor } from './match.ts'
import type { Message, SecretValue, SigningKey, WebhookScheme, WrittenRequest } from './scheme.ts'
import { givenSecrets } from './secrets.ts'
import type { NamedSecret, Secret } from './secrets.ts'
import { Refusal } from './verdict.ts'

export interface WebhookMessage {
  /** A text is sent as UTF-8. Schemes whose signature is in the body need JSON, an object. */
  readonly body: Uint8Array | string
  /** Of the delivery or event, for schemes that send one. Default `msg_` and a new UUID. Give it, and the same one for each try: the receiver tells tries apart from events by it. */
  readonly id?: string
  /** Absolute where the scheme signs it. Default empty. */
  readonly url?: string
  /** Default `POST`. */
  readonly method?: string
  /** Sent along, such as `content-type`. */
  readonly headers?: Readonly<Record<string, string>>
}

export interface SignOptions {
  /** The time that is signed, milliseconds since 1970. Default: the wall clock. */
  readonly nowMs?: number
  /** As of `verifyWebhook`. */
  readonly parameters?: Readonly<Record<string, string>>
}

/** Ready for `fetch(url, rest)`, and for `verifyWebhook`. */
export interface SignedWebhook {
  readonly method: string
  readonly url: string
  /** Lower-case names. Those given, and those of the scheme over them. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array<ArrayBuffer>
}

/**
 * With several secrets there are several signatures, in schemes that have lists of them: so a receiver that has either
 * one goes on during a rotation. For asymmetric schemes the secret is the private key. Throws INVALID_OPTIONS.
 */
export function signWebhook(scheme: WebhookScheme, message: WebhookMessage, secret: SecretValue | Secret | readonly (SecretValue | Secret)[], options: SignOptions = {}): SignedWebhook {
  assertMessage(scheme, message, options)
  const { url = '', method = 'POST', id = `msg_${randomUUID()}` } = message
  const body = Uint8Array.from(typeof message.body === 'string' ? Buffer.from(message.body) : message.body)
  const headers = Object.fromEntries(Object.entries(message.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]))
  const keys = givenSecrets(secret).map((entry) => signingKey(scheme, entry))
  const written = write(scheme, { method: method.toUpperCase(), url, body, id, sentAtMs: options.nowMs ?? Date.now(), headers, parameters: options.parameters ?? {} }, keys)
  return { method: method.toUpperCase(), url: written.url ?? url, headers: { ...headers, ...written.headers }, body: written.body === undefined ? body : Uint8Array.from(written.body) }
}

/** What a scheme would refuse to read it does not write either, such as a form that is none. */
function write(scheme: WebhookScheme, message: Message, keys: readonly SigningKey[]): WrittenRequest {
  try {
    return scheme.write(message, keys)
  } catch (error) {
    throw error instanceof Refusal ? new AuditError('INVALID_OPTIONS', `message: this scheme cannot sign it (${error.reason})`) : error
  }
}

/** By the first algorithm that the secret is a key for. */
function signingKey(scheme: WebhookScheme, { id, secret }: NamedSecret): SigningKey {
  for (const algorithm of scheme.algorithms) {
    const key = keyFor(scheme, secret, algorithm, 'sign')
    if (key !== undefined) return { id, algorithm, key }
  }
  throw problemError('INVALID_OPTIONS', [{ key: 'secret', got: 'none that this scheme can sign with', want: scheme.wantedSecret }])
}

function assertMessage(scheme: WebhookScheme, { body, id, url, method }: WebhookMessage, { nowMs, parameters }: SignOptions): void {
  const problems: Problem[] = []
  const want = (key: string, value: unknown, fine: boolean, wanted: string): void => { if (!fine) problems.push({ key, got: describe(value), want: wanted }) }
  want('scheme', scheme, typeof scheme?.write === 'function', 'a scheme, such as schemes.stripe')
  want('message.body', body, typeof body === 'string' || body instanceof Uint8Array, 'bytes or a text')
  want('message.id', id, id === undefined || (typeof id === 'string' && /^[\x21-\x7e]{1,256}$/.test(id)), '1 to 256 visible ASCII characters')
  want('message.url', url, url === undefined || typeof url === 'string', 'a text')
  want('message.method', method, method === undefined || typeof method === 'string', 'a text')
  want('nowMs', nowMs, nowMs === undefined || (Number.isFinite(nowMs) && nowMs >= 0), 'milliseconds since 1970')
  for (const key of scheme?.parameters ?? []) want(`parameters.${key}`, parameters?.[key], typeof parameters?.[key] === 'string' && parameters[key] !== '', 'a text')
  if (problems.length > 0) throw problemError('INVALID_OPTIONS', problems)
}

/** For schemes: one signature is all that they have room for. */
export function onlyKey(keys: readonly SigningKey[]): SigningKey {
  if (keys.length !== 1) throw new AuditError('INVALID_OPTIONS', `secret: got ${keys.length} secrets, want one: this scheme has no list of signatures`)
  return keys[0]!
}
