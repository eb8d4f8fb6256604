import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { directoryForTest } from '../test/support/directory.ts'
import { ConfigError, loadConfig, parseYaml } from './config.ts'
import type { Config, ConfigSources } from './config.ts'

interface Given { readonly file?: string; readonly flags?: ConfigSources['flags']; readonly environment?: ConfigSources['environment'] }

async function load({ file, flags = {}, environment = {} }: Given, directory?: string): Promise<Config> {
  if (file === undefined) return loadConfig({ flags, environment })
  const path = join(directory ?? await directoryForTest(), 'blotter.yaml')
  await writeFile(path, file)
  return loadConfig({ flags: { config: path, ...flags }, environment })
}

async function problemsOf(given: Given): Promise<string> {
  const error: unknown = await load(given).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(ConfigError)
  return (error as Error).message
}

test('without anything it listens on this machine, with every limit set', async () => {
  expect(await load({})).toEqual({
    dataDirectory: resolve('blotter-data'), host: '127.0.0.1', port: 4318,
    watch: { graceMs: 60_000, silentMs: 900_000 },
    query: { maxRows: 1_000_000, maxBytes: 1024 ** 3, timeoutMs: 60_000, maxEntries: 5_000, maxSeries: 500, concurrent: 8, mostWaiting: 128, mostTails: 10 },
    retentionPaths: [resolve('blotter-data', 'retention.yaml'), resolve('retention.yaml')], retentionRequired: false,
    redactionPaths: [resolve('blotter-data', 'redaction.yaml'), resolve('redaction.yaml')], redactionRequired: false,
    redact: { paths: [], keys: [] }, forward: [], environments: { claims: 'refuse' },
    limits: { wireBytes: 20 * 1024 * 1024, inflatedBytes: 64 * 1024 * 1024, inFlightBytes: 256 * 1024 * 1024, workspaceRequests: 512, journalBytes: 4 * 1024 ** 3 },
  })
})

test('an empty file is the same as none', async () => {
  const { limits, port } = await load({ file: '' })
  expect({ limits, port }).toEqual({ limits: (await load({})).limits, port: 4318 })
})

test('the command line wins over the environment, and that over the file', async () => {
  const file = 'data: from-file\nhost: 127.0.0.9\nport: 1111\n'
  const environment = { BLOTTER_DATA: '/from-environment', BLOTTER_HOST: '127.0.0.8', BLOTTER_PORT: '2222' }
  const flags = { data: '/from-flag', host: '127.0.0.7', port: '3333' }
  expect(await load({ file })).toMatchObject({ host: '127.0.0.9', port: 1111 })
  expect(await load({ file, environment })).toMatchObject({ dataDirectory: '/from-environment', host: '127.0.0.8', port: 2222 })
  expect(await load({ file, environment, flags })).toMatchObject({ dataDirectory: '/from-flag', host: '127.0.0.7', port: 3333 })
})

test('the file can be named by the environment, and by the command line before that', async () => {
  const directory = await directoryForTest()
  await writeFile(join(directory, 'one.yaml'), 'port: 1')
  await writeFile(join(directory, 'two.yaml'), 'port: 2')
  const environment = { BLOTTER_CONFIG: join(directory, 'one.yaml') }
  expect((await loadConfig({ flags: {}, environment })).port).toBe(1)
  expect((await loadConfig({ flags: { config: join(directory, 'two.yaml') }, environment })).port).toBe(2)
})

test('paths in the file are relative to it', async () => {
  const directory = await directoryForTest()
  const config = await load({ file: 'data: kept\nretention: policies/ours.yaml' }, directory)
  expect(config.dataDirectory).toBe(join(directory, 'kept'))
  expect(config.retentionPaths).toEqual([join(directory, 'policies', 'ours.yaml')])
  expect(config.retentionRequired).toBe(true) // it was named, so it must be there
})

test('the redaction policy is named by the command line, before the environment, before the file, and must then be there', async () => {
  const [file, environment, flags] = ['redaction: from-file.yaml', { BLOTTER_REDACTION: '/from-environment.yaml' }, { redaction: '/from-flag.yaml' }]
  const directory = await directoryForTest()
  expect(await load({ file }, directory)).toMatchObject({ redactionPaths: [join(directory, 'from-file.yaml')], redactionRequired: true })
  expect(await load({ file, environment })).toMatchObject({ redactionPaths: ['/from-environment.yaml'] })
  expect(await load({ file, environment, flags })).toMatchObject({ redactionPaths: ['/from-flag.yaml'] })
})

test('every problem is told at once, with its key', async () => {
  const message = await problemsOf({ file: `
port: 70000
hots: 127.0.0.1
store: { url: "ftp://example.com" }
redact: { paths: ["customer.email"] }
forward: [{ name: "Loki!", url: "http://localhost" }, { name: ok }]
limits: { journal_bytes: 12 }
` })
  for (const key of ['  port: ', '  (file): ', '  store.url: ', '  redact.paths.0: ', '  forward.0.name: ', '  forward.1.url: ', '  limits.journal_bytes: ']) expect(message).toContain(key)
  expect(message).toContain('hots')
})

test.each([
  ['a port that is none', { flags: { port: '43x18' } }, 'from 0 to 65535'],
  ['a port that is too large', { environment: { BLOTTER_PORT: '65536' } }, 'from 0 to 65535'],
  ['a file that is not there', { flags: { config: '/nowhere/blotter.yaml' } }, '/nowhere/blotter.yaml cannot be read'],
  ['a list instead of a mapping', { file: '- port: 1' }, '(file): '],
])('%s is refused', async (_, given, message) => { expect(await problemsOf(given)).toContain(message) })

test('YAML that is none is refused with its line, and without its words: it may hold secrets', async () => {
  const message = await problemsOf({ file: 'port: 1\nforward: [{ headers: { Authorization: "Bearer hunter2 }]\n' })
  expect(message).toMatch(/is not valid YAML at line \d+$/)
  expect(message).not.toContain('hunter2')
  expect(() => parseYaml('a: [', 'x.yaml')).toThrow('x.yaml is not valid YAML')
})

test('headers of a destination are filled from the environment, and do not print', async () => {
  const file = 'forward: [{ name: loki, url: "http://localhost:3100/otlp", headers: { Authorization: "Bearer ${LOKI_TOKEN}", X-Both: "${A}-${B}", X-Plain: "$5 and {A}" } }]'
  const { forward } = await load({ file, environment: { LOKI_TOKEN: 'secret', A: '1', B: '2' } })
  expect(forward).toMatchObject([{ name: 'loki', url: 'http://localhost:3100/otlp' }])
  expect(await Promise.all(Object.values(forward[0]!.headers).map((secret) => secret.reveal()))).toEqual(['Bearer secret', '1-2', '$5 and {A}'])
  expect(JSON.stringify(forward)).not.toContain('Bearer')
})

test('a header that names a variable which is not set is refused by both names', async () => {
  const file = 'forward: [{ name: loki, url: "http://localhost", headers: { Authorization: "Bearer ${LOKI_TOKEN}" } }]'
  expect(await problemsOf({ file })).toBe('forward: header Authorization names the environment variable LOKI_TOKEN, which is not set')
})

test('the password of a remote store comes from a file, without the line break at its end', async () => {
  const directory = await directoryForTest()
  await writeFile(join(directory, 'password'), 'secret\n')
  const { store } = await load({ file: 'store: { url: "https://clickhouse:8443", username: blotter, password_file: password }' }, directory)
  expect(store).toEqual({ url: 'https://clickhouse:8443', username: 'blotter', password: 'secret' })
  expect(await problemsOf({ file: 'store: { url: "http://localhost", password_file: nowhere }' })).toBe('store.password_file cannot be read')
})
