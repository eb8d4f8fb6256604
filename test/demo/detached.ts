// A collector that outlives the demo, for `--keep`.

import { spawn } from 'node:child_process'
import { open } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'

/** Its address, once it answers. Its log goes to a file beside its data. */
export async function startDetached(blotter: string, data: string): Promise<string> {
  const port = await freePort()
  const log = await open(join(data, 'collector.log'), 'a')
  const child = spawn(blotter, ['serve', '--data', data, '--port', String(port)], { detached: true, stdio: ['ignore', log.fd, log.fd] })
  child.unref()
  await log.close()
  const url = `http://127.0.0.1:${port}`
  for (let tries = 0; tries < 200; tries += 1) {
    if (await fetch(`${url}/readyz`).then(({ ok }) => ok, () => false)) return url
    await new Promise((resolve) => { setTimeout(resolve, 100) })
  }
  throw new Error(`the collector did not start; see ${join(data, 'collector.log')}`)
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => { resolve(port) })
    })
  })
}
