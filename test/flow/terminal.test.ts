// The commands of an investigation as processes of their own, against a real collector: what they print, where to, how
// they end, and that those which follow go on over a restart.

import { spawn } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { exporters } from '../../collector/query/timeline/export/index.ts'
import { runBlotter, startBlotter } from '../support/collector-process.ts'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../support/free-port.ts'
import { runCollector } from '../support/running.ts'
import type { RunningCommand } from '../support/collector-process.ts'
import type { RunningCollector } from '../support/running.ts'

let collector: RunningCollector
let key: string
let directory: string
beforeAll(async () => {
  collector = await runCollector({ port: await freePort() }) // the same after a restart
  key = await collector.key('shop', 'production', ['ingest', 'read'])
  directory = await mkdtemp(join(tmpdir(), 'blotter-terminal-'))
  for (const [i, outcome] of ['failure', 'failure', 'success'].entries()) await send({ 'blotter.request.id': 'req-1', 'audit.outcome': outcome, 'blotter.reason': `try ${i}` })
  await settle()
})
afterAll(async () => { await collector.remove(); await rm(directory, { recursive: true }) })

let sent = 0
async function send(attributes: Readonly<Record<string, string>>): Promise<void> {
  sent += 1
  const all = { 'audit.actor.id': 'maria', 'audit.action': 'EXECUTE', 'audit.target.id': 'pay_1', 'audit.target.type': 'payment', 'blotter.integration': 'stripe', 'audit.record.id': `rec-${sent}`, ...attributes }
  const record = { eventName: 'payment.capture', timeUnixNano: String(BigInt(Date.now()) * 1_000_000n + BigInt(sent)), attributes: Object.entries(all).map(([name, value]) => ({ key: name, value: { stringValue: value } })) }
  const body = JSON.stringify({ resourceLogs: [{ resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] }, scopeLogs: [{ logRecords: [record] }] }] })
  const response = await fetch(`${collector.url}/v1/logs`, { method: 'POST', body, headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` } })
  expect(response.status).toBe(200)
}

async function settle(): Promise<void> {
  expect(await collector.service.catchUp(10_000)).toBe(true)
}

const environment = (): Record<string, string> => ({ BLOTTER_URL: collector.url, BLOTTER_KEY: key, NO_COLOR: '1' })
const blotter = (...words: string[]): ReturnType<typeof runBlotter> => runBlotter(words, environment())
const selector = '{service_name="shop"}'

describe('blotter search', () => {
  test('shows the newest lines, oldest first; all labels, the lines alone, or JSON on demand', async () => {
    const { code, stdout, stderr } = await blotter('search', selector)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout.trim().split('\n').map((line) => line.slice(25))).toEqual(['failure (try 0)', 'failure (try 1)', 'success (try 2)'].map((end) => `stripe maria EXECUTE payment:pay_1 → ${end} payment.capture`))
    expect((await blotter('search', selector, '--raw', '--direction', 'backward', '--limit', '1')).stdout).toBe('stripe maria EXECUTE payment:pay_1 → success (try 2) payment.capture\n')
    const [first] = (await blotter('search', `${selector} |= "try 0"`, '--json')).stdout.trim().split('\n').map((line) => JSON.parse(line) as { time: string; labels: object })
    expect(first).toMatchObject({ time: expect.stringMatching(/^\d{4}-.*\.\d{9}Z$/), labels: { service_name: 'shop', audit_record_id: 'rec-1' } })
    expect((await blotter('search', selector, '--labels')).stdout).toContain('\n    audit_actor_id=maria\n')
  })

  test('shows a metric as a table with its course, and one moment as its value', async () => {
    const matrix = await blotter('search', `sum by (audit_outcome) (count_over_time(${selector}[1h]))`, '--last', '5m', '--step', '1m')
    expect(matrix).toMatchObject({ code: 0, stderr: '' })
    expect(matrix.stdout.split('\n').slice(0, 3).map((line) => line.split(/\s{2,}/).slice(0, 2))).toEqual([['SERIES', 'LAST'], ['{audit_outcome="failure"}', '2'], ['{audit_outcome="success"}', '1']])
    expect((await blotter('search', 'vector(41) + 1', '--at', 'now')).stdout).toMatch(/^SERIES {2}VALUE\n\{\} {6}42\n$/)
  })

  test('ends with 1 when nothing is found, and with 2 and the place when the query is wrong', async () => {
    expect(await blotter('search', '{service_name="nobody"}')).toMatchObject({ code: 1, stdout: 'Nothing was found in this time.\n', stderr: '' })
    const wrong = await blotter('search', '{service_name="shop"} | json | }')
    expect(wrong).toMatchObject({ code: 2, stdout: '' })
    const [, line, caret] = wrong.stderr.trimEnd().split('\n').slice(-3)
    expect(line![caret!.indexOf('^')]).toBe('}')
    expect(await blotter('search', selector, '--at', 'now')).toMatchObject({ code: 2 })
    expect(await blotter('search', '{a="b"', '}')).toMatchObject({ code: 2 })
  })

  test('says that the key may not read, and not more', async () => {
    const writer = await collector.key('shop', 'production', ['ingest'])
    const refused = await runBlotter(['search', selector], { ...environment(), BLOTTER_KEY: writer })
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toMatch(/scope/)
    expect(refused.stderr).not.toContain(writer)
  })
})

test('blotter labels tells what a selector can ask for', async () => {
  expect((await blotter('labels')).stdout.split('\n')).toContain('service_name')
  expect(JSON.parse((await blotter('labels', 'service_name', '--json', '--selector', '{service_name=~"sh.*"}')).stdout)).toEqual(['shop'])
  expect(await blotter('labels', 'nothing_of_the_kind')).toMatchObject({ code: 1, stdout: '' })
})

describe('blotter timeline', () => {
  test('shows what every record says, and ends with 1 when there is none', async () => {
    const shown = await blotter('timeline', '--request-id', 'req-1', '--unfold')
    expect(shown).toMatchObject({ code: 0, stderr: '' })
    expect(shown.stdout).toMatch(/failure +try 0 +← first failure/)
    expect(await blotter('timeline', '--request-id', 'req-nobody')).toMatchObject({ code: 1 })
    expect(await blotter('timeline', '--request-id', 'req-nobody', '--compare')).toMatchObject({ code: 1, stdout: expect.stringContaining('No records match') })
  })

  test('compares by machine, too', async () => {
    const { stdout, code } = await blotter('timeline', '--request-id', 'req-1', '--compare', '--json')
    expect(code).toBe(0)
    expect((JSON.parse(stdout) as { comparison: object }).comparison).toMatchObject({ failure: { id: 'rec-2' }, success: { id: 'rec-3' }, differences: [{ field: 'reason', failure: 'try 1', success: 'try 2' }] })
  })

  test.each(Object.keys(exporters))('exports as %s into a file for its owner alone', async (format) => {
    const file = join(directory, format)
    expect(await blotter('timeline', '--request-id', 'req-1', '--format', format, '--output', file)).toMatchObject({ code: 0, stdout: '', stderr: '' })
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await readFile(file, 'utf8')).length).toBeGreaterThan(50)
  })

  test('overwrites an export only when it is told to', async () => {
    const words = ['timeline', '--request-id', 'req-1', '--format', 'csv', '--output', join(directory, 'again.csv')]
    expect(await blotter(...words)).toMatchObject({ code: 0 })
    expect(await blotter(...words)).toMatchObject({ code: 2, stderr: expect.stringContaining('--force') })
    expect(await blotter(...words, '--force')).toMatchObject({ code: 0 })
  })

  test('an export that is refused leaves no file', async () => {
    const refused = await blotter('timeline', '--request-id', 'req-1', '--format', 'nonsense', '--output', join(directory, 'refused'))
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('format')])
    expect(await readdir(directory)).not.toContain('refused')
  })

  test.each([[['--follow', '--compare']], [['--follow', '--output', 'x']], [['--share', 'stripe']], [['--json', '--format', 'csv']], [['--time', 'moon']]])('refuses %j, which does not go together', async (words) => {
    expect(await blotter('timeline', '--request-id', 'req-1', ...words)).toMatchObject({ code: 2, stdout: '' })
  })

  test('ends quietly when nobody reads on', async () => {
    const command = fileURLToPath(new URL('../../collector/command/blotter', import.meta.url))
    const child = spawn('sh', ['-c', `"${command}" timeline --request-id req-1 --json | head -1`], { env: { ...process.env, ...environment() }, stdio: ['ignore', 'pipe', 'pipe'] })
    let printed = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { printed += chunk.toString() })
    expect(await new Promise((resolve) => { child.on('close', resolve) })).toBe(0)
    expect(printed).toBe('{\n')
  })
})

function follow(...words: string[]): RunningCommand {
  const command = startBlotter(words, environment())
  onTestFinished(async () => { await command.interrupt() })
  return command
}

const count = (text: string, part: string): number => text.split(part).length - 1

test('a followed timeline prints each record once, goes on over a restart, and ends well with Ctrl-C', async () => {
  const command = follow('timeline', '--request-id', 'req-follow', '--follow', '--json')
  await send({ 'blotter.request.id': 'req-follow', 'audit.outcome': 'failure', 'blotter.delivery.id': 'evt-follow' })
  await eventually('the first is printed', async () => count(command.stdout(), '\n') === 1)
  await collector.restart()
  await send({ 'blotter.delivery.id': 'evt-follow', 'audit.outcome': 'success' }) // of the story by its delivery
  await eventually('the second is printed', async () => count(command.stdout(), '\n') === 2)
  expect(await command.interrupt()).toEqual({ code: 0, signal: null })
  expect(command.stdout().trim().split('\n').map((line) => (JSON.parse(line) as { outcome: string }).outcome)).toEqual(['failure', 'success'])
})

test('a tail prints each line once, goes on over a restart, and ends well with Ctrl-C', async () => {
  const command = follow('tail', `${selector} |= "tailed"`, '--last', '1h', '--raw')
  await send({ 'blotter.reason': 'tailed 1', 'audit.outcome': 'success' })
  await eventually('the first is printed', async () => command.stdout().includes('tailed 1'))
  await collector.restart()
  await send({ 'blotter.reason': 'tailed 2', 'audit.outcome': 'success' })
  await eventually('the second is printed', async () => command.stdout().includes('tailed 2'))
  expect(await command.interrupt()).toEqual({ code: 0, signal: null })
  expect([count(command.stdout(), 'tailed 1'), count(command.stdout(), 'tailed 2')]).toEqual([1, 1])
})

test('a tail that is refused ends with what was said', async () => {
  const refused = await runBlotter(['tail', selector], { ...environment(), BLOTTER_KEY: 'blt_nobody' })
  expect(refused).toMatchObject({ code: 2, stdout: '' })
  expect(await blotter('tail', `count_over_time(${selector}[1m])`)).toMatchObject({ code: 2, stdout: '' })
})

test('the commands of the documentation run', async () => {
  const page = await readFile(fileURLToPath(new URL('../../collector/README.md', import.meta.url)), 'utf8')
  const block = /## In the terminal\n\n```sh\n([\s\S]*?)```/.exec(page)![1]!
  const lines = block.trim().split('\n').filter((line) => !/--follow|blotter tail/.test(line)) // those have tests of their own
  expect(lines.length).toBeGreaterThan(3)
  const command = fileURLToPath(new URL('../../collector/command/blotter', import.meta.url))
  for (const line of lines) {
    const child = spawn('sh', ['-c', line.replace('npx blotter', `"${command}"`)], { env: { ...process.env, ...environment() }, stdio: ['ignore', 'ignore', 'pipe'] })
    let complaint = ''
    child.stderr.on('data', (chunk: Buffer) => { complaint += chunk.toString() })
    const code = await new Promise((resolve) => { child.on('close', resolve) })
    expect({ line, complaint, wrong: code !== 0 && code !== 1 }).toEqual({ line, complaint: '', wrong: false })
  }
})
