// Makes X.509 certificates for tests: Node reads them and cannot write them. Only as much DER as that takes (RFC 5280).

import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

export interface CertificateParts {
  readonly commonName: string
  readonly privateKey: KeyObject
  readonly notBefore?: Date
  readonly notAfter?: Date
  /** Default: itself. */
  readonly issuer?: { readonly commonName: string; readonly privateKey: KeyObject }
  readonly isAuthority?: boolean
  readonly alternativeNames?: readonly string[]
}

export function rsaKey(modulusLength = 2048): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength }).privateKey
}

export function makeCertificate({ commonName, privateKey, notBefore = new Date(0), notAfter = new Date('2100-01-01'), issuer = { commonName, privateKey }, isAuthority = false, alternativeNames = [] }: CertificateParts): string {
  const extensions = [...(isAuthority ? [extension('551d13', sequence(tagged(0x01, 'ff')))] : []), ...(alternativeNames.length > 0 ? [extension('551d11', sequence(...alternativeNames.map((name) => tagged(0x82, Buffer.from(name)))))] : [])]
  const body = sequence(
    tagged(0xa0, tagged(0x02, '02')), tagged(0x02, '01'), sha256WithRsa, nameOf(issuer.commonName),
    sequence(time(notBefore), time(notAfter)), nameOf(commonName),
    createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
    ...(extensions.length > 0 ? [tagged(0xa3, sequence(...extensions))] : []),
  )
  const der = sequence(body, sha256WithRsa, tagged(0x03, Buffer.concat([Buffer.alloc(1), sign('sha256', body, issuer.privateKey)])))
  return `-----BEGIN CERTIFICATE-----\n${der.toString('base64').match(/.{1,64}/g)!.join('\n')}\n-----END CERTIFICATE-----\n`
}

function tagged(tag: number, content: Buffer | string): Buffer {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'hex') : content
  const length = bytes.length < 128 ? [bytes.length] : bytes.length < 256 ? [0x81, bytes.length] : [0x82, bytes.length >> 8, bytes.length & 255]
  return Buffer.concat([Buffer.from([tag, ...length]), bytes])
}

function sequence(...members: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(members))
}

const sha256WithRsa = sequence(tagged(0x06, '2a864886f70d01010b'), tagged(0x05, ''))

function nameOf(commonName: string): Buffer {
  return sequence(tagged(0x31, sequence(tagged(0x06, '550403'), tagged(0x0c, Buffer.from(commonName)))))
}

function time(date: Date): Buffer {
  return tagged(0x18, Buffer.from(`${date.toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`))
}

function extension(identifier: string, content: Buffer): Buffer {
  return sequence(tagged(0x06, identifier), tagged(0x04, content))
}
