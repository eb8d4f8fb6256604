// Every TypeScript block of the SDK's docs compiles, runs against a collector, and sends no secret; every page can be found.

import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import '@blotter/sdk/testing/vitest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestCollector } from '@blotter/sdk/testing'
import { run } from './packing.ts'
import { createShelf, createTurns, runSnippet, snippetsOf } from './snippets.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const sdk = join(root, 'sdk')
const read = (page: string): string => readFileSync(join(sdk, page), 'utf8')
const pages = ['README.md', ...readdirSync(join(sdk, 'docs')).filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`)]
const snippets = pages.flatMap((page) => snippetsOf(page === 'README.md' ? 'readme' : page.slice('docs/'.length, -'.md'.length).toLowerCase(), read(page)))

const takeTurn = createTurns()
let shelf: string
beforeAll(() => { shelf = createShelf() })
afterAll(() => { rmSync(shelf, { recursive: true }) })

test('there is a page for each integration, with something to run', () => {
  for (const page of ['api', 'delivery', 'events', 'express', 'fastify', 'hono', 'migrate-from-opentelemetry', 'migrate-from-pino', 'migrate-from-winston', 'opentelemetry', 'outgoing', 'spool', 'testing', 'webhooks']) {
    expect(snippets.filter(({ name }) => name.replace(/-\d+$/, '') === page), page).not.toEqual([])
  }
})

test('every page is linked from the index, and the index from the README', () => {
  const links = linksOf('docs/README.md')
  expect(pages.filter((page) => page.startsWith('docs/') && page !== 'docs/README.md' && !links.includes(page.slice('docs/'.length)))).toEqual([])
  expect(linksOf('README.md')).toContain('docs/README.md')
})

test('every entry point is imported on some page', () => {
  const { exports } = JSON.parse(read('package.json')) as { exports: Record<string, unknown> }
  const code = snippets.map((snippet) => snippet.code).join('\n')
  expect(Object.keys(exports).filter((entry) => entry !== './package.json' && !code.includes(`'@blotter/sdk${entry.slice(1)}'`))).toEqual([])
})

test.each(pages)('the links of %s lead somewhere', (page) => {
  const broken = linksOf(page).filter((link) => {
    const [file, heading] = link.split('#') as [string, string?]
    const target = file === '' ? join(sdk, page) : join(sdk, dirname(page), file)
    return !existsSync(target) || (heading !== undefined && target.endsWith('.md') && !headingsOf(readFileSync(target, 'utf8')).includes(heading))
  })
  expect(broken).toEqual([])
})

test('every block compiles', () => {
  for (const { name, code } of snippets) writeFileSync(join(shelf, `${name}.ts`), `${code}\nexport {}\n`)
  writeFileSync(join(shelf, 'tsconfig.json'), JSON.stringify({ extends: join(root, 'tsconfig.json'), include: ['*.ts'], exclude: [] }))
  expect(run(join(root, 'node_modules', '.bin', 'tsc'), ['-p', '.'], shelf)).toBe('')
})

describe.concurrent('every block runs, and sends no secret', () => {
  test.each(snippets)('$name', { timeout: 300_000 }, (snippet) => takeTurn(async () => {
    await using collector = await startTestCollector()
    const { exitCode, stdout, stderr } = await runSnippet(shelf, snippet, collector.endpoint, () => collector.waitFor(1, { timeoutMs: 20_000 }))
    expect({ exitCode, stderr, stdout: exitCode === 0 ? '' : stdout }).toEqual({ exitCode: 0, stderr: '', stdout: '' })
    expect(collector).toHaveNoSecrets('never leaves')
    expect(collector).toBeFullyAcknowledged()
    if (snippet.code.includes('console.log(receipt)')) expect(stdout).toMatch(/^\{\n {2}state: 'accepted',\n {2}recordId: '.{36}',\n {2}integrityHash: '.{44}',\n {2}leafIndex: 0,\n {2}sinkTimestamp: '[0-9]{19}'\n\}\n$/)
  }))
})

function linksOf(page: string): string[] {
  return [...read(page).matchAll(/\]\((?!https?:)([^)]+)\)/g)].map((match) => match[1]!)
}

/** As they are named in a link. */
function headingsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.*)$/gm)].map((match) => match[1]!.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-'))
}
