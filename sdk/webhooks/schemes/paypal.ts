// PayPal webhooks. What is signed holds no more of the body than its CRC-32, for which anybody can find another body: the
// body is not proved, and the proof is of grade C. To prove it, have PayPal's API check the event
// (`POST /v1/notifications/verify-webhook-signature`). Source: PayPal, "Integrate webhooks", section on self verification.

import { crc32 } from 'node:zlib'
import { algorithms } from '../algorithms.ts'
import { certificateTrusts } from '../certificate-trust.ts'
import { decode, encode } from '../encoding.ts'
import { derKey } from '../key-formats.ts'
import { requiredHeader } from '../request.ts'
import type { Message, RawRequest, SigningKey, WebhookScheme, WrittenRequest } from '../scheme.ts'
import { onlyKey } from '../sign.ts'
import { parseTime } from '../timestamps.ts'
import { refuse } from '../verdict.ts'

const headers = {
  id: 'paypal-transmission-id',
  time: 'paypal-transmission-time',
  signature: 'paypal-transmission-sig',
  certificateUrl: 'paypal-cert-url',
  algorithm: 'paypal-auth-algo',
} as const

const usualCertificateUrl = 'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-00000000-00000000-00000000'

export const paypal: WebhookScheme = {
  name: 'paypal',
  algorithms: ['rsa-sha256'],
  covered: 'partial',
  coveredParts: ['id', 'timestamp', 'webhook id', 'CRC-32 of the body'],
  time: 'in header',
  headers: Object.values(headers),
  parameters: ['webhookId'],
  wantedSecret: 'createCertificateSource({ service: "paypal" }) to verify, or the certificate itself as PEM; the private key as PEM to sign',
  read(request) {
    const signature = requiredHeader(request, headers.signature)
    if (requiredHeader(request, headers.algorithm) !== 'SHA256withRSA') refuse('forbidden_algorithm')
    const certificateUrl = requiredHeader(request, headers.certificateUrl)
    if (!certificateTrusts.paypal.url.test(certificateUrl)) refuse('forbidden_key_address')
    const id = requiredHeader(request, headers.id)
    const time = requiredHeader(request, headers.time)
    if (!/^[A-Za-z0-9-]{1,64}$/.test(id)) refuse('malformed') // a separator in it would move what is signed
    return [{
      algorithm: 'rsa-sha256',
      signature: decode(signature, 'base64') ?? refuse('malformed'),
      signed: () => [signedText(id, time, request)],
      sentAtMs: parseTime(time, 'iso'),
      id,
      hint: { certificateUrl },
    }]
  },
  keyOf: (secret, algorithm, use) => (algorithm === 'rsa-sha256' ? derKey(secret, use) : undefined),
  write,
}

function signedText(id: string, time: string, { body, parameters }: Pick<RawRequest, 'body' | 'parameters'>): string {
  return `${id}|${time}|${parameters['webhookId']}|${crc32(body)}`
}

function write(message: Message, keys: readonly SigningKey[]): WrittenRequest {
  const { key } = onlyKey(keys)
  const id = message.id.replace(/[^A-Za-z0-9-]/g, '-') // as PayPal's own, which are UUIDs
  const time = `${new Date(message.sentAtMs).toISOString().slice(0, 19)}Z`
  const signature = algorithms['rsa-sha256'].sign(key, [signedText(id, time, message)])
  return { headers: {
    [headers.id]: id,
    [headers.time]: time,
    [headers.signature]: encode(signature, 'base64'),
    [headers.certificateUrl]: message.parameters['certificateUrl'] ?? usualCertificateUrl,
    [headers.algorithm]: 'SHA256withRSA',
  } }
}
