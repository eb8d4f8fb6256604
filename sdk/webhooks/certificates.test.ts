import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createPublicKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { expect, test } from 'vitest'
import { certificateTrusts, trustedCertificate } from './certificate-trust.ts'
import { makeCertificate, rsaKey } from './certificate.fixture.ts'
import { createCertificateSource } from './certificates.ts'
import type { CertificateSourceOptions } from './certificates.ts'
import type { Secret, SecretSource } from './secrets.ts'
import type { Refusal } from './verdict.ts'

const privateKey = rsaKey()
const commonName = 'sns.us-east-1.amazonaws.com'
const pem = makeCertificate({ commonName, privateKey })
const url = 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem'
const nowMs = Date.UTC(2026, 5, 1)

interface Counted { readonly source: SecretSource; readonly urls: string[]; time: number }

function sourceOf(respond: (url: string, signal: AbortSignal | null | undefined) => Response | Promise<Response>, options: Partial<CertificateSourceOptions> = {}): Counted {
  const counted: Counted = { urls: [], time: nowMs, source: undefined as unknown as SecretSource }
  const fetch = (async (given: string, init: RequestInit) => {
    counted.urls.push(given)
    return respond(given, init.signal)
  }) as typeof globalThis.fetch
  return Object.assign(counted, { source: createCertificateSource({ service: 'aws-sns', fetch, clock: () => counted.time, ...options }) })
}

async function outcomeOf({ source }: Counted, certificateUrl: string | undefined = url): Promise<string> {
  try {
    const [secret] = await source.secrets(certificateUrl === undefined ? {} : { certificateUrl }) as Secret[]
    return secret!.id!
  } catch (error) {
    return (error as Refusal).reason
  }
}

test('the key of the fetched certificate is the secret, named by the fingerprint and good until the certificate ends', async () => {
  const counted = sourceOf(() => new Response(pem))
  const [secret] = await counted.source.secrets({ certificateUrl: url }) as Secret[]
  expect((secret!.secret as KeyObject).equals(createPublicKey(privateKey))).toBe(true)
  expect(secret).toMatchObject({ id: expect.stringMatching(/^sha256:[0-9a-f]{32}$/), notAfter: new Date('2100-01-01') })
  expect(counted.urls).toEqual([url])
})

test.each([
  'http://sns.us-east-1.amazonaws.com/a.pem', 'https://sns.us-east-1.amazonaws.com/a.pem?x=1', 'https://sns.us-east-1.amazonaws.com/a.pem#b', 'https://sns.us-east-1.amazonaws.com:443/a.pem',
  'https://user@sns.us-east-1.amazonaws.com/a.pem', 'https://sns.us-east-1.amazonaws.com@evil.example/a.pem', 'https://sns.us-east-1.amazonaws.com.evil.example/a.pem', 'https://sns.us-east-1.amazonaws.com/../a.pem',
  'https://sns.us-east-1.amazonaws.com/%2e%2e/a.pem', 'https://sns.us-east-1.amazonaws.com/a/b.pem', 'https://sns.us-east-1.amazonaws.com/a.pem.txt', 'https://sns.us-east-1.amazonaws.com/a', 'https://sns.us-east-1.amazonaws.com\\.evil.example/a.pem',
  'https://sns.s3-us-west-2.amazonaws.com/a.pem', 'https://sns.evil.amazonaws.com/a.pem', 'https://evil-sns.us-east-1.amazonaws.com/a.pem', 'https://snsxus-east-1.amazonaws.com/a.pem', 'https://sns.us-east-1.amazonawsxcom/a.pem', 'https://SNS.us-east-1.amazonaws.com/a.pem', ' https://sns.us-east-1.amazonaws.com/a.pem', 'https://sns.us-east-1.amazonaws.com/a.pem\n', '',
])('%j is not a place where SNS has certificates, and nothing is fetched', async (bad) => {
  const counted = sourceOf(() => new Response(pem))
  expect(await outcomeOf(counted, bad)).toBe('forbidden_key_address')
  expect(counted.urls).toEqual([])
})

test.each([
  'https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1', 'https://evilpaypal.com/v1/notifications/certs/CERT-1', 'https://paypal.com/v1/notifications/certs/CERT-1', 'https://api.paypal.com/v1/notifications/certs/CERT-1?x', 'https://api.paypal.com:8443/v1/notifications/certs/CERT-1',
  'http://api.paypal.com/v1/notifications/certs/CERT-1', 'https://api.paypal.com/v1/notifications/certs/../CERT-1', 'https://api.paypal.com/signin', 'https://a@api.paypal.com/v1/notifications/certs/CERT-1', 'https://api.paypal.com%2eevil.example/v1/notifications/certs/CERT-1',
])('%j is not a place where PayPal has certificates', (bad) => {
  expect(certificateTrusts.paypal.url.test(bad)).toBe(false)
})

test('the usual places are known', () => {
  for (const good of [url, 'https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-1.pem', 'https://sns.us-gov-west-1.amazonaws.com/SimpleNotificationService-1.pem']) expect(certificateTrusts['aws-sns'].url.test(good), good).toBe(true)
  for (const good of ['https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-1d93a270', 'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-a5cafa77']) expect(certificateTrusts.paypal.url.test(good), good).toBe(true)
})

test('a request without a certificate URL, or of another service, gets no key', async () => {
  const counted = sourceOf(() => new Response(pem))
  await expect(counted.source.secrets({})).rejects.toMatchObject({ reason: 'forbidden_key_address' })
  expect(await outcomeOf(counted, 'https://api.paypal.com/v1/notifications/certs/CERT-1')).toBe('forbidden_key_address')
})

test('a certificate is fetched once for all who need it at the same time, and again when it has become old', async () => {
  const counted = sourceOf(() => new Response(pem), { maxAgeMs: 1000 })
  const ids = await Promise.all([outcomeOf(counted), outcomeOf(counted), outcomeOf(counted)])
  expect(new Set(ids).size).toBe(1)
  await outcomeOf(counted)
  expect(counted.urls).toHaveLength(1)
  counted.time += 1000
  await outcomeOf(counted)
  expect(counted.urls).toHaveLength(2)
})

test('what cannot be fetched is unavailable, and tried again after a while', async () => {
  let respond = (): Response => new Response('', { status: 503 })
  const counted = sourceOf(() => respond())
  expect(await outcomeOf(counted)).toBe('unavailable')
  respond = () => new Response(pem)
  expect(await outcomeOf(counted)).toBe('unavailable')
  expect(counted.urls).toHaveLength(1)
  counted.time += 5_000
  expect(await outcomeOf(counted)).toMatch(/^sha256:/)
})

test.each([
  ['a page instead of a certificate', '<html>', 'unknown_key'],
  ['a certificate of somebody else', makeCertificate({ commonName: 'sns.us-east-1.amazonaws.com.evil.example', privateKey }), 'unknown_key'],
  ['one that has ended', makeCertificate({ commonName, privateKey, notAfter: new Date(nowMs - 1000) }), 'unknown_key'],
  ['one that has not begun', makeCertificate({ commonName, privateKey, notBefore: new Date(nowMs + 1000) }), 'unknown_key'],
  ['one with a short key', makeCertificate({ commonName, privateKey: rsaKey(1024) }), 'unknown_key'],
  ['more than a certificate can be', 'x'.repeat(70_000), 'unavailable'],
  ['bytes that are not text', Buffer.from([0xff, 0xfe]), 'unavailable'],
])('%s is not trusted', async (_, body, reason) => {
  expect(await outcomeOf(sourceOf(() => new Response(body)))).toBe(reason)
})

test('a URL without a certificate is not asked for at every forged request, and forged URLs do not push out good ones', async () => {
  const counted = sourceOf((asked) => (asked === url ? new Response(pem) : new Response('', { status: 404 })), { maxCertificates: 2, maxFetchesPerMinute: 5 })
  const good = await outcomeOf(counted)
  for (let index = 0; index < 10; index += 1) expect(await outcomeOf(counted, url.replace('.pem', `${index}.pem`))).toBe(index < 4 ? 'unknown_key' : 'unavailable')
  expect(await outcomeOf(counted, url.replace('.pem', '3.pem'))).toBe('unknown_key')
  expect(await outcomeOf(counted)).toBe(good)
  expect(counted.urls).toHaveLength(5)
})

test('the certificate that was not used for longest gives way', async () => {
  const counted = sourceOf(() => new Response(pem), { maxCertificates: 2 })
  const [a, b, c] = ['a', 'b', 'c'].map((name) => `https://sns.us-east-1.amazonaws.com/${name}.pem`)
  for (const one of [a, b, a, c, a, b]) await outcomeOf(counted, one)
  expect(counted.urls).toEqual([a, b, c, b])
})

test('a redirect is not followed, and a server that hangs is given up, even by a fetch that heeds no signal', async () => {
  const server = createServer((request, response) => { if (request.url === '/redirect') response.writeHead(302, { location: '/pem' }).end(); else if (request.url === '/pem') response.end(pem) })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const through = (path: string): typeof globalThis.fetch => ((_: string, init: RequestInit) => fetch(origin + path, init)) as typeof globalThis.fetch
  expect(await outcomeOf(sourceOf(() => new Response(), { fetch: through('/pem') }))).toMatch(/^sha256:/)
  expect(await outcomeOf(sourceOf(() => new Response(), { fetch: through('/redirect') }))).toBe('unavailable')
  expect(await outcomeOf(sourceOf(() => new Response(), { fetch: through('/hang'), timeoutMs: 50 }))).toBe('unavailable')
  expect(await outcomeOf(sourceOf(() => new Promise<Response>(() => {}), { timeoutMs: 50 }))).toBe('unavailable')
  server.closeAllConnections()
  await new Promise((resolve) => { server.close(resolve) })
})

test('a chain in the file must hold together', () => {
  const [root, other] = [rsaKey(), rsaKey()]
  const trust = certificateTrusts['aws-sns']
  const authority = makeCertificate({ commonName: 'Example CA', privateKey: root, isAuthority: true })
  const leaf = makeCertificate({ commonName, privateKey, issuer: { commonName: 'Example CA', privateKey: root } })
  expect(trustedCertificate(leaf + authority, trust, nowMs)).toBeDefined()
  expect(trustedCertificate(leaf, trust, nowMs)).toBeDefined()
  expect(trustedCertificate(authority + leaf, trust, nowMs)).toBeUndefined()
  expect(trustedCertificate(leaf + makeCertificate({ commonName: 'Example CA', privateKey: other, isAuthority: true }), trust, nowMs)).toBeUndefined()
  expect(trustedCertificate(leaf + makeCertificate({ commonName: 'Example CA', privateKey: root }), trust, nowMs)).toBeUndefined()
  expect(trustedCertificate(leaf + makeCertificate({ commonName: 'Example CA', privateKey: root, isAuthority: true, notAfter: new Date(nowMs - 1) }), trust, nowMs)).toBeUndefined()
  expect(trustedCertificate((leaf + authority).repeat(3), trust, nowMs)).toBeUndefined()
})

test('a name among the alternative ones is as good as the common name', () => {
  expect(trustedCertificate(makeCertificate({ commonName: 'x', privateKey, alternativeNames: ['a.example', commonName] }), certificateTrusts['aws-sns'], nowMs)).toBeDefined()
  expect(trustedCertificate(makeCertificate({ commonName: 'x', privateKey, alternativeNames: [`${commonName}, DNS:b`] }), certificateTrusts['aws-sns'], nowMs)).toBeUndefined()
})

test('options that make no sense are refused', () => {
  for (const options of [{ service: 'other' }, { service: 'paypal', timeoutMs: 0 }, { service: 'paypal', maxCertificates: 1.5 }, undefined]) expect(() => createCertificateSource(options as CertificateSourceOptions)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }))
})
