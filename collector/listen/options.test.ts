import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { directoryForTest } from '../../test/support/directory.ts'
import { loadConfig } from '../config.ts'
import type { Config } from '../config.ts'

async function load(file: string): Promise<Config & { readonly directory: string }> {
  const directory = await directoryForTest()
  await writeFile(join(directory, 'blotter.yaml'), file)
  return { ...await loadConfig({ flags: { config: join(directory, 'blotter.yaml') }, environment: {} }), directory }
}

const problemsOf = (file: string): Promise<string> => load(file).then(() => 'none', ({ message }: Error) => message)

test('files are relative to the configuration, and what is not set is not there', async () => {
  const { tls, allow, connections, directory } = await load('tls: { certificate_file: tls.crt, key_file: /run/tls.key }\nallow: { proxy_hops: 2 }')
  expect({ tls, allow, connections }).toEqual({ tls: { certificateFile: join(directory, 'tls.crt'), keyFile: '/run/tls.key' }, allow: { proxyHops: 2 }, connections: undefined })
})

test('the example of the docs loads', async () => {
  const page = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  const [, example] = /## TLS and who may connect\n\n```yaml\n([\s\S]*?)```/.exec(page)!
  expect(await load(example!)).toMatchObject({
    tls: { keyFile: '/run/secrets/tls/tls.key', clientCaFile: '/run/secrets/tls/clients.crt', clientNames: ['DNS:billing.example.com', 'URI:spiffe://example.com/crm'] },
    allow: { addresses: ['10.0.0.0/8', '2001:db8::/32'], proxyHops: 1 },
  })
})

test('every problem is told at once, with its key', async () => {
  const problems = await problemsOf('tls: { certificate_file: a }\nallow: { addresses: [localhost], proxy_hops: 11, proxies: 1 }\nconnections: { most: 1 }')
  for (const key of ['tls.key_file', 'allow.addresses.0', 'allow.proxy_hops', 'allow: ', 'connections.most']) expect(problems).toContain(`  ${key}`)
})

test('an empty list is a slip, not a rule: nobody could connect', async () => {
  expect(await problemsOf('allow: { addresses: [] }')).toContain('allow.addresses')
  expect(await problemsOf('tls: { certificate_file: a, key_file: b, client_ca_file: c, client_names: [] }')).toContain('tls.client_names')
})

test('the checking of certificates can not be turned off from outside', async () => {
  await expect(loadConfig({ flags: {}, environment: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } })).rejects.toThrow('NODE_TLS_REJECT_UNAUTHORIZED=0')
  await expect(loadConfig({ flags: {}, environment: { NODE_TLS_REJECT_UNAUTHORIZED: '1' } })).resolves.toBeTruthy()
})
