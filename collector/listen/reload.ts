// New certificates without a restart. The files are looked at every few seconds and when asked; a new pair that is whole
// and valid is used for every connection from then on, those that are open stay. A pair that is not leaves the old one in
// place, said once in the log and counted until it is mended: half of a renewal is not an outage.

import { CertificateError, loadCertificate, versionOf } from './certificate.ts'
import type { SecureContextOptions } from 'node:tls'
import type { Certificate, CertificateFiles } from './certificate.ts'

export interface ReloadOptions {
  readonly files: CertificateFiles
  readonly nowMs: () => number
  /** How often the files are looked at. Default 5 s: a changed file is in use within that time. */
  readonly everyMs?: number
  /** Called with each new context. */
  readonly use: (context: SecureContextOptions) => void
  readonly onReloaded: (certificate: Certificate) => void
  /** Called once for each version of the files that cannot be used. */
  readonly onFailed: (problem: string) => void
}

export interface Reloading {
  readonly certificate: Certificate
  /** Looks now. True when a new pair is in use. Never rejects. */
  reload(): Promise<boolean>
  stop(): Promise<void>
}

/** Throws CertificateError when the first pair cannot be used. An expired one can: see `certificateProblem`. */
export async function startReloading({ files, nowMs, everyMs = 5_000, use, onReloaded, onFailed }: ReloadOptions): Promise<Reloading> {
  let version = await versionOf(files)
  let reported = ''
  let certificate = await loadCertificate(files)
  let looking: Promise<boolean> = Promise.resolve(false) // one after the other, so that an older pair cannot win
  const look = (): Promise<boolean> => (looking = looking.then(attempt))
  const timer = setInterval(() => { void look() }, everyMs).unref()

  async function attempt(): Promise<boolean> {
    const current = await versionOf(files)
    if (current === version) return false
    try {
      const next = await loadCertificate(files)
      const problem = certificateProblem(next, nowMs())
      if (problem !== undefined) throw new CertificateError(`the new certificate ${problem}`)
      use(next.context)
      certificate = next
      version = current
      onReloaded(next)
      return true
    } catch (error) {
      if (reported !== current) onFailed(error instanceof CertificateError ? error.message : 'the new pair cannot be used')
      reported = current
      return false
    }
  }

  return {
    get certificate() { return certificate },
    reload: look,
    async stop() { clearInterval(timer); await looking },
  }
}

/** What is wrong with a certificate by the clock, or undefined. */
export function certificateProblem({ validFromMs, validToMs }: Certificate, nowMs: number): string | undefined {
  if (nowMs >= validToMs) return 'has expired'
  return nowMs < validFromMs ? 'is not valid yet' : undefined
}
