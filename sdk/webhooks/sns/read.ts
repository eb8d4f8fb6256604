// What a verified SNS message says, and which of its members nobody signed.

import { coveredFields, fieldsOf } from './message.ts'
import type { SnsType } from './message.ts'

export interface SnsMessage {
  readonly type: SnsType
  readonly topicArn: string
  readonly messageId: string
  readonly message: string
  readonly subject?: string
  /**
   * Of the two confirmations. Opening it subscribes the endpoint to the topic; nothing here opens it. Only when it leads to
   * SNS itself.
   */
  readonly subscribeUrl?: string
  /** Members of the body that the signature does not cover, such as `MessageAttributes`: whoever passed it on may have written them. */
  readonly unsigned: readonly string[]
}

/** They carry the signature or say how: they are checked, though not covered. */
const carriers = ['SignatureVersion', 'Signature', 'SigningCertURL']

const confirmation = /^https:\/\/sns\.[a-z]{2}(?:-[a-z]{2,12}){1,3}-\d{1,2}\.amazonaws\.com(?:\.cn)?\/\?Action=ConfirmSubscription&[\x21-\x7e]+$/

/** For the body of a delivery that `verifyWebhook` accepted. Undefined for any other. */
export function readSnsMessage(body: Uint8Array): SnsMessage | undefined {
  const object = parse(body)
  const fields = object === undefined ? undefined : fieldsOf(object)
  if (object === undefined || fields === undefined) return undefined
  const signed: readonly string[] = [...coveredFields[fields.Type], ...carriers]
  const { Subject: subject, SubscribeURL: url } = fields
  return {
    type: fields.Type, topicArn: fields.TopicArn, messageId: fields.MessageId, message: fields.Message,
    ...(subject !== undefined && signed.includes('Subject') && { subject }),
    ...(url !== undefined && signed.includes('SubscribeURL') && confirmation.test(url) && { subscribeUrl: url }),
    unsigned: Object.keys(object).filter((name) => !signed.includes(name)),
  }
}

function parse(body: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
    return typeof value === 'object' && value !== null ? value as Readonly<Record<string, unknown>> : undefined
  } catch {
    return undefined
  }
}
