// The docs are true: their tables are those of the code, their links lead somewhere, their examples run.

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadConfig, parseYaml } from '../../collector/config.ts'
import { loadPolicy } from '../../collector/retain/load.ts'
import { runCollector } from '../support/running.ts'
import { documented, render, tableIn } from './tables.ts'
import type { TableName } from './tables.ts'
import type { RunningCollector } from '../support/running.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (file: string): Promise<string> => readFile(join(root, file), 'utf8')
const pages = ['README.md', 'processors/README.md', 'sdk/README.md', 'collector/README.md', 'collector/seal/README.md', 'deploy/README.md', 'CHANGELOG.md']

test.each(Object.entries(documented))('the table of %s in %s is the one in the code', async (name, file) => {
  expect(tableIn(await read(file), name)).toBe(await render(name as TableName))
})

test.each(pages)('the links of %s lead somewhere', async (page) => {
  const links = [...(await read(page)).matchAll(/\]\((?!https?:)([^)#]+)/g)].map((match) => match[1]!)
  expect(links.filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([])
})

function blocks(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map((match) => match[1]!)
}

describe('the examples of README.md', () => {
  let collector: RunningCollector
  beforeAll(async () => { collector = await runCollector() })
  afterAll(() => collector.remove())

  test('the TypeScript runs, and its record is in the timeline', async () => {
    const [example] = blocks(await read('README.md'), 'ts')
    const directory = await mkdtemp(join(root, 'test', 'repository', '.example-')) // inside, where packages are found
    try {
      const file = join(directory, 'example.ts')
      await writeFile(file, example!.replace('http://127.0.0.1:4318', collector.url))
      const { stdout, stderr, status } = await run(process.execPath, ['--conditions=@blotter/source', '--disable-warning=ExperimentalWarning', file], directory) // where its spool may lie
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
      expect(stdout).toMatch(/^[0-9a-f-]{36} 0\n$/)
      expect(await collector.timeline('request_id=req-1')).toMatchObject([{ actor: { id: 'maria' }, reason: 'ordered twice', target: { id: 'pay_1', type: 'payment' } }])
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  test('the curl command is accepted', async () => {
    const command = blocks(await read('README.md'), 'sh').find((block) => block.startsWith('curl'))!
    const { stdout, status } = await run('sh', ['-c', command.replace('curl ', 'curl -sS ').replace('http://127.0.0.1:4318', collector.url)])
    expect({ stdout, status }).toEqual({ stdout: '{}', status: 0 })
    expect((await collector.timeline('request_id=req-1&related=false')).length).toBeGreaterThan(0)
  })
})

/** Not the synchronous form: the collector that is asked lives in this process. */
function run(command: string, words: readonly string[], cwd = root): Promise<{ stdout: string; stderr: string; status: number | null }> {
  const child = spawn(command, words, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  const printed = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) child[name].on('data', (chunk: Buffer) => { printed[name] += chunk.toString() })
  return new Promise((resolve) => { child.on('close', (status) => { resolve({ ...printed, status }) }) })
}

test('the configuration and the policy of collector/README.md load', async () => {
  const [config, policy] = blocks(await read('collector/README.md'), 'yaml')
  const directory = await mkdtemp(join(root, 'test', 'repository', '.example-'))
  try {
    await writeFile(join(directory, 'blotter.yaml'), config!)
    await writeFile(join(directory, 'retention.yaml'), policy!)
    const loaded = await loadConfig({ flags: { config: join(directory, 'blotter.yaml') }, environment: { LOKI_TOKEN: 'x' } })
    expect(loaded).toMatchObject({ port: 4318, redact: { keys: ['tax_id'] }, forward: [{ name: 'loki' }, { name: 'siem', timeoutMs: 10_000 }] })
    expect(await loaded.forward[0]!.headers['Authorization']!.reveal()).toBe('Bearer x')
    expect((await loadPolicy(loaded.retentionPaths, loaded.retentionRequired, parseYaml)).policy.classes).toHaveLength(2)
  } finally {
    await rm(directory, { recursive: true })
  }
})

test('the configuration and the policy of compose load', async () => {
  const loaded = await loadConfig({ flags: { config: join(root, 'deploy/compose/blotter.yaml') }, environment: {} })
  expect(loaded).toMatchObject({ dataDirectory: '/data', host: '0.0.0.0', forward: [{ name: 'loki' }] })
  expect((await loadPolicy(loaded.retentionPaths, loaded.retentionRequired, parseYaml)).policy.byDefault.name).toBe('operations')
})
