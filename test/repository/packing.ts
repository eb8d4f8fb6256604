// Makes of processors/ and sdk/ what is published: compiled, without the condition by which the repository itself uses the
// sources, packed by npm. The test of the packages uses it, and so does whoever publishes:
//
//   npm run pack        # two .tgz files in dist/, for npm publish

import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const installed = join(root, 'node_modules')

export interface Packed { readonly processors: string; readonly sdk: string }

/** Paths of the files, in `destination`. */
export function packPackages(destination: string): Packed {
  const work = mkdtempSync(join(tmpdir(), 'blotter-pack-'))
  try {
    mkdirSync(destination, { recursive: true })
    prepare(work)
    return { processors: pack(work, 'processors', destination), sdk: pack(work, 'sdk', destination) }
  } finally {
    rmSync(work, { recursive: true })
  }
}

/** A copy, so that nothing of it lands in the tree, and no other file of the tree in the packages. */
function prepare(work: string): void {
  cpSync(join(root, 'tsconfig.json'), join(work, 'tsconfig.json'))
  for (const name of ['processors', 'sdk']) cpSync(join(root, name), join(work, name), { recursive: true, filter: (path) => !/^(?:dist|node_modules|.*\.(?:test|fixture)\.ts)$/.test(basename(path)) })
  mkdirSync(join(work, 'node_modules', '@blotter'), { recursive: true })
  for (const name of readdirSync(installed)) if (name !== '@blotter' && !name.startsWith('.')) symlinkSync(join(installed, name), join(work, 'node_modules', name))
  for (const name of ['processors', 'sdk']) symlinkSync(join(work, name), join(work, 'node_modules', '@blotter', name))
}

function pack(work: string, name: string, destination: string): string {
  const folder = join(work, name)
  run(join(installed, '.bin', 'tsc'), ['-p', 'tsconfig.build.json'], folder)
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(published(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest), null, 2)}\n`)
  const file = run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', destination], folder).trim()
  return join(destination, file)
}

interface Manifest {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly [key: string]: unknown
}

/** The sources are not in the package, nor what is only run in the repository. */
function published(manifest: Manifest): Manifest {
  const exports = Object.entries(manifest.exports).map(([name, target]) => [name, typeof target === 'string' ? target : without(target, '@blotter/source')] as const)
  return without({ ...manifest, exports: Object.fromEntries(exports) }, 'scripts')
}

function without<T extends object>(object: T, name: string): T {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name)) as T
}

/** What it printed. Throws with its output when it failed. */
export function run(command: string, words: readonly string[], cwd: string, env: NodeJS.ProcessEnv = process.env): string {
  const { status, stdout, stderr, error } = spawnSync(command, words, { cwd, env, encoding: 'utf8', timeout: 120_000 })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${basename(command)} ${words.join(' ')} ended with ${status}:\n${stdout}${stderr}`)
  return stdout
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(Object.values(packPackages(join(root, 'dist'))).join('\n'))
