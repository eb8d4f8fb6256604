// Amazon SNS to HTTP endpoints. The signature is in the JSON body and covers named members of it, not `MessageAttributes`
// nor `UnsubscribeURL`. Any AWS account can have SNS sign a message for any endpoint: what tells yours is `TopicArn`, so it
// must be configured. Source: Amazon SNS Developer Guide, "Verifying the signatures of Amazon SNS messages".

import { certificateTrusts } from '../certificate-trust.ts'
import { derKey } from '../key-formats.ts'
import type { Algorithm, Candidate, RawRequest, WebhookScheme } from '../scheme.ts'
import { decode } from '../encoding.ts'
import { bodyFields, coveredFields, stringToSign } from '../sns/message.ts'
import type { SnsFields } from '../sns/message.ts'
import { writeSnsMessage } from '../sns/write.ts'
import { refuse } from '../verdict.ts'

export interface AwsSnsOptions {
  /**
   * Whether messages of `SignatureVersion` 1 are accepted, which sign with RSA and SHA-1. Default false: set the topic's
   * attribute `SignatureVersion` to 2 instead. With true, whoever finds a collision of SHA-1 can alter a message.
   */
  readonly allowVersion1?: boolean
}

/** A scheme with a policy of its own; {@link awsSns} accepts version 2 only. */
export function createAwsSns({ allowVersion1 = false }: AwsSnsOptions = {}): WebhookScheme {
  const algorithms: readonly Algorithm[] = allowVersion1 ? ['rsa-sha256', 'rsa-sha1'] : ['rsa-sha256']
  return {
    name: 'aws-sns',
    algorithms,
    covered: 'partial',
    coveredParts: coveredFields.Notification,
    time: 'in header', // in the body, but as readable as a header: the signature is there, too
    toleranceMs: 3_600_000, // SNS tries again for up to an hour by its usual policies, and the time stays that of the first
    headers: [],
    parameters: ['topicArn'],
    body: 'json',
    wantedSecret: 'createCertificateSource({ service: "aws-sns" }) to verify, or the certificate itself as PEM; the private key as PEM to sign',
    read: (request) => [candidateOf(bodyFields(request), request, algorithms)],
    keyOf: (secret, algorithm, use) => (algorithms.includes(algorithm) ? derKey(secret, use) : undefined),
    write: writeSnsMessage,
  }
}

export const awsSns: WebhookScheme = createAwsSns()

function candidateOf(fields: SnsFields, request: RawRequest, algorithms: readonly Algorithm[]): Candidate {
  if (!topicsOf(request.parameters['topicArn'] ?? '').includes(fields.TopicArn)) refuse('unknown_key')
  if (!certificateTrusts['aws-sns'].url.test(fields.SigningCertURL)) refuse('forbidden_key_address')
  const algorithm = fields.SignatureVersion === '2' ? 'rsa-sha256' : 'rsa-sha1'
  if (!algorithms.includes(algorithm)) refuse('forbidden_algorithm')
  return {
    algorithm,
    signature: decode(fields.Signature, 'base64') ?? refuse('malformed'),
    signed: () => [stringToSign(fields)],
    sentAtMs: Date.parse(fields.Timestamp),
    id: fields.MessageId,
    hint: { certificateUrl: fields.SigningCertURL },
    coveredParts: coveredFields[fields.Type].filter((name) => fields[name] !== undefined),
  }
}

/** One or several, separated by spaces or commas, neither of which is in an ARN. */
function topicsOf(configured: string): readonly string[] {
  return configured.split(/[\s,]+/).filter((topic) => topic !== '')
}
