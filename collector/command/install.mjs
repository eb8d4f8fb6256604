// Installs what the repository needs, once: runs on any Node from 20 on, before there is a Node 24. Plain JavaScript,
// because it is what brings the Node that can do more.
//
// `npm install --no-save` and not `npm ci`: the lockfile pins what this platform needs, and where it does not list the
// engine of another platform, npm ci would refuse and npm install finds it.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const stamp = `${root}node_modules/.blotter-installed`
const wanted = createHash('sha256')
  .update(['package.json', 'package-lock.json', 'processors/package.json', 'sdk/package.json'].map((file) => readFileSync(root + file, 'utf8')).join('\n'))
  .update(`${process.platform} ${process.arch}`)
  .digest('hex')

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  process.stderr.write('Installing what Blotter needs (about 900 MB, most of it the embedded store; once, about a minute) …\n')
  const startedAt = Date.now()
  const { status } = spawnSync('npm', ['install', '--no-save', '--loglevel=error'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) {
    process.stderr.write('The installation failed; what npm said stands above. Blotter needs npm 10 or later and a way to the npm registry.\n')
    process.exit(2)
  }
  writeFileSync(stamp, wanted)
  process.stderr.write(`Installed in ${Math.round((Date.now() - startedAt) / 1000)} s.\n`)
}
