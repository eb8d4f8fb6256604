// The TypeScript of a page of docs, run as a reader would run it: each block a file of its own, in a directory of its own,
// its packages those of this repository, its collector the one that the test gives it.
//
// A block that is followed by one of ```sh with curl in it is a server: the commands are run when it listens, and it is
// asked to stop once they are answered. A block that imports vitest is a test. Every other one ends by itself.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

export interface Snippet {
  /** Such as `express-2`: page and place on it. */
  readonly name: string
  readonly code: string
  readonly kind: 'program' | 'server' | 'test'
  /** Of a server: what the reader is told to try. */
  readonly commands: string
}

export function snippetsOf(page: string, markdown: string): Snippet[] {
  const blocks = [...markdown.matchAll(/^```(ts|sh)\n(.*?)^```$/gms)].map((match) => ({ language: match[1]!, code: match[2]! }))
  const typescript = blocks.flatMap(({ language, code }, index) => (language === 'ts' ? [{ code, next: blocks[index + 1] }] : []))
  return typescript.map(({ code, next }, index) => {
    const commands = next?.language === 'sh' && next.code.includes('curl ') ? next.code : ''
    return { name: `${page}-${index + 1}`, code, commands, kind: /from 'vitest'/.test(code) ? 'test' : commands === '' ? 'program' : 'server' }
  })
}

export interface Ended { readonly exitCode: number | null; readonly stdout: string; readonly stderr: string }

/** A directory in which snippets find the packages of this repository. Whoever asks for it removes it. */
export function createShelf(): string {
  const shelf = mkdtempSync(join(tmpdir(), 'blotter-snippets-'))
  symlinkSync(join(root, 'node_modules'), join(shelf, 'node_modules'))
  writeFileSync(join(shelf, 'package.json'), '{ "type": "module" }')
  return shelf
}

/** Two at a time: each is two threads of its own, and a test that waits for its turn is not late. */
export function createTurns(places = 2): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  return async (work) => {
    if (places === 0) await new Promise<void>((resolve) => { waiting.push(resolve) })
    else places -= 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) places += 1
      else next()
    }
  }
}

/** `received`: resolves when the collector has what the snippet was to record; a server is stopped then. */
export async function runSnippet(shelf: string, snippet: Snippet, endpoint: string, received: () => Promise<unknown>): Promise<Ended> {
  const folder = join(shelf, snippet.name)
  mkdirSync(folder)
  const port = String(await freePort())
  const code = snippet.code.replaceAll('http://127.0.0.1:4318', endpoint).replaceAll('3000', port)
  writeFileSync(join(folder, snippet.kind === 'test' ? 'snippet.test.ts' : 'snippet.ts'), code)
  if (snippet.kind === 'test') return runTest(folder, code)
  const program = start(process.execPath, ['--conditions=@blotter/source', '--disable-warning=ExperimentalWarning', 'snippet.ts'], folder, environmentOf(code))
  if (snippet.kind === 'program') return program.ended
  await Promise.race([listening(Number(port)), program.ended])
  const tried = await start('sh', ['-ec', snippet.commands.replaceAll('3000', port).replaceAll('curl ', 'curl -sS ')], folder, environmentOf(code)).ended
  await Promise.race([received(), program.ended])
  program.stop()
  const { stdout, stderr } = await program.ended
  return { exitCode: tried.exitCode, stdout: stdout + tried.stdout, stderr: stderr + tried.stderr }
}

function runTest(folder: string, code: string): Promise<Ended> {
  writeFileSync(join(folder, 'vitest.config.ts'), `const conditions = ['@blotter/source', 'node']\nexport default { resolve: { conditions }, ssr: { resolve: { conditions } }, test: { testTimeout: 60_000 } }\n`)
  return start(process.execPath, [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--root', folder, '--reporter=dot'], folder, environmentOf(code)).ended
}

/** Every variable that the code names has a value; a secret is one that every scheme with a text for it takes. */
function environmentOf(code: string): NodeJS.ProcessEnv {
  const named = [...code.matchAll(/process\.env(?:\['|\.)([A-Z0-9_]+)|env: '([A-Z0-9_]+)'/g)].map((match) => match[1] ?? match[2]!)
  const values = named.map((name) => [name, name.endsWith('KEY') ? 'blt_example' : `whsec_${Buffer.alloc(24, 1).toString('base64')}`] as const)
  return { PATH: process.env['PATH'], HOME: process.env['HOME'], NO_COLOR: '1', ...Object.fromEntries(values) }
}

interface Program { readonly ended: Promise<Ended>; stop(): void }

function start(command: string, words: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Program {
  const child = spawn(command, words, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 })
  const printed = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) child[name].setEncoding('utf8').on('data', (chunk: string) => { printed[name] += chunk })
  const ended = new Promise<Ended>((resolve) => { child.on('close', (exitCode) => { resolve({ exitCode, ...printed }) }) })
  return { ended, stop: () => { child.kill('SIGTERM') } }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => { server.close(resolve) })
  return port
}

async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    const socket = connect({ port, host: '127.0.0.1' })
    const connected = await Promise.race([once(socket, 'connect').then(() => true), once(socket, 'error').then(() => false)]).catch(() => false)
    socket.destroy()
    if (connected) return
    await pause(50)
  }
}
