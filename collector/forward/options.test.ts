import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sampleRecord } from '../../test/support/arbitrary.ts'
import { directoryForTest } from '../../test/support/directory.ts'
import { forwardConfig, forwardSchema } from './options.ts'
import type { Destination } from './options.ts'

const fail = (message: string): never => { throw new Error(message) }
const load = (list: unknown, environment = {}, base = '/nowhere'): Promise<Destination[]> => forwardConfig(forwardSchema.parse(list), base, environment, fail)
const problems = (destination: object): string[] => (forwardSchema.safeParse([{ name: 'sink', url: 'http://localhost', ...destination }]).error?.issues ?? []).map(({ path }) => path.join('.'))

test('a destination needs a name and a URL, and everything has its default elsewhere', async () => {
  expect(await load([{ name: 'sink', url: 'http://localhost:4318' }])).toEqual([{ name: 'sink', url: 'http://localhost:4318', headers: {} }])
})

test('all of it can be set, in the words of the configuration', async () => {
  const directory = await directoryForTest()
  for (const name of ['token', 'ca.pem', 'client.pem', 'client.key']) await writeFile(join(directory, name), `${name}\n`)
  const [destination] = await load([{
    name: 'vendor', url: 'https://logs.example.com/otlp', headers: { Authorization: 'Bearer ${TOKEN}', 'X-Token': { file: 'token' } }, format: 'json', compression: 'none', timeout_ms: 3000,
    batch: { records: 10, bytes: 4096 }, filter: { outcome: ['failure'] }, redact: { keys: ['tax_id'] }, tls: { ca_file: 'ca.pem', certificate_file: 'client.pem', key_file: 'client.key' }, dead_letter_bytes: 1048576,
  }], { TOKEN: 'secret' }, directory)
  expect(destination).toMatchObject({
    format: 'json', compression: 'none', timeoutMs: 3000, batch: { records: 10, bytes: 4096 }, redact: { keys: ['tax_id'] }, deadLetterBytes: 1048576,
    tls: { caFile: join(directory, 'ca.pem'), certificateFile: join(directory, 'client.pem'), keyFile: join(directory, 'client.key') },
  })
  expect(await Promise.all(Object.values(destination!.headers).map((secret) => secret.reveal()))).toEqual(['Bearer secret', 'token'])
  expect([sampleRecord({}, { 'audit.outcome': 'failure' }), sampleRecord()].map((record) => destination!.filter!(record))).toEqual([true, false])
  expect(JSON.stringify(destination)).not.toContain('Bearer')
})

test.each([
  ['a URL with credentials', { url: 'http://user:pass@localhost' }, 'url'],
  ['a URL of another kind', { url: 'ftp://localhost' }, 'url'],
  ['a header that is none', { headers: { 'a b': 'c' } }, 'headers.a b'],
  ['a subject that there is not', { filter: { colour: 'red' } }, 'filter.colour'],
  ['a pattern that is none', { filter: { outcome: [7] } }, 'filter.outcome'],
  ['half a certificate', { tls: { key_file: 'x' } }, 'tls'],
  ['a path of nowhere', { redact: { paths: ['customer.email'] } }, 'redact.paths.0'],
  ['a batch of nothing', { batch: { records: 0 } }, 'batch.records'],
  ['an unknown key', { retries: 3 }, ''],
])('%s is refused at its place', (_, destination, place) => { expect(problems(destination).map((found) => found.replace(/^0\.?/, ''))).toEqual([place]) })

test('two destinations of one name are refused: they would share a cursor', () => {
  const one = { name: 'sink', url: 'http://localhost' }
  expect(forwardSchema.safeParse([one, one]).error?.issues).toMatchObject([{ path: [1, 'name'], message: 'is there twice' }])
})

test('what is missing is told by its name, and a value never', async () => {
  const headers = (value: unknown): object[] => [{ name: 'sink', url: 'http://localhost', headers: { Authorization: value } }]
  await expect(load(headers('Bearer ${TOKEN}'))).rejects.toThrow('forward: header Authorization names the environment variable TOKEN, which is not set')
  await expect(load(headers({ file: 'gone' }))).rejects.toThrow('forward: the file of header Authorization cannot be read')
  const refused: unknown = await load(headers('hunter2 ${TOKEN}'), { TOKEN: 'a\nb' }).catch((error: unknown) => error)
  expect((refused as Error).message).toBe('forward: the value of header Authorization holds characters that no header may')
})

test('what a variable holds is not filled in again', async () => {
  const [destination] = await load([{ name: 'sink', url: 'http://localhost', headers: { X: '${A}' } }], { A: '${B} $& $1', B: 'other' })
  expect(await destination!.headers['X']!.reveal()).toBe('${B} $& $1')
})
