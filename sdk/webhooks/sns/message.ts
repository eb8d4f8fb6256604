// The message that SNS posts: its members, which of them are signed, and the text that is.

import { bodyJson, maxUnverifiedJsonBytes } from '../body-json.ts'
import type { RawRequest } from '../scheme.ts'
import { refuse } from '../verdict.ts'

export type SnsType = 'Notification' | 'SubscriptionConfirmation' | 'UnsubscribeConfirmation'

export type SignedName = 'Message' | 'MessageId' | 'Subject' | 'SubscribeURL' | 'Timestamp' | 'Token' | 'TopicArn' | 'Type'

/** In the order in which they are signed. `Subject` only where there is one. */
export const coveredFields: Readonly<Record<SnsType, readonly SignedName[]>> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
}

export interface SnsFields extends Readonly<Partial<Record<SignedName, string>>> {
  readonly Type: SnsType
  readonly Message: string
  readonly MessageId: string
  readonly Timestamp: string
  readonly TopicArn: string
  readonly SignatureVersion: '1' | '2'
  readonly Signature: string
  readonly SigningCertURL: string
}

/**
 * Names and values stand on lines of their own, and a `Message` may have lines: so that one text is not two messages, no
 * other member may. Only `Subject` may be missing.
 */
const forms: Readonly<Record<Exclude<keyof SnsFields, 'Message'>, RegExp>> = {
  Type: /^(?:Notification|SubscriptionConfirmation|UnsubscribeConfirmation)$/,
  MessageId: /^[\x21-\x7e]{1,256}$/,
  Subject: /^[^\p{Cc}]{0,1000}$/u,
  Timestamp: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{3})?Z$/,
  TopicArn: /^arn:[\x21-\x7e]{1,512}$/,
  Token: /^[\x21-\x7e]{1,1024}$/,
  SubscribeURL: /^https:\/\/[\x21-\x7e]{1,2048}$/,
  SignatureVersion: /^[12]$/,
  Signature: /^[A-Za-z0-9+/=]{1,2048}$/,
  SigningCertURL: /^[\x21-\x7e]{1,512}$/,
}

const always = ['Type', 'MessageId', 'Timestamp', 'TopicArn', 'SignatureVersion', 'Signature', 'SigningCertURL'] as const

/** Read before anything is verified, so bounded, and only members of their form. */
export function bodyFields(request: RawRequest): SnsFields {
  if (request.body.length > maxUnverifiedJsonBytes) refuse('too_large')
  const body = bodyJson(request)
  if (typeof body !== 'object' || body === null) refuse('malformed')
  if (!Object.hasOwn(body, 'Signature')) refuse('missing_signature')
  return fieldsOf(body as Readonly<Record<string, unknown>>) ?? refuse('malformed')
}

/** Undefined when it is no whole message. */
export function fieldsOf(body: Readonly<Record<string, unknown>>): SnsFields | undefined {
  const fields: Record<string, string> = {}
  for (const name of ['Message', ...Object.keys(forms)]) {
    const value = Object.hasOwn(body, name) ? body[name] : undefined
    if (value === undefined || (name === 'Subject' && value === null)) continue
    if (typeof value !== 'string' || forms[name as keyof typeof forms]?.test(value) === false) return undefined
    fields[name] = value
  }
  const needed = ['Message', ...always, ...(fields['Type'] === 'Notification' ? [] : ['Token', 'SubscribeURL'])]
  const isTime = Date.parse(fields['Timestamp'] ?? '') >= 0
  return isTime && needed.every((name) => fields[name] !== undefined) ? fields as unknown as SnsFields : undefined
}

export function stringToSign(fields: Pick<SnsFields, 'Type'> & Partial<Record<SignedName, string>>): string {
  return coveredFields[fields.Type].filter((name) => fields[name] !== undefined).map((name) => `${name}\n${fields[name]}\n`).join('')
}
