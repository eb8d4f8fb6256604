// Whom the certificates of webhook senders belong to. The URL comes with a request that nobody has verified yet, so the
// text as it is must be of one exact form: no user, port, query, escape or dot segment can hide another host in it.

import { X509Certificate } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

export type CertificateService = 'aws-sns' | 'paypal'

export interface CertificateTrust {
  readonly url: RegExp
  /** A name in the certificate must match. */
  readonly name: RegExp
}

/**
 * The region is spelled out: `sns.s3-us-west-2.amazonaws.com` is a bucket of that name, with whatever its owner put in it.
 * Sources: Amazon SNS Developer Guide, "Verifying the signatures of Amazon SNS messages"; PayPal, "Integrate webhooks".
 */
export const certificateTrusts: Readonly<Record<CertificateService, CertificateTrust>> = {
  'aws-sns': {
    url: /^https:\/\/sns\.[a-z]{2}(?:-[a-z]{2,12}){1,3}-\d{1,2}\.amazonaws\.com(?:\.cn)?\/[A-Za-z0-9_-]{1,128}\.pem$/,
    name: /^(?:[a-z0-9-]+\.)+amazonaws\.com(?:\.cn)?$/,
  },
  paypal: {
    url: /^https:\/\/(?:[a-z0-9-]{1,63}\.){1,4}paypal\.com\/v1\/notifications\/certs\/[A-Za-z0-9_-]{1,128}$/,
    name: /^(?:[a-z0-9-]+\.)+paypal\.com$/,
  },
}

export interface TrustedCertificate {
  readonly key: KeyObject
  readonly notAfterMs: number
  /** First half of the SHA-256 of the certificate, hexadecimal: enough to tell which one it was. */
  readonly fingerprint: string
}

/** A leaf and the authorities above it, in this order. */
const maxChain = 5
const leastRsaBits = 2048

/**
 * Undefined when it is not to be trusted: no certificate, another owner, out of its dates, a weak key, or a chain that does
 * not hold together. The chain is not followed to a root, for which Node has no function: that the file came by TLS from
 * the pinned host is what it rests on.
 */
export function trustedCertificate(pem: string, { name }: CertificateTrust, nowMs: number): TrustedCertificate | undefined {
  const chain = parseChain(pem)
  const [leaf] = chain
  if (leaf === undefined || !chain.every((certificate) => isInDate(certificate, nowMs)) || !isChained(chain)) return undefined
  if (!namesOf(leaf).some((owner) => name.test(owner)) || !isStrong(leaf.publicKey)) return undefined
  return { key: leaf.publicKey, notAfterMs: Date.parse(leaf.validTo), fingerprint: leaf.fingerprint256.replaceAll(':', '').slice(0, 32).toLowerCase() }
}

function parseChain(pem: string): readonly X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g) ?? []
  if (blocks.length > maxChain) return []
  try {
    return blocks.map((block) => new X509Certificate(block))
  } catch {
    return []
  }
}

/** Times such as `Jan  1 00:00:00 2100 GMT`; one that cannot be read makes both comparisons false. */
function isInDate({ validFrom, validTo }: X509Certificate, nowMs: number): boolean {
  return nowMs >= Date.parse(validFrom) && nowMs <= Date.parse(validTo)
}

function isChained(chain: readonly X509Certificate[]): boolean {
  return chain.every((certificate, index) => {
    const issuer = chain[index + 1]
    return issuer === undefined || (issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey))
  })
}

function namesOf({ subject, subjectAltName }: X509Certificate): readonly string[] {
  const common = subject?.split('\n').filter((line) => line.startsWith('CN=')).map((line) => line.slice(3)) ?? []
  const alternative = subjectAltName?.split(', ').filter((entry) => entry.startsWith('DNS:')).map((entry) => entry.slice(4)) ?? []
  return [...common, ...alternative]
}

function isStrong({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  return asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= leastRsaBits
}
