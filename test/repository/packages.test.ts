// The packages as a stranger gets them: packed, installed without a network into an empty directory, used by plain Node and
// by a compiler that knows nothing of this repository.

import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestCollector } from '@blotter/sdk/testing'
import { packPackages, run } from './packing.ts'
import type { Packed } from './packing.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const tool = (name: string): string => join(root, 'node_modules', '.bin', name)
const manifest = (folder: string): { exports: Record<string, unknown>; dependencies?: Record<string, string>; peerDependencies?: Record<string, string> } => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as ReturnType<typeof manifest>
const entries = Object.keys(manifest(join(root, 'sdk')).exports).filter((name) => name !== './package.json')
const peers = Object.keys(manifest(join(root, 'sdk')).peerDependencies!).filter((name) => name !== 'vitest')
const specifier = (entry: string): string => `@blotter/sdk${entry.slice(1)}`
const runtimeEntries = entries.filter((entry) => entry !== './testing/vitest') // which needs a test runner around it

let folder: string
let app: string
let packed: Packed

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'blotter-packages-'))
  packed = packPackages(folder)
  app = join(folder, 'app')
  install(app)
}, 240_000)
afterAll(() => { rmSync(folder, { recursive: true }) })

/** What the packages depend on is packed from what is installed here: an empty directory has no cache, and this no network. */
function install(into: string): void {
  mkdirSync(into)
  const theirs = Object.keys(manifest(join(root, 'processors')).dependencies!).map((name) => [name, join(folder, run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder, join(root, 'node_modules', name)], folder).trim())] as const)
  const dependencies = Object.fromEntries([['@blotter/processors', packed.processors] as const, ['@blotter/sdk', packed.sdk] as const, ...theirs].map(([name, file]) => [name, `file:${file}`]))
  writeFileSync(join(into, 'package.json'), JSON.stringify({ name: 'app', private: true, type: 'module', dependencies }))
  run('npm', ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--silent', '--cache', join(folder, 'cache')], into)
}

/** Another app with the same packages, and some of those that are installed here. */
function appWith(name: string, packages: readonly string[]): string {
  const other = join(folder, name)
  cpSync(join(app, 'node_modules'), join(other, 'node_modules'), { recursive: true })
  for (const one of packages) {
    const link = join(other, 'node_modules', one)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(root, 'node_modules', one), link)
  }
  writeFileSync(join(other, 'package.json'), '{ "type": "module" }')
  return other
}

/** Under plain Node, beside this process, which may serve it. */
async function runNode(code: string): Promise<string> {
  const file = join(app, 'main.mjs')
  writeFileSync(file, code)
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [file], { cwd: app, env: { PATH: process.env['PATH'] }, timeout: 60_000 })
  expect(stderr).toBe('')
  return stdout
}

function filesUnder(directory: string): { readonly path: string; readonly bytes: number }[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).map((path) => ({ path, stat: statSync(join(directory, path)) })).filter(({ stat }) => stat.isFile()).map(({ path, stat }) => ({ path, bytes: stat.size }))
}

const bytes = (files: readonly { readonly bytes: number }[]): number => files.reduce((sum, file) => sum + file.bytes, 0)

test('the install is small: four packages, no engine, no service', () => {
  const modules = join(app, 'node_modules')
  const packages = readdirSync(modules).filter((name) => !name.startsWith('.')).flatMap((name) => (name.startsWith('@') ? readdirSync(join(modules, name)).map((inner) => `${name}/${inner}`) : [name]))
  expect(packages.sort()).toEqual(['@blotter/processors', '@blotter/sdk', 'fast-redact', 're2js'])
  const mebibytes = (size: number): number => Math.round(size / 1024 / 1024 * 100) / 100
  const size = { packed: mebibytes(statSync(packed.processors).size + statSync(packed.sdk).size), own: mebibytes(bytes(filesUnder(join(modules, '@blotter')))), installed: mebibytes(bytes(filesUnder(modules))) }
  expect(size.packed, JSON.stringify(size)).toBeLessThan(0.75)
  expect(size.installed, JSON.stringify(size)).toBeLessThan(4)
})

test.each(['processors', 'sdk'])('%s holds what it needs and nothing else', (name) => {
  const files = filesUnder(join(app, 'node_modules', '@blotter', name)).map(({ path }) => path)
  expect(files.filter((path) => !/^(?:dist\/.*(?<!\.test)\.(?:js|d\.ts)|docs\/[a-z-]+\.md|docs\/README\.md|README\.md|LICENSE|package\.json)$/.test(path))).toEqual([])
  expect(readFileSync(join(app, 'node_modules', '@blotter', name, 'LICENSE'), 'utf8')).toBe(readFileSync(join(root, 'LICENSE'), 'utf8'))
  expect(readFileSync(join(app, 'node_modules', '@blotter', name, 'package.json'), 'utf8')).not.toContain('@blotter/source')
  expect(files.filter((path) => path.endsWith('.js') && readFileSync(join(app, 'node_modules', '@blotter', name, path), 'utf8').match(/(?:from|import\()\s*['"]\.[^'"]*\.ts['"]/) !== null)).toEqual([])
})

test('every entry point loads under plain Node, by import and by require, and exports what the source exports', async () => {
  const names = JSON.parse(await runNode(`import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
const names = {}
for (const name of ${JSON.stringify(runtimeEntries.map(specifier))}) {
  names[name] = Object.keys(await import(name)).sort()
  if (require(name).createAudit !== (await import(name)).createAudit) throw new Error(name)
}
console.log(JSON.stringify(names))`)) as unknown
  const fromSource = await Promise.all(runtimeEntries.map(async (entry) => [specifier(entry), Object.keys(await import(specifier(entry)) as object).sort()] as const))
  expect(names).toEqual(Object.fromEntries(fromSource))
})

test('an installed SDK records, in a thread of its own and inline, and no secret leaves it', async () => {
  await using collector = await startTestCollector()
  const code = (options: string): string => `import { createAudit } from '@blotter/sdk'
const audit = createAudit({ endpoint: '${collector.endpoint}', integration: 'stripe'${options} })
const { recordId } = await audit.record({ event: 'payment.refund', actor: 'user-17', action: 'EXECUTE', payload: { apiKey: 'planted-value' } })
const { thread, spool } = audit.status()
await audit.close()
console.log(JSON.stringify({ recordId, thread, spool }))`
  const printed = [await runNode(code('')), await runNode(code(', spool: { directory: "./spool" }')), await runNode(code(', spool: false, thread: false'))].map((line) => JSON.parse(line) as { recordId: string })
  expect(printed).toMatchObject([{ thread: true, spool: 'disk' }, { thread: true, spool: 'disk' }, { thread: false, spool: 'memory' }])
  expect(collector.records.filter(({ event }) => event === 'payment.refund').map(({ recordId }) => recordId)).toEqual(printed.map(({ recordId }) => recordId))
  expect(JSON.stringify(collector.requests)).not.toContain('planted-value')
})

/** Without `skipLibCheck`: what the declaration files need must be there. */
function compile(consumer: string, code: string): string {
  writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions: { noEmit: true, strict: true, target: 'es2023', lib: ['es2023', 'esnext.disposable', 'dom'], module: 'nodenext', types: ['node'], skipLibCheck: false }, include: ['*.ts'] }))
  writeFileSync(join(consumer, 'main.ts'), code)
  return run(tool('tsc'), ['-p', '.'], consumer)
}

const importAll = (names: readonly string[]): string => `${names.map((entry, index) => `import * as entry${index} from '${specifier(entry)}'`).join('\n')}
console.log([${names.map((_, index) => `entry${index}`).join(', ')}])
`

test('what needs no framework compiles without one', () => {
  const consumer = appWith('plain', ['@types/node', 'undici-types'])
  expect(compile(consumer, importAll(['.', './otel', './webhooks', './express', './fetch', './testing']))).toBe('')
})

test('what a consumer writes against the types compiles, and what is wrong does not', () => {
  const consumer = appWith('consumer', ['@types/node', 'undici-types', 'vitest', ...peers])
  expect(compile(consumer, `${importAll(entries)}
import { AuditError, createAudit } from '@blotter/sdk'
import type { AuditEvent } from '@blotter/sdk'
import { createTestCollector } from '@blotter/sdk/testing'

const event: AuditEvent = { event: 'payment.refund', actor: 'user-17', action: 'EXECUTE' }
const audit = createAudit({ ...createTestCollector().options, integration: 'stripe' })
const { recordId }: { recordId: string } = await audit.record(event)
const child = audit.child({ actor: 'job', requestId: 'req-1' })
const value: number = await child.track({ event: 'job.run', action: 'EXECUTE' }, () => 1)
// @ts-expect-error an event has an actor
await audit.record({ event: 'payment.refund', action: 'EXECUTE' })
// @ts-expect-error an option that is not one
createAudit({ integration: 'stripe', retries: 3 })
console.log(recordId, value, AuditError)
`)).toBe('')
})

test('the matchers work in a test of an app', async () => {
  const consumer = appWith('tested', ['vitest'])
  writeFileSync(join(consumer, 'app.test.js'), `import '@blotter/sdk/testing/vitest'
import { expect, test } from 'vitest'
import { createAudit } from '@blotter/sdk'
import { createTestCollector } from '@blotter/sdk/testing'

test('a refund is recorded', async () => {
  const collector = createTestCollector()
  await using audit = createAudit({ ...collector.options, integration: 'stripe' })
  await audit.record({ event: 'payment.refund', actor: 'user-17', action: 'EXECUTE' })
  expect(collector).toHaveRecorded({ event: 'payment.refund', actor: 'user-17' })
})
`)
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--root', consumer, '--reporter=dot'], { cwd: consumer, env: { PATH: process.env['PATH'], NO_COLOR: '1' }, timeout: 120_000 })
  expect(stdout).toContain('1 passed')
})

describe.each(['processors', 'sdk'] as const)('the package %s', (name) => {
  test('is what publint wants', async () => {
    const { messages } = await publint({ pkgDir: join(app, 'node_modules', '@blotter', name), level: 'suggestion', strict: true, pack: false })
    expect(messages).toEqual([])
  })

  test('resolves and types alike everywhere that ES modules do', () => {
    expect(existsSync(packed[name])).toBe(true)
    expect(run(tool('attw'), [packed[name], '--profile', 'esm-only', '--format', 'ascii', '--no-color', '--no-emoji'], folder)).toContain('OK (ESM)') // and it ended with 0
  })
})
