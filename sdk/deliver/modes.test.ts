// What each mode of delivery promises, in a thread and inline, with a real collector's stand-in and a real spool.

import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { fields, text, toPlain } from '@blotter/processors'
import { createAudit } from '../audit.ts'
import type { Audit } from '../audit.ts'
import { AuditError } from '../errors.ts'
import type { AuditEvent } from '../event.ts'
import type { AuditOptions, Delivery } from '../options.ts'
import { keyBytes, startFakeCollector, status } from '../testing/fake-collector.ts'
import type { FakeCollector } from '../testing/fake-collector.ts'
import { gapEvent, gapKeys, gapSignature } from './gap.ts'

let collector: FakeCollector
let directory: string
let audits: Audit<never, Delivery>[]
const event: AuditEvent = { event: 'payment.refund', actor: 'user-17', action: 'EXECUTE' }
const canary = 'CANARY-5f0c'

beforeEach(async () => {
  collector = await startFakeCollector()
  directory = mkdtempSync(join(tmpdir(), 'blotter-modes-'))
  audits = []
})
afterEach(async () => {
  await Promise.all(audits.map((audit) => audit.close({ timeoutMs: 1 })))
  await collector.close()
  rmSync(directory, { recursive: true, force: true })
  expect(collector.broken).toEqual([])
})

function create(options: Partial<AuditOptions> = {}): Audit<never, Delivery> {
  const audit = createAudit<Delivery>({ endpoint: collector.endpoint, integration: 'stripe', spool: { directory }, sequence: false, thread: false, ...options })
  audits.push(audit)
  return audit
}

const down = (): { status: number } => ({ status: 503 })
const idsStored = (): string[] => [...collector.stored.keys()]
const until = (fine: () => void): Promise<void> => vi.waitFor(fine, { timeout: 20_000, interval: 20 })
const everyFile = (): string => readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1')).join('\n')

describe.each([['in a thread', true], ['inline', false]])('%s', (_where, thread) => {
  test('each mode resolves with what it promises', async () => {
    const audit = create({ thread })
    expect(await audit.record({ ...event, recordId: 'a' })).toMatchObject({ state: 'accepted', recordId: 'a', leafIndex: 0 })
    expect(await audit.record({ ...event, recordId: 'b' }, { delivery: 'spooled' })).toEqual({ state: 'spooled', recordId: 'b' })
    expect(await audit.record({ ...event, recordId: 'c' }, { delivery: 'best-effort' })).toEqual({ state: 'handed-over', recordId: 'c' })
    const after = await audit.flush()
    expect(idsStored()).toEqual(['a', 'b', 'c'])
    expect(after).toMatchObject({ emitted: 3, spooled: 3, accepted: 3, refused: 0, dropped: 0, pending: 0, spoolRecords: 0, spool: 'disk', thread })
  })

  test('without a collector a record is spooled, and the next start delivers it, in order', async () => {
    collector.reply = down
    const first = create({ thread })
    for (const recordId of ['a', 'b', 'c']) await first.record({ ...event, recordId }, { delivery: 'spooled' })
    expect(await first.close({ timeoutMs: 10 })).toMatchObject({ spooled: 3, accepted: 0, spoolRecords: 3 })
    expect(idsStored()).toEqual([])
    collector.reply = undefined
    create({ thread })
    await until(() => expect(idsStored()).toEqual(['a', 'b', 'c']))
  })

  test('an acknowledged record whose deadline passes says that it is in the spool, and retry() finds its receipt', async () => {
    collector.reply = down
    const audit = create({ thread, timeoutMs: 4_000 })
    const failure = await audit.record({ ...event, recordId: 'a' }).catch((error: unknown) => error) as AuditError
    expect(failure).toMatchObject({ code: 'DEADLINE', state: 'spooled', recordId: 'a', retryable: true, message: expect.stringContaining('status 503') })
    collector.reply = undefined
    await until(() => expect(idsStored()).toEqual(['a']))
    expect(await failure.retry!()).toMatchObject({ state: 'accepted', recordId: 'a' })
  })

  test('a refused record is told, kept aside with the reason, and holds up no other', async () => {
    collector.reply = ({ records }) => (records.some(({ attributes }) => text(attributes, fields.recordId.key) === 'bad') ? status(400, 'MISSING_ATTRIBUTE', 'no') : undefined)
    const told = vi.fn<(error: AuditError) => void>()
    const audit = create({ thread, onRefused: told })
    const good = audit.record({ ...event, recordId: 'good' })
    await expect(audit.record({ ...event, recordId: 'bad' })).rejects.toMatchObject({ code: 'REFUSED', status: 400, reason: 'MISSING_ATTRIBUTE', recordId: 'bad' })
    expect(await good).toMatchObject({ state: 'accepted' })
    expect(told).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'REFUSED', recordId: 'bad' }))
    expect(await audit.flush()).toMatchObject({ accepted: 1, refused: 1, spoolRecords: 0 })
    expect(everyFile()).toContain('MISSING_ATTRIBUTE')
  })

  test('a refusal of the API key is told at once, and the record stays in the spool until the key is right', async () => {
    collector.reply = () => ({ status: 401 })
    const audit = create({ thread })
    await expect(audit.record({ ...event, recordId: 'a' })).rejects.toMatchObject({ code: 'UNAUTHENTICATED', state: 'spooled', recordId: 'a' })
    await expect(audit.record({ ...event, recordId: 'b' })).rejects.toMatchObject({ code: 'UNAUTHENTICATED', state: 'spooled', recordId: 'b' })
    expect(audit.status()).toMatchObject({ problem: 'UNAUTHENTICATED', refused: 0, spoolRecords: 2 })
    collector.reply = undefined
    await until(() => expect(idsStored()).toEqual(['a', 'b']))
  })

  test('a key that was fetched is there at the next start, and without any the redacted payload waits for it on the disk', async () => {
    collector.reply = down
    const audit = create({ thread, includePayload: true })
    await audit.record({ ...event, recordId: 'a', payload: { amount: 1, password: canary } }, { delivery: 'spooled' })
    expect(everyFile()).not.toContain(canary)
    expect(everyFile()).toContain('pending-kept')
    await audit.close({ timeoutMs: 1 })
    collector.reply = undefined
    const second = create({ thread })
    await until(() => expect(idsStored()).toEqual(['a']))
    const record = collector.stored.get('a')!
    expect(toPlain(record.body)).toEqual({ amount: 1, password: '[redacted:key_name]' })
    expect(text(record.attributes, fields.fingerprint.key)).toMatch(/^hmac-sha256:e1:/)
    expect(text(record.attributes, fields.fingerprintForm.key)).toBe('jcs-redacted')
    await second.close()
    const keyFile = readdirSync(directory).find((name) => name.startsWith('fingerprint-key-'))!
    expect(statSync(join(directory, keyFile)).mode & 0o777).toBe(0o600)
    collector.reply = down
    await create({ thread }).record({ ...event, recordId: 'b', payload: { amount: 1 } }, { delivery: 'spooled' })
    expect(everyFile()).toContain('hmac-sha256:e1:')
  })
})

test('the process may end while a record waits for its key: it goes to the disk redacted', async () => {
  collector.reply = down
  const audit = create()
  const told = audit.record({ ...event, recordId: 'a', payload: { password: canary } }).catch((error: unknown) => error)
  await audit.close({ timeoutMs: 1 })
  expect(await told).toMatchObject({ code: 'DEADLINE', state: 'spooled' })
  expect(everyFile()).toContain('pending')
  expect(everyFile()).not.toContain(canary)
})

describe('a full spool', () => {
  const large = 'x'.repeat(100_000)
  const full = (whenFull: 'block' | 'throw' | 'drop', more: Partial<AuditOptions> = {}): Audit<never, Delivery> => {
    collector.reply = down
    return create({ spool: { directory, maxBytes: 1_048_576, whenFull }, delivery: 'spooled', sequence: true, ...more })
  }
  const fill = (audit: Audit<never, Delivery>, count: number): Promise<string[]> =>
    Promise.all(Array.from({ length: count }, (_, index) => audit.record({ ...event, recordId: `r${index}`, attributes: { large } }).then(({ state }) => state, (error: AuditError) => error.code)))

  test('throw: what does not fit is refused with SPOOL_FULL, and can be tried again when there is room', async () => {
    const audit = full('throw')
    const ends = await fill(audit, 14)
    expect(new Set(ends)).toEqual(new Set(['spooled', 'SPOOL_FULL']))
    const failure = await audit.record({ ...event, recordId: 'late', attributes: { large } }).catch((error: unknown) => error) as AuditError
    collector.reply = undefined
    await audit.flush()
    expect(await failure.retry!()).toEqual({ state: 'spooled', recordId: 'late' })
  })

  test('block: what does not fit waits for room, in order', async () => {
    const audit = full('block')
    const ends = fill(audit, 14)
    await until(() => expect(audit.status().problem).toBe('SPOOL_FULL'))
    collector.reply = undefined
    expect(new Set(await ends)).toEqual(new Set(['spooled']))
    await audit.flush()
    expect(idsStored()).toEqual(Array.from({ length: 14 }, (_, index) => `r${index}`))
  })

  test('block: no longer than timeoutMs', async () => {
    const ends = await fill(full('block', { timeoutMs: 600 }), 14)
    expect(ends.filter((end) => end === 'SPOOL_FULL').length).toBeGreaterThan(0)
  })

  test('drop: what does not fit is counted, and a signed record tells how many, when and which', async () => {
    const audit = full('drop')
    const ends = await fill(audit, 14)
    const lost = ends.filter((end) => end === 'SPOOL_FULL').length
    expect(lost).toBeGreaterThan(0)
    expect(audit.status()).toMatchObject({ dropped: lost })
    collector.reply = undefined
    await audit.close()
    const gaps = [...collector.stored.values()].filter(({ eventName }) => eventName === gapEvent)
    expect(gaps.reduce((sum, { attributes }) => sum + Number(text(attributes, gapKeys.count)), 0)).toBe(lost)
    for (const gap of gaps) {
      expect(text(gap.attributes, gapKeys.value)).toBe(gapSignature(gap, keyBytes, 'e1'))
      expect(gap.attributes).toMatchObject({ [gapKeys.algorithm]: 'HMAC-SHA256', [gapKeys.form]: 'jcs', [fields.outcome.key]: 'failure' })
      expect(Number(text(gap.attributes, gapKeys.lastNumber))).toBeGreaterThanOrEqual(Number(text(gap.attributes, gapKeys.firstNumber)))
    }
  })
})

test('a spool that was asked for and cannot be used is an error of every record; the default one is a warning, and memory', async () => {
  const file = join(directory, 'file')
  writeFileSync(file, '')
  await expect(create({ spool: { directory: file } }).record(event)).rejects.toMatchObject({ code: 'SPOOL_FAILED' })
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  vi.stubEnv('BLOTTER_SPOOL', '')
  const before = process.cwd()
  process.chdir(directory)
  try {
    writeFileSync('.blotter-spool', '')
    const audit = createAudit<Delivery>({ endpoint: collector.endpoint, integration: 'stripe', thread: false })
    audits.push(audit)
    expect(await audit.record(event)).toMatchObject({ state: 'accepted' })
    expect(audit.status().spool).toBe('memory')
    expect(warned).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('memory only'), { type: 'AuditWarning', code: 'SPOOL_FAILED' })
  } finally {
    process.chdir(before)
    warned.mockRestore()
    vi.unstubAllEnvs()
  }
})

/** Runs `body` with an `audit` in a process of its own. */
function run(body: string, options: object = {}, signal?: (child: ReturnType<typeof spawn>, line: string) => void): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  const all = { endpoint: collector.endpoint, integration: 'stripe', spool: { directory }, sequence: false, ...options }
  const code = `import { createAudit } from '@blotter/sdk'
    const audit = createAudit(${JSON.stringify(all)})
    const event = ${JSON.stringify(event)}
    ${body}`
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--conditions=@blotter/source', '--input-type=module-typescript', '-e', code], { cwd: import.meta.dirname, env: { ...process.env, NODE_OPTIONS: '' } })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (part) => { stdout += String(part); signal?.(child, stdout) })
    child.stderr.on('data', (part) => { stderr += String(part) })
    child.on('close', (exitCode) => { resolve({ exitCode, stdout, stderr }) })
  })
}

/** A later process brings these to the collector. */
async function expectDelivered(ids: readonly string[]): Promise<void> {
  collector.reply = undefined
  create()
  await until(() => expect(ids.filter((id) => !collector.stored.has(id))).toEqual([]))
}

describe.each([['in a thread', true], ['inline', false]])('the end of a process, %s', (_where, thread) => {
  const many = `for (let i = 0; i < 50; i += 1) void audit.record({ ...event, recordId: 'r' + i, payload: { i, password: '${canary}' } }, { delivery: 'best-effort' })`
  const all = Array.from({ length: 50 }, (_, i) => `r${i}`).sort()

  test('nothing left to do: what is on the disk may wait, and the collector being there gets all of it', async () => {
    const { exitCode, stderr } = await run(many, { thread })
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(idsStored().sort()).toEqual(all)
  })

  test('nothing left to do and no collector: the process ends, and the next one delivers', async () => {
    collector.reply = down
    const { exitCode, stderr } = await run(many, { thread })
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    await expectDelivered(all)
  })

  test.each([['process.exit()', 'process.exit(3)', 3], ['an exception', 'throw new Error("the app")', 1]])('%s in the same turn loses nothing', async (_how, end, code) => {
    collector.reply = down
    const { exitCode } = await run(`${many}\n${end}`, { thread })
    expect(exitCode).toBe(code)
    expect(everyFile()).not.toContain(canary)
    await expectDelivered(all)
  })

  test('kill -9 loses nothing that was told to be spooled', async () => {
    collector.reply = down
    const { stdout } = await run(`for (let i = 0; ; i += 1) { await audit.record({ ...event, recordId: 'r' + i }, { delivery: 'spooled' }); console.log('r' + i) }`, { thread }, (child, line) => { if (line.includes('r40')) child.kill('SIGKILL') })
    const told = stdout.trim().split('\n').filter((line) => /^r\d+$/.test(line))
    expect(told.length).toBeGreaterThan(40)
    await expectDelivered(told)
  })
})

test('without a spool, a process that exits says how many records it lost', async () => {
  collector.reply = down
  const { stderr } = await run(`void audit.record(event, { delivery: 'best-effort' }); setTimeout(() => process.exit(), 1500)`, { spool: false, thread: false })
  expect(stderr).toContain('1 audit records are lost')
})

test('an app’s worker thread has an audit of its own, and may exit at once', async () => {
  collector.reply = down
  const path = join(import.meta.dirname, '.worker-under-test.mjs')
  writeFileSync(path, `import { createAudit } from '@blotter/sdk'
    void createAudit({ endpoint: '${collector.endpoint}', integration: 'stripe', sequence: false, spool: { directory: ${JSON.stringify(directory)} } }).record({ event: 'e', actor: 'a', action: 'READ', recordId: 'w' }, { delivery: 'best-effort' })
    process.exit(0)`)
  try {
    const { stderr } = await run(`const { Worker } = await import('node:worker_threads')
      await new Promise((resolve) => new Worker(${JSON.stringify(path)}, { execArgv: ['--conditions=@blotter/source'] }).on('exit', resolve))`)
    expect(stderr).toBe('')
  } finally {
    rmSync(path)
  }
  await expectDelivered(['w'])
})
