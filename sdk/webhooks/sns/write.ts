// An SNS message with its signature, as SNS would post it.

import { AuditError } from '../../errors.ts'
import { algorithms } from '../algorithms.ts'
import { encode } from '../encoding.ts'
import type { Message, SigningKey, WrittenRequest } from '../scheme.ts'
import { onlyKey } from '../sign.ts'
import { stringToSign } from './message.ts'
import type { SnsFields } from './message.ts'

/** `certificateUrl` of the parameters is where the message says that its certificate is. */
const usualCertificateUrl = 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-00000000000000000000000000000000.pem'

/** The body is an SNS message without its signature, or whatever is to be its `Message`. */
export function writeSnsMessage({ body, id, sentAtMs, parameters }: Message, keys: readonly SigningKey[]): WrittenRequest {
  const { algorithm, key } = onlyKey(keys)
  const fields = {
    Type: 'Notification' as const,
    MessageId: id,
    TopicArn: parameters['topicArn']!.split(/[\s,]+/)[0]!,
    ...given(body),
    Timestamp: new Date(sentAtMs).toISOString(),
    SignatureVersion: algorithm === 'rsa-sha256' ? '2' : '1',
    SigningCertURL: parameters['certificateUrl'] ?? usualCertificateUrl,
  }
  const signature = algorithms[algorithm].sign(key, [stringToSign(fields)])
  return { headers: { 'x-amz-sns-message-type': fields.Type }, body: Buffer.from(JSON.stringify({ ...fields, Signature: encode(signature, 'base64') })) }
}

function given(body: Uint8Array): Pick<SnsFields, 'Message'> & Partial<SnsFields> {
  const text = Buffer.from(body).toString('utf8')
  if (!Buffer.from(text).equals(body)) throw new AuditError('INVALID_OPTIONS', 'message.body: got bytes that are not UTF-8, want a text, which is all that SNS can carry')
  const parsed = parse(text)
  return typeof parsed?.['Message'] === 'string' ? parsed as unknown as SnsFields : { Message: text }
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value as Record<string, unknown> : undefined
  } catch {
    return undefined
  }
}
