// Cases of the schemes with key pairs, certificates and RFC 9421.

import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { certificateTrusts } from './certificate-trust.ts'
import { makeCertificate } from './certificate.fixture.ts'
import { createCertificateSource } from './certificates.ts'
import type { Altered, SchemeCase } from './contract.fixture.ts'
import { ed25519Pair } from './ed25519.fixture.ts'
import { decode } from './encoding.ts'
import { targetUrl } from './rfc9421/components.ts'
import { request as rfcRequest, keys as rfcKeys, vectors as rfcVectors } from './rfc9421/vectors.fixture.ts'
import type { SecretSource } from './secrets.ts'

type Keys = Pick<SchemeCase, 'secret' | 'otherSecret' | 'signWith' | 'otherSignWith'>

const rsa = pairs(() => generateKeyPairSync('rsa', { modulusLength: 2048 }))
const p256 = pairs(() => generateKeyPairSync('ec', { namedCurve: 'P-256' }))
const url = 'https://hooks.example.com/in?tenant=7'
const topicArn = 'arn:aws:sns:us-east-1:123456789012:Topic'
const rfcFull = rfcVectors.find(({ name }) => name === 'B.2.3 full')!

function pairs(generate: () => ReturnType<typeof generateKeyPairSync>): Required<Keys> {
  const [one, other] = [generate(), generate()] as [{ publicKey: never; privateKey: never }, { publicKey: never; privateKey: never }]
  return { secret: one.publicKey, otherSecret: other.publicKey, signWith: one.privateKey, otherSignWith: other.privateKey }
}

/** As SendGrid shows it. */
const spki = (key: Keys['secret']): string => (key as ReturnType<typeof createPublicKey>).export({ type: 'spki', format: 'der' }).toString('base64')

function certificates(service: 'aws-sns' | 'paypal', commonName: string, privateKey: Keys['secret']): SecretSource {
  const pem = makeCertificate({ commonName, privateKey: privateKey as ReturnType<typeof createPublicKey> })
  return createCertificateSource({ service, fetch: async () => new Response(pem), maxFetchesPerMinute: 1_000_000 })
}

const certified = (service: 'aws-sns' | 'paypal', commonName: string): Pick<SchemeCase, 'source' | 'otherSource'> => ({
  source: certificates(service, commonName, rsa.signWith), otherSource: certificates(service, commonName, rsa.otherSignWith),
})

/** As Discord shows it. */
function inHex(given: Required<Keys>): Keys {
  return Object.fromEntries(Object.entries(given).map(([name, base64]) => [name, Buffer.from(base64 as string, 'base64').toString('hex')])) as unknown as Keys
}

const sendgridBody = '[{"email":"hello@world.com","event":"dropped","reason":"Bounced Address","sg_event_id":"ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA","sg_message_id":"LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0","smtp-id":"<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>","timestamp":1600112492}]\r\n'

export const asymmetricCases: readonly SchemeCase[] = [
  { scheme: 'discord', ...inHex(ed25519Pair('', '')), body: '{"type":1}', vectors: [] },
  {
    scheme: 'sendgrid', ...p256, secret: spki(p256.secret), otherSecret: spki(p256.otherSecret), body: '[{"n":1}]\r\n', isEquivalent: samePublicKey,
    vectors: [{
      from: 'sendgrid-nodejs, packages/eventwebhook tests',
      headers: { 'X-Twilio-Email-Event-Webhook-Signature': 'MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM=', 'X-Twilio-Email-Event-Webhook-Timestamp': '1600112502' },
      body: sendgridBody, nowMs: 1_600_112_502_000,
      secrets: 'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==',
    }],
  },
  { scheme: 'aws-sns', ...rsa, parameters: { topicArn }, body: '{"n":1}', isEquivalent: sameSnsMessage, vectors: [] },
  { scheme: 'aws-sns', variant: 'certificate', ...rsa, ...certified('aws-sns', 'sns.us-east-1.amazonaws.com'), parameters: { topicArn }, body: '{"n":1}', isEquivalent: sameSnsMessage, vectors: [] },
  { scheme: 'paypal', ...rsa, parameters: { webhookId: '9XL90610J3647323C' }, body: '{"id":"WH-1"}', isEquivalent: samePaypalCertificate, vectors: [] },
  { scheme: 'paypal', variant: 'certificate', ...rsa, ...certified('paypal', 'messageverificationcerts.paypal.com'), parameters: { webhookId: '9XL90610J3647323C' }, body: '{"id":"WH-1"}', isEquivalent: samePaypalCertificate, vectors: [] },
  {
    scheme: 'rfc9421', ...rsa, url, body: '{"n":1}', isEquivalent: sameTarget,
    vectors: [{
      from: 'RFC 9421, B.2.3', url: rfcRequest.url, body: rfcRequest.body, nowMs: 1_618_884_473_000, secrets: rfcKeys.rsaPss,
      headers: { ...rfcRequest.headers, 'Signature-Input': rfcFull.input, Signature: `sig-b23=:${rfcFull.signature}:` },
    }],
  },
  { scheme: 'rfc9421', variant: 'ECDSA', ...p256, url, body: '{"n":1}', headers: { 'content-type': 'application/json' }, isEquivalent: sameTarget, vectors: [] },
  { scheme: 'rfc9421', variant: 'HMAC', secret: 'hmac-sha256:c2hhcmVkIHNlY3JldCBvZiAyNCBi', otherSecret: 'hmac-sha256:b3RoZXIgc2VjcmV0IG9mIDI0IGJ5', url, body: '{"n":1}', isEquivalent: sameTarget, vectors: [] },
]

/** OpenSSL reads a few odd encodings of a point for the same key. */
function samePublicKey({ part, text, original }: Altered): boolean {
  const key = (base64: string): ReturnType<typeof createPublicKey> => createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' })
  try {
    return part === 'secret' && decode(text, 'base64') !== undefined && key(text).equals(key(Buffer.from(original).toString()))
  } catch {
    return false
  }
}

/** Where the certificate is, is not signed: another place of the pinned form leads to another certificate, or to none. */
function samePaypalCertificate({ part, text }: Altered): boolean {
  return part === 'header paypal-cert-url' && certificateTrusts.paypal.url.test(text)
}

function sameSnsMessage({ part, bytes, original }: Altered): boolean {
  if (part !== 'body') return false
  const message = (body: Uint8Array): Record<string, unknown> => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as Record<string, unknown>
  try {
    const { SigningCertURL, ...rest } = message(bytes)
    const { SigningCertURL: _, ...same } = message(original)
    return certificateTrusts['aws-sns'].url.test(String(SigningCertURL)) && JSON.stringify(rest) === JSON.stringify(same)
  } catch {
    return false
  }
}

/** Host and scheme are the same in any case. */
function sameTarget({ part, text, original }: Altered): boolean {
  return part === 'url' && JSON.stringify(targetUrl(text)) === JSON.stringify(targetUrl(Buffer.from(original).toString()))
}
