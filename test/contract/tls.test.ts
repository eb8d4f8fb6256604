// TLS as clients meet it: versions and suites, new certificates without a restart, certificates of clients, and what the
// service refuses to start with.

import { chmod, rename, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:https'
import { connect as connectPlain } from 'node:net'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { makeCertificate } from '../support/certificates.ts'
import { runBlotter, startCollector } from '../support/collector-process.ts'
import { directoryForTest, makeDirectory, removeDirectory } from '../support/directory.ts'
import { eventually } from '../support/eventually.ts'
import { runCollector } from '../support/running.ts'
import type { ConnectionOptions, TLSSocket } from 'node:tls'
import type { RequestOptions } from 'node:https'
import type { Config } from '../../collector/config.ts'
import type { MadeCertificate } from '../support/certificates.ts'
import type { RunningCollector } from '../support/running.ts'

const dayMs = 86_400_000
const authority = makeCertificate({ name: 'servers' })
const server = (name: string): MadeCertificate => makeCertificate({ name, by: authority, names: ['DNS:localhost', 'IP:127.0.0.1'] })

async function put(directory: string, { certificate, key }: MadeCertificate): Promise<{ certificateFile: string; keyFile: string }> {
  const files = { certificateFile: join(directory, 'tls.crt'), keyFile: join(directory, 'tls.key') }
  for (const [file, text] of [[files.certificateFile, certificate], [files.keyFile, key]] as const) {
    await writeFile(`${file}.new`, text, { mode: 0o600 })
    await rename(`${file}.new`, file)
  }
  return files
}

interface Answer { readonly status: number; readonly headers: Record<string, unknown>; readonly body: string; readonly certificate: string; readonly resumed: boolean }

/** A request over a connection of its own, unless an agent says otherwise. Rejects when there is no answer. */
function ask(url: string, options: RequestOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { ca: authority.certificate, agent: false, ...options }, (response) => {
      const certificate = (response.socket as TLSSocket).getPeerCertificate().subject?.CN as string // nothing on a resumed session
      const resumed = (response.socket as TLSSocket).isSessionReused()
      let body = ''
      response.on('data', (chunk: Buffer) => { body += chunk.toString() })
      response.on('end', () => { resolve({ status: response.statusCode!, headers: response.headers, body, certificate, resumed }) })
    })
    asked.on('error', reject)
    asked.end()
  })
}

function handshake(url: string, options: ConnectionOptions): Promise<{ protocol: string | null; cipher: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), servername: 'localhost', ca: authority.certificate, ...options }, () => {
      resolve({ protocol: socket.getProtocol(), cipher: socket.getCipher().name })
      socket.destroy()
    })
    socket.on('error', reject)
  })
}

describe('a collector with TLS', () => {
  let directory: string
  let collector: RunningCollector
  beforeAll(async () => {
    directory = await makeDirectory()
    collector = await runCollector({ tls: await put(directory, server('first')) } satisfies Partial<Config>)
  })
  afterAll(async () => {
    await collector.remove()
    await removeDirectory(directory)
  })
  const metric = async (name: string): Promise<string | undefined> => new RegExp(`^${name.replace(/[{}]/g, '\\$&')} (\\S+)$`, 'm').exec(await collector.service.metrics.registry.metrics())?.[1]

  test('answers over TLS, and tells browsers to stay with it', async () => {
    expect(collector.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
    expect(await ask(`${collector.url}/healthz`)).toMatchObject({ status: 200, body: 'ok\n', headers: { 'strict-transport-security': 'max-age=63072000' } })
    expect(await ask(`${collector.url}/nowhere`)).toMatchObject({ status: 404, headers: { 'strict-transport-security': 'max-age=63072000' } })
  })

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('speaks %s', async (version) => {
    expect(await handshake(collector.url, { minVersion: version, maxVersion: version })).toMatchObject({ protocol: version })
  })

  test.each(['X25519MLKEM768', 'X25519', 'P-256', 'P-384'])('agrees on a key by %s', async (group) => {
    expect(await handshake(collector.url, { ecdhCurve: group })).toMatchObject({ protocol: 'TLSv1.3' })
  })

  test.each([
    ['TLS 1.1', { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }],
    ['a suite without forward secrecy', { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' }],
    ['a suite in CBC mode', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA' }],
    ['another group', { ecdhCurve: 'P-521' }],
  ] as const)('does not speak %s, and counts the attempt', async (_, options) => {
    const before = Number(await metric('blotter_connections_closed_total{reason="handshake"}') ?? 0)
    await expect(handshake(collector.url, options)).rejects.toThrow()
    await eventually('the refusal is counted', async () => Number(await metric('blotter_connections_closed_total{reason="handshake"}') ?? 0) > before)
  })

  test('a client that speaks plainly gets no answer in plain', async () => {
    const socket = connectPlain(Number(new URL(collector.url).port), '127.0.0.1').on('error', () => {})
    let heard = ''
    socket.on('data', (chunk: Buffer) => { heard += chunk.toString('latin1') })
    socket.write('GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await new Promise((resolve) => { socket.once('close', resolve) })
    expect(heard).not.toContain('HTTP')
  })

  test('a new certificate is used by new connections, and the open ones stay', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    onTestFinished(() => { agent.destroy() })
    const kept = { agent, ca: authority.certificate }
    expect((await ask(`${collector.url}/healthz`, kept)).certificate).toBe('first')
    const [before] = Object.values(agent.freeSockets).flat()
    await put(directory, server('second'))
    expect(await collector.reload()).toBe(true)
    expect((await ask(`${collector.url}/healthz`)).certificate).toBe('second')
    expect((await ask(`${collector.url}/healthz`, kept)).certificate).toBe('first')
    expect(Object.values(agent.freeSockets).flat()[0]).toBe(before)
    expect(await handshake(collector.url, { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' }).catch(() => 'refused')).toBe('refused') // the new context is as strict
    expect(collector.logged()).toContain('certificate reloaded')
  })

  test('a broken pair leaves the old one, and log and metrics say so', async () => {
    const errors = Number(await metric('blotter_certificate_reload_errors_total'))
    await writeFile(join(directory, 'tls.key'), server('third').key)
    expect(await collector.reload()).toBe(false)
    expect((await ask(`${collector.url}/healthz`)).certificate).toBe('second')
    expect(Number(await metric('blotter_certificate_reload_errors_total'))).toBe(errors + 1)
    expect(collector.logged()).toContain(`${join(directory, 'tls.key')} is not the key of`)
    expect(Number(await metric('blotter_certificate_expires_seconds'))).toBeGreaterThan(29 * 86_400)
  })
})

test('an expired certificate is served, and the service says that it is not ready', async () => {
  const directory = await directoryForTest()
  const expired = makeCertificate({ name: 'old', by: authority, names: ['IP:127.0.0.1'], validFrom: new Date(Date.now() - 2 * dayMs), validTo: new Date(Date.now() - dayMs) })
  const collector = await runCollector({ tls: await put(directory, expired) })
  onTestFinished(() => collector.remove())
  expect(await ask(`${collector.url}/readyz`, { rejectUnauthorized: false })).toMatchObject({ status: 503, body: 'not ready: the certificate has expired\n' })
  expect(await collector.service.metrics.registry.getSingleMetricAsString('blotter_certificate_expires_seconds')).toMatch(/ -\d+$/)
})

describe('certificates of clients', () => {
  const clients = makeCertificate({ name: 'clients' })
  const client = (names: string[], changes: Partial<Parameters<typeof makeCertificate>[0]> = {}): { cert: string; key: string } => {
    const { certificate, key } = makeCertificate({ name: 'client', by: clients, names, ...changes })
    return { cert: certificate, key }
  }
  const billing = client(['DNS:other.example.com', 'URI:spiffe://example.com/billing'])
  let directory: string
  let collector: RunningCollector
  beforeAll(async () => {
    directory = await makeDirectory()
    await writeFile(join(directory, 'clients.crt'), clients.certificate)
    collector = await runCollector({ tls: { ...await put(directory, server('server')), clientCaFile: join(directory, 'clients.crt'), clientNames: ['URI:spiffe://example.com/billing'] } })
  })
  afterAll(async () => {
    await collector.remove()
    await removeDirectory(directory)
  })

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('over %s, one with a listed name is let in, also on a resumed session', async (version) => {
    const agent = new Agent({ ...billing, ca: authority.certificate, minVersion: version, maxVersion: version, maxCachedSessions: 10 })
    const answers = [await ask(`${collector.url}/healthz`, { agent }), await ask(`${collector.url}/healthz`, { agent })]
    expect(answers).toMatchObject([{ status: 200, resumed: false }, { status: 200, resumed: true }])
  })

  test('one without a listed name is told so, and that is a record', async () => {
    const answer = await ask(`${collector.url}/v1/logs`, { ...client(['DNS:billing', 'URI:spiffe://example.com/billing/x']), method: 'POST' })
    expect(answer.status).toBe(403)
    expect(JSON.parse(answer.body)).toMatchObject({ details: [{ reason: 'FORBIDDEN' }, { fieldViolations: [{ field: 'client certificate' }] }] })
    await collector.service.refusals.flush()
    const found = async (): Promise<boolean> => (await ask(`${collector.url}/v1/timeline?target=/v1/logs&related=false`, billing)).body.includes('"reason":"FORBIDDEN"')
    await eventually('the refusal is a record', found)
  })

  test.each([
    ['no certificate', () => ({})],
    ['one of another authority', () => client(['URI:spiffe://example.com/billing'], { by: makeCertificate({ name: 'clients' }) })],
    ['one that it signed itself', () => { const { certificate, key } = makeCertificate({ name: 'client', names: ['URI:spiffe://example.com/billing'] }); return { cert: certificate, key } }],
    ['an expired one', () => client(['URI:spiffe://example.com/billing'], { validFrom: new Date(Date.now() - 2 * dayMs), validTo: new Date(Date.now() - dayMs) })],
    ['the key of another', () => ({ ...billing, key: client([]).key })],
  ])('%s is refused before a request can be made', async (_, make) => {

    await expect((async () => ask(`${collector.url}/healthz`, make()))()).rejects.toThrow()

  })

  test('a new authority ends the old one for new connections, sessions that could be resumed included', async () => {
    const agent = new Agent({ ...billing, ca: authority.certificate, maxCachedSessions: 10 })
    expect(await ask(`${collector.url}/healthz`, { agent })).toMatchObject({ status: 200 })
    await writeFile(join(directory, 'clients.crt'), makeCertificate({ name: 'clients' }).certificate)
    expect(await collector.reload()).toBe(true)
    await expect(ask(`${collector.url}/healthz`, { agent })).rejects.toThrow()
  })
})

describe('the command', () => {
  test('SIGHUP makes it look at its certificate, and a key that everyone can read is warned of', async () => {
    const directory = await directoryForTest()
    const { keyFile } = await put(directory, server('first'))
    await chmod(keyFile, 0o644)
    const config = join(directory, 'blotter.yaml')
    await writeFile(config, 'tls: { certificate_file: tls.crt, key_file: tls.key }')
    const collector = await startCollector({ data: join(directory, 'data'), config })
    expect(collector.logs()).toContainEqual(expect.objectContaining({ level: 'warn', event: expect.stringContaining('tls.key_file can be read by every user') as string }))
    await put(directory, server('second'))
    process.kill(collector.pid, 'SIGHUP')
    await eventually('the new certificate is used', async () => (await ask(`${collector.url}/healthz`)).certificate === 'second')
    expect(await collector.stop()).toEqual({ code: 0, signal: null })
  })

  test.each([
    ['with the checking of certificates turned off', { NODE_TLS_REJECT_UNAUTHORIZED: '0' }, '', /NODE_TLS_REJECT_UNAUTHORIZED=0 .*NODE_EXTRA_CA_CERTS/],
    ['on the network without keys', {}, 'host: 0.0.0.0', /without API keys .* create a key first/],
    ['on the network without keys, in another spelling', {}, 'host: "::"', /without API keys/],
    ['with a certificate that is not there', {}, 'tls: { certificate_file: nowhere.crt, key_file: tls.key }', /tls: .*nowhere\.crt cannot be read \(ENOENT\)/],
    ['with the key of another certificate', {}, 'tls: { certificate_file: tls.crt, key_file: other.key }', /tls: .*other\.key is not the key of .*tls\.crt/],
    ['with names of clients and nobody who vouches for them', {}, 'tls: { certificate_file: tls.crt, key_file: tls.key, client_names: ["DNS:a"] }', /tls\.client_names: needs client_ca_file/],
    ['with a client name that is none', {}, 'tls: { certificate_file: tls.crt, key_file: tls.key, client_ca_file: tls.crt, client_names: ["*.example.com"] }', /tls\.client_names\.0: use DNS:name/],
    ['with an address that is none', {}, 'allow: { addresses: [10.0.0.1/8] }', /allow\.addresses\.0: the address has bits set/],
  ])('does not start %s, and says what to do', async (_, environment, config, message) => {
    const directory = await directoryForTest()
    await put(directory, server('server'))
    await writeFile(join(directory, 'other.key'), server('other').key)
    await writeFile(join(directory, 'blotter.yaml'), config)
    const { code, stderr } = await runBlotter(['serve', '--data', join(directory, 'data'), '--port', '0', '--config', join(directory, 'blotter.yaml')], environment as Record<string, string>)
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) as string })
  })
})
