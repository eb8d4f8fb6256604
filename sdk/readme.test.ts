import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { errorTable } from './errors.ts'
import { defaults } from './options.ts'
import type { AuditOptions } from './options.ts'
import { startFakeCollector } from './testing/fake-collector.ts'

const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8')
const examples = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => match[1]!)

/** Rows of the table whose first header is `header`, cell by cell. */
function table(header: string): string[][] {
  const lines = readme.split('\n')
  const start = lines.findIndex((line) => line.startsWith(`| ${header} |`))
  const rest = lines.slice(start + 2)
  return rest.slice(0, rest.findIndex((line) => !line.startsWith('|'))).map((line) => line.slice(2, -2).split(' | '))
}

/** Runs as a file of an app would, its packages resolved from here. */
function run(code: string): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--conditions=@blotter/source', '--input-type=module-typescript', '-'], { cwd: import.meta.dirname, env: { ...process.env, BLOTTER_KEY: 'blt_example', NODE_OPTIONS: '' } })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (part) => { stdout += String(part) })
    child.stderr.on('data', (part) => { stderr += String(part) })
    child.on('close', (exitCode) => { resolve({ exitCode, stdout, stderr }) })
    child.stdin.end(code)
  })
}

test('the error table is the one in the code', () => {
  expect(table('code')).toEqual(Object.entries(errorTable).map(([code, { retryable, meaning, hint }]) => [`\`${code}\``, retryable ? 'yes' : 'no', meaning, hint]))
})

test('the options table lists every option, with its default', () => {
  const all: Record<keyof AuditOptions, true> = {
    endpoint: true, key: true, integration: true, service: true, timeoutMs: true, includePayload: true, maxPayloadBytes: true, redact: true, fingerprintKey: true, onRecordError: true,
    maxBatch: true, maxQueue: true, fetch: true, clock: true,
  }
  const rows = table('option')
  expect(rows.map(([name]) => name)).toEqual(Object.keys(all).map((name) => `\`${name}\``))
  for (const [name, value] of Object.entries(defaults)) expect(rows.find(([cell]) => cell === `\`${name}\``)?.[1]).toBe(`\`${String(value)}\``)
})

test('there are examples', () => { expect(examples.length).toBeGreaterThan(3) })

test.each(examples.map((code, index) => [index + 1, code] as const))('example %i runs, and no secret of it leaves the process', async (_number, code) => {
  await using collector = await startFakeCollector()
  const { exitCode, stdout, stderr } = await run(code.replaceAll('http://127.0.0.1:4318', collector.endpoint))
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  const kept = [...collector.stored.keys(), ...collector.requests('/v1/logs').flatMap(({ records }) => records)]
  expect(kept).toHaveLength(1)
  expect(collector.seen.map(({ body }) => body).join()).not.toContain('never leaves')
  expect(collector.broken).toEqual([])
  if (code.includes('console.log(receipt)')) expect(stdout).toMatch(/^\{\n {2}recordId: '.{36}',\n {2}integrityHash: '.{44}',\n {2}leafIndex: 0,\n {2}sinkTimestamp: '[0-9]{19}'\n\}\n$/)
})
