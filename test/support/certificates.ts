// X.509 certificates for tests, of any age and with any names, written out in DER: nothing has to be installed, and names
// can be such as no tool would make.

import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

export interface MadeCertificate {
  /** PEM. */
  readonly certificate: string
  /** PEM. */
  readonly key: string
  readonly privateKey: KeyObject
  readonly name: string
}

export interface CertificateOptions {
  /** Common name of its subject. */
  readonly name: string
  /** Who signs. Default: it signs itself, as an authority. */
  readonly by?: MadeCertificate
  /** `DNS:a.example.com`, `URI:…`, `email:…`, `IP:10.0.0.7` (IPv4). */
  readonly names?: readonly string[]
  readonly validFrom?: Date
  readonly validTo?: Date
}

const dayMs = 86_400_000

export function makeCertificate({ name, by, names = [], validFrom = new Date(Date.now() - dayMs), validTo = new Date(Date.now() + 30 * dayMs) }: CertificateOptions): MadeCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const body = sequence(
    tagged(0xa0, integer(Buffer.from([2]))), integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])), ecdsaWithSha256, distinguished(by?.name ?? name),
    sequence(time(validFrom), time(validTo)), distinguished(name), publicKey.export({ type: 'spki', format: 'der' }), tagged(0xa3, sequence(...extensions(by === undefined, names))),
  )
  const signature = sign('sha256', body, by?.privateKey ?? privateKey)
  const der = sequence(body, ecdsaWithSha256, tagged(0x03, Buffer.from([0]), signature))
  return { certificate: pem(der), key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, privateKey, name }
}

function extensions(isAuthority: boolean, names: readonly string[]): Buffer[] {
  const constraints = sequence(oid(2, 5, 29, 19), tagged(0x01, Buffer.from([0xff])), tagged(0x04, isAuthority ? sequence(tagged(0x01, Buffer.from([0xff]))) : sequence()))
  return names.length === 0 ? [constraints] : [constraints, sequence(oid(2, 5, 29, 17), tagged(0x04, sequence(...names.map(generalName))))]
}

const generalNameTags: Record<string, number> = { email: 0x81, DNS: 0x82, URI: 0x86, IP: 0x87 }

function generalName(name: string): Buffer {
  const [type, value] = [name.slice(0, name.indexOf(':')), name.slice(name.indexOf(':') + 1)]
  return tagged(generalNameTags[type]!, type === 'IP' ? Buffer.from(value.split('.').map(Number)) : Buffer.from(value))
}

function distinguished(name: string): Buffer {
  return sequence(tagged(0x31, sequence(oid(2, 5, 4, 3), tagged(0x0c, Buffer.from(name)))))
}

function time(date: Date): Buffer {
  return tagged(0x18, Buffer.from(`${date.toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`))
}

function tagged(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const length = content.length < 128 ? [content.length] : content.length < 256 ? [0x81, content.length] : [0x82, content.length >> 8, content.length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), content])
}

function sequence(...parts: Buffer[]): Buffer {
  return tagged(0x30, ...parts)
}

function integer(bytes: Buffer): Buffer {
  return tagged(0x02, bytes)
}

function oid(first: number, second: number, ...rest: number[]): Buffer {
  const arcs = [first * 40 + second, ...rest].flatMap((arc) => {
    const bytes = [arc & 0x7f]
    for (let left = arc >> 7; left > 0; left >>= 7) bytes.unshift((left & 0x7f) | 0x80)
    return bytes
  })
  return tagged(0x06, Buffer.from(arcs))
}

const ecdsaWithSha256 = sequence(oid(1, 2, 840, 10045, 4, 3, 2))

function pem(der: Buffer): string {
  return `-----BEGIN CERTIFICATE-----\n${der.toString('base64').match(/.{1,64}/g)!.join('\n')}\n-----END CERTIFICATE-----\n`
}
