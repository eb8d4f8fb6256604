// Keys for senders that sign with a certificate and say where it is (Amazon SNS, PayPal): a `SecretSource` that fetches
// it from the pinned host and remembers it. What a forged request can cause is bounded: the host, the number of fetches
// in a minute, and what is kept.

import { describe, problemError } from '../errors.ts'
import type { Problem } from '../errors.ts'
import { certificateTrusts, trustedCertificate } from './certificate-trust.ts'
import type { CertificateService, TrustedCertificate } from './certificate-trust.ts'
import { fetchText } from './fetch-text.ts'
import type { Secret, SecretSource } from './secrets.ts'
import { refuse } from './verdict.ts'

export interface CertificateSourceOptions {
  /** Whose certificates: pins host and path of the URL, and the owner's name in the certificate. */
  readonly service: CertificateService
  /** Instead of the global `fetch`, for proxies and tests. It is called with pinned URLs only, and must not follow redirects where told so. */
  readonly fetch?: typeof globalThis.fetch
  /** What fetching one certificate may take. Milliseconds; default 5 000. Deliveries that need it wait. */
  readonly timeoutMs?: number
  /** How long a certificate is used without being fetched again, within its own dates. Milliseconds; default 86 400 000, a day. One that the service withdraws goes on verifying for so long. */
  readonly maxAgeMs?: number
  /** Certificates that are kept; the one that was not used for longest gives way. Default 20. */
  readonly maxCertificates?: number
  /** Fetches in a minute, so that forged requests cannot make this process send many. Above it deliveries with a certificate that is not here yet are `unavailable`. Default 20. */
  readonly maxFetchesPerMinute?: number
  /** Milliseconds since 1970, for tests. Default: the wall clock. */
  readonly clock?: () => number
}

type Settings = Required<CertificateSourceOptions>

const defaults = { timeoutMs: 5_000, maxAgeMs: 86_400_000, maxCertificates: 20, maxFetchesPerMinute: 20 } as const

/** More than a chain of five certificates. */
const maxCertificateBytes = 65_536

/** How long a URL is not asked for again: one that has no certificate to trust, and one that could not be reached. */
const badForMs = 60_000
const failedForMs = 5_000

type Outcome =
  | { readonly kind: 'ok'; readonly certificate: TrustedCertificate; readonly untilMs: number }
  | { readonly kind: 'unknown_key' | 'unavailable'; readonly untilMs: number }

/** Give it to `verifyWebhook` as the secrets. Throws INVALID_OPTIONS. */
export function createCertificateSource(options: CertificateSourceOptions): SecretSource {
  assertOptions(options)
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as unknown as CertificateSourceOptions
  const settings: Settings = { ...defaults, fetch: globalThis.fetch, clock: Date.now, ...given }
  const good = new Map<string, Outcome>()
  const bad = new Map<string, Outcome>()
  const pending = new Map<string, Promise<Outcome>>()
  const takeFetch = limiter(settings)

  function remembered(url: string): Outcome | undefined {
    const found = good.get(url) ?? bad.get(url)
    if (found === undefined || settings.clock() >= found.untilMs) return undefined
    if (good.delete(url)) good.set(url, found) // the most recently used is the last
    return found
  }

  async function fetchAnew(url: string): Promise<Outcome> {
    const outcome = await fetchCertificate(url, settings)
    good.delete(url)
    bad.delete(url)
    remember(outcome.kind === 'ok' ? good : bad, url, outcome, settings.maxCertificates)
    return outcome
  }

  /** Deliveries that need the same one at the same time share its fetch. */
  function look(url: string): Outcome | Promise<Outcome> {
    const found = remembered(url) ?? pending.get(url)
    if (found !== undefined) return found
    if (!takeFetch()) return refuse('unavailable')
    const fetching = fetchAnew(url).finally(() => pending.delete(url))
    pending.set(url, fetching)
    return fetching
  }

  return {
    async secrets({ certificateUrl }) {
      if (certificateUrl === undefined || !certificateTrusts[settings.service].url.test(certificateUrl)) return refuse('forbidden_key_address')
      const outcome = await look(certificateUrl)
      return outcome.kind === 'ok' ? [secretOf(outcome.certificate)] : refuse(outcome.kind)
    },
  }
}

function secretOf({ key, fingerprint, notAfterMs }: TrustedCertificate): Secret {
  return { id: `sha256:${fingerprint}`, secret: key, notAfter: new Date(notAfterMs) }
}

async function fetchCertificate(url: string, { service, fetch, timeoutMs, maxAgeMs, clock }: Settings): Promise<Outcome> {
  const fetched = await fetchText(url, { fetch, timeoutMs, maxBytes: maxCertificateBytes, accept: 'application/x-pem-file, */*' })
  const nowMs = clock()
  if (fetched.kind === 'failed') return { kind: 'unavailable', untilMs: nowMs + failedForMs }
  const certificate = fetched.kind === 'ok' ? trustedCertificate(fetched.text, certificateTrusts[service], nowMs) : undefined
  if (certificate === undefined) return { kind: 'unknown_key', untilMs: nowMs + badForMs }
  return { kind: 'ok', certificate, untilMs: Math.min(nowMs + maxAgeMs, certificate.notAfterMs) }
}

function remember(kept: Map<string, Outcome>, url: string, outcome: Outcome, most: number): void {
  kept.set(url, outcome)
  for (const oldest of kept.keys()) if (kept.size > most) kept.delete(oldest)
}

function limiter({ maxFetchesPerMinute, clock }: Settings): () => boolean {
  let minute = { sinceMs: Number.NEGATIVE_INFINITY, count: 0 }
  return () => {
    const nowMs = clock()
    if (nowMs - minute.sinceMs >= 60_000 || nowMs < minute.sinceMs) minute = { sinceMs: nowMs, count: 0 }
    minute.count += 1
    return minute.count <= maxFetchesPerMinute
  }
}

function assertOptions(options: CertificateSourceOptions): void {
  const problems: Problem[] = []
  const services = Object.keys(certificateTrusts)
  if (!services.includes(options?.service)) problems.push({ key: 'service', got: describe(options?.service), want: `one of ${services.join(', ')}` })
  for (const key of ['timeoutMs', 'maxAgeMs', 'maxCertificates', 'maxFetchesPerMinute'] as const) {
    const value = options?.[key]
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 1)) problems.push({ key, got: describe(value), want: 'a whole number from 1' })
  }
  if (problems.length > 0) throw problemError('INVALID_OPTIONS', problems)
}
