// The certificate that we show, its key, and the authority of our clients: three files, read and checked together. A
// pair that does not fit is refused here, and not when the first client comes.

import { X509Certificate, createPrivateKey } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import { contextOptions } from './tls.ts'
import type { SecureContextOptions } from 'node:tls'

export interface CertificateFiles {
  /** PEM: the certificate, then those that lead to its authority. */
  readonly certificateFile: string
  /** PEM, not encrypted. */
  readonly keyFile: string
  /** PEM: authorities whose certificates clients must show. Without it none is asked for. */
  readonly clientCaFile?: string
}

export interface Certificate {
  readonly context: SecureContextOptions
  readonly validFromMs: number
  readonly validToMs: number
  /** True when other users of the machine can read the key. */
  readonly keyIsExposed: boolean
}

/** Which file, and what is wrong with it: never what is in it. */
export class CertificateError extends Error {}

export async function loadCertificate(files: CertificateFiles): Promise<Certificate> {
  const [cert, key, ca] = await Promise.all([read(files.certificateFile), read(files.keyFile), files.clientCaFile === undefined ? undefined : read(files.clientCaFile)])
  const leaf = check(files.certificateFile, 'holds no certificate in PEM', () => new X509Certificate(cert))
  const privateKey = check(files.keyFile, 'holds no private key in PEM, or an encrypted one: give it as it is, readable by this service alone', () => createPrivateKey(key))
  if (!leaf.checkPrivateKey(privateKey)) throw new CertificateError(`${files.keyFile} is not the key of ${files.certificateFile}`)
  if (ca !== undefined) check(files.clientCaFile!, 'holds no certificate in PEM', () => new X509Certificate(ca))
  const context = { ...contextOptions, cert, key, ...(ca === undefined ? {} : { ca }) }
  check(files.certificateFile, 'cannot be used: is the chain whole, and the key at least RSA 2048 or P-256?', () => createSecureContext(context))
  return { context, validFromMs: leaf.validFromDate.getTime(), validToMs: leaf.validToDate.getTime(), keyIsExposed: ((await stat(files.keyFile)).mode & 0o007) !== 0 }
}

/** Changes when any of the files does: in place, by a rename over it, or by another target of a link. */
export async function versionOf({ certificateFile, keyFile, clientCaFile }: CertificateFiles): Promise<string> {
  const files = [certificateFile, keyFile, ...(clientCaFile === undefined ? [] : [clientCaFile])]
  const versions = await Promise.all(files.map(async (file) => {
    const found = await stat(file, { bigint: true }).catch(() => undefined)
    return found === undefined ? 'none' : `${found.dev}:${found.ino}:${found.size}:${found.mtimeNs}`
  }))
  return versions.join(' ')
}

async function read(file: string): Promise<Buffer> {
  return readFile(file).catch((error: NodeJS.ErrnoException) => { throw new CertificateError(`${file} cannot be read (${error.code ?? 'unknown'})`) })
}

/** OpenSSL's own words are left out: they are of no help here, and the input is a key. */
function check<T>(file: string, problem: string, work: () => T): T {
  try {
    return work()
  } catch {
    throw new CertificateError(`${file} ${problem}`)
  }
}
