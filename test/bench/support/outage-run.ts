// One row of the outage table with one subject: the emitter as a process of its own, then, where the subject keeps
// records on disk, the next start of the same service, which does nothing but deliver what is left.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as delay } from 'node:timers/promises'
import { startOutageServer } from './outage-server.ts'
import type { OutageRow } from './outage-rows.ts'

/** `stock`: NodeSDK, BatchLogRecordProcessor, OTLPLogExporter. `audit`: createAudit, spooled. `plugin`: NodeSDK with ours. */
export const subjects = ['stock', 'audit', 'plugin', 'exporter'] as const
export type Subject = (typeof subjects)[number]

export interface Outcome {
  readonly emitted: number
  /** Records of which the emitter was told that they are safe: exported, spooled or acknowledged. */
  readonly told: number
  /** Different records that the server took. */
  readonly delivered: number
  /** Emitted and not delivered. */
  readonly lost: number
  /** Told safe and not delivered. */
  readonly broken: number
  /** Taken more than once; a collector keeps them once. */
  readonly twice: number
  /** Requests that the server refused. */
  readonly refusals: number
  /** From the start of the emitter to its end. */
  readonly ms: number
  /** `0`, another exit code, or a signal. */
  readonly ended: string
}

const emitter = fileURLToPath(new URL('./outage-emitter.ts', import.meta.url))

export async function runOutage(row: OutageRow, subject: Subject): Promise<Outcome> {
  const directory = await mkdtemp(join(tmpdir(), 'blotter-outage-'))
  await using server = await startOutageServer(row.trouble)
  try {
    const startedMs = performance.now()
    const ended = await runEmitter({ row, subject, url: server.url, directory, drain: false })
    const ms = performance.now() - startedMs
    server.recover()
    if (subject !== 'stock') await runEmitter({ row, subject, url: server.url, directory, drain: true })
    return { ...await count(directory, server.delivered), refusals: server.refusals, ms: Math.round(ms), ended }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

export interface Task {
  readonly row: OutageRow
  readonly subject: Subject
  readonly url: string
  /** For the journal of what was emitted and told, and for spools. */
  readonly directory: string
  /** Emit nothing; deliver what is there. */
  readonly drain: boolean
}

/** Beyond it something hangs, which is a finding too. */
const patienceMs = 120_000

async function runEmitter(task: Task): Promise<string> {
  const child = spawn(process.execPath, ['--conditions=@blotter/source', emitter, JSON.stringify(task)], { stdio: ['ignore', 'ignore', process.env['OUTAGE_DEBUG'] === undefined ? 'ignore' : 'inherit'], env: withoutSettings() })
  const aborter = new AbortController()
  const ended = once(child, 'exit').then(([code, signal]) => String(signal ?? code))
  const late = delay(task.row.seconds * 1000 + patienceMs, 'hung', { signal: aborter.signal, ref: false }).catch(() => 'aborted')
  const how = await Promise.race([ended, late])
  aborter.abort()
  if (how === 'hung') child.kill('SIGKILL')
  return how
}

/** What this machine sets for other services says nothing about the emitter. */
function withoutSettings(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:OTEL|BLOTTER)_/.test(name)))
}

async function count(directory: string, delivered: ReadonlyMap<string, number>): Promise<Pick<Outcome, 'emitted' | 'told' | 'delivered' | 'lost' | 'broken' | 'twice'>> {
  const lines = (await readFile(join(directory, 'told'), 'utf8')).split('\n').filter((line) => line !== '')
  const emitted = lines.filter((line) => line.startsWith('emitted ')).map((line) => line.slice(8))
  const told = new Set(lines.filter((line) => line.startsWith('told ')).flatMap((line) => line.slice(5).split(' ')))
  const all = Number(emitted.at(-1) ?? 0)
  const taken = [...delivered].filter(([id]) => id.startsWith(prefix)) // a stream of records ends with one of its own
  const missing = Array.from({ length: all }, (_, n) => idOf(n)).filter((id) => !delivered.has(id))
  return {
    emitted: all, told: told.size, delivered: taken.length, lost: missing.length, broken: missing.filter((id) => told.has(id)).length,
    twice: taken.filter(([, times]) => times > 1).length,
  }
}

const prefix = 'outage-'

export function idOf(n: number): string {
  return `${prefix}${n}`
}
