// The real command as a process of its own: to start, to ask, to stop, to kill. Whatever a test leaves running ends with
// the test process.

import { spawn } from 'node:child_process'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ChildProcess } from 'node:child_process'

const blotter = fileURLToPath(new URL('../../collector/command/blotter', import.meta.url))

export interface CollectorOptions {
  /** The data directory. */
  readonly data: string
  /** Path of a configuration file. */
  readonly config?: string
  /** Default 0: any that is free, so that tests never meet. */
  readonly port?: number
  /** What the process finds in its environment besides PATH. */
  readonly environment?: Readonly<Record<string, string>>
}

export interface Ended { readonly code: number | null; readonly signal: NodeJS.Signals | null }

export interface LogLine { readonly level: string; readonly event: string; readonly [field: string]: unknown }

export interface CollectorProcess {
  readonly pid: number
  /** Its address, as soon as it answers. Rejects with what it said when it ended instead. */
  readonly ready: Promise<string>
  /** Never rejects. */
  readonly ended: Promise<Ended>
  /** What it wrote to stdout so far. */
  output(): string
  /** Its log so far. Lines that are not JSON are there as `event`, with the level `raw`. */
  logs(): LogLine[]
  /** SIGKILL: it gets no chance to do anything. */
  kill(): Promise<Ended>
  /** SIGTERM: it drains and ends. */
  stop(): Promise<Ended>
}

const children = new Set<ChildProcess>()
process.once('exit', () => { for (const child of children) child.kill('SIGKILL') })

/** Starts one without waiting for anything. */
export function spawnCollector({ data, config, port = 0, environment = {} }: CollectorOptions): CollectorProcess {
  const child = run(['serve', '--data', data, '--port', String(port), ...(config === undefined ? [] : ['--config', config])], environment)
  const stdout = gather(child.stdout!)
  const stderr = gather(child.stderr!)
  const ended = endOf(child)
  const signal = (name: NodeJS.Signals): Promise<Ended> => { child.kill(name); return ended }
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout!.on('data', () => {
      const url = /listens on (https?:\S+)/.exec(stdout())?.[1]
      if (url !== undefined) resolve(url)
    })
    void ended.then(({ code, signal: by }) => { reject(new Error(`the collector ended (${by ?? `code ${code}`}) instead of listening:\n${stderr()}`)) })
  })
  ready.catch(() => {}) // whoever kills it while it starts has no use for this
  return {
    pid: child.pid!, ready, ended, output: stdout,
    logs: () => stderr().split('\n').filter((line) => line !== '').map(parseLine),
    kill: () => signal('SIGKILL'),
    stop: () => signal('SIGTERM'),
  }
}

/** Starts one and waits until it answers. */
export async function startCollector(options: CollectorOptions): Promise<CollectorProcess & { readonly url: string }> {
  const collector = spawnCollector(options)
  return { ...collector, url: await collector.ready }
}

export interface CommandResult extends Ended { readonly stdout: string; readonly stderr: string }

/** Runs `blotter <words>` to its end. */
export async function runBlotter(words: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<CommandResult> {
  const child = run(words, environment)
  const stdout = gather(child.stdout!)
  const stderr = gather(child.stderr!)
  return { ...(await endOf(child)), stdout: stdout(), stderr: stderr() }
}

export interface RunningCommand {
  /** Never rejects. */
  readonly ended: Promise<Ended>
  /** What it wrote to stdout and to stderr so far. */
  stdout(): string
  stderr(): string
  /** What Ctrl-C does. */
  interrupt(): Promise<Ended>
}

/** Starts `blotter <words>`, for commands that go on until they are interrupted. */
export function startBlotter(words: readonly string[], environment: Readonly<Record<string, string>> = {}): RunningCommand {
  const child = run(words, environment)
  const ended = endOf(child)
  return { ended, stdout: gather(child.stdout!), stderr: gather(child.stderr!), interrupt: () => { child.kill('SIGINT'); return ended } }
}

/** Nothing of the surrounding environment gets through but what finds Node, so that nobody's settings change a test. */
function run(words: readonly string[], environment: Readonly<Record<string, string>>): ChildProcess {
  const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`
  const child = spawn(blotter, words, { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: path, ...environment } })
  children.add(child)
  return child
}

/** After `close`, not `exit`: by then everything it wrote has arrived. */
function endOf(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => { children.delete(child); resolve({ code, signal }) })
  })
}

function gather(stream: NodeJS.ReadableStream): () => string {
  let text = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => { text += chunk })
  return () => text
}

function parseLine(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine
  } catch {
    return { level: 'raw', event: line }
  }
}
