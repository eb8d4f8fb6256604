// Processes under load: started, waited for, weighed, stopped. What a benchmark starts ends with it.

import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

export interface Server {
  readonly url: string
  readonly pid: number
  stop(): Promise<void>
}

export interface ServerOptions {
  readonly command: string
  readonly words: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** When it does not say on standard output where it listens. */
  readonly url?: string
  /** A GET of this path answers 200 once the server is ready. */
  readonly readyPath: string
  readonly readyUrl?: string
}

const startMs = 30_000
const stopMs = 30_000

const running = new Set<ChildProcess>()
process.on('exit', () => { for (const child of running) child.kill('SIGKILL') })
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { process.exit(1) })

export async function startServer({ command, words, environment = {}, url: knownUrl, readyPath, readyUrl }: ServerOptions): Promise<Server> {
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment } })
  running.add(child)
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => { said = (said + text.toString()).slice(-4000) })
  const ended = new Promise<void>((resolve) => { child.once('exit', () => { running.delete(child); resolve() }) })
  const url = await ready()
  return {
    url,
    pid: child.pid!,
    async stop() {
      child.kill('SIGTERM')
      await Promise.race([ended, delay(stopMs, undefined, { ref: false })])
      child.kill('SIGKILL')
      await ended
    },
  }

  async function ready(): Promise<string> {
    const deadline = Date.now() + startMs
    while (Date.now() < deadline && child.exitCode === null) {
      const found = knownUrl ?? /http:\/\/[\w.:[\]-]+:[0-9]+/.exec(said)?.[0]
      if (found !== undefined && (await fetch(`${readyUrl ?? found}${readyPath}`).then(({ ok }) => ok, () => false))) return found
      await delay(20)
    }
    child.kill('SIGKILL')
    throw new Error(`${command} did not get ready; it said:\n${said}`)
  }
}

export interface Weight { readonly rssBytes: number; readonly cpuMs: number }

/** Resident memory now and CPU time so far, all threads; NaN where there is no /proc. */
export async function weigh(pid: number): Promise<Weight> {
  const read = (name: string): Promise<string> => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')
  const rssKib = /^VmRSS:\s+([0-9]+) kB$/m.exec(await read('status'))?.[1]
  const stat = await read('stat')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ') // from field 3 on: the name before it may hold spaces
  return { rssBytes: Number(rssKib) * 1024, cpuMs: (Number(fields[11]) + Number(fields[12])) * 10 } // in ticks of 1/100 s
}

/** Waits until the process does next to nothing for half a second, so that it does not compete with what is measured next. */
export async function quiet(pid: number, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs
  const busyMs = 50
  let { cpuMs } = await weigh(pid)
  for (let used = busyMs; used >= busyMs && Date.now() < deadline;) {
    await delay(500)
    const now = await weigh(pid)
    used = now.cpuMs - cpuMs
    cpuMs = now.cpuMs
  }
}
