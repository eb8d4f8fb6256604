// A tail over TLS, and of a service without keys, which a page in a browser on the same machine could speak to.

import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { makeCertificate } from '../support/certificates.ts'
import { directoryForTest } from '../support/directory.ts'
import { runCollector } from '../support/running.ts'
import type { IncomingMessage } from 'node:http'

test('over TLS it is the same, and a page of somebody else gets none from a service without keys', async () => {
  const authority = makeCertificate({ name: 'servers' })
  const made = makeCertificate({ name: 'one', by: authority, names: ['IP:127.0.0.1'] })
  const directory = await directoryForTest()
  const tls = { certificateFile: join(directory, 'tls.crt'), keyFile: join(directory, 'tls.key') }
  await writeFile(tls.certificateFile, made.certificate, { mode: 0o600 })
  await writeFile(tls.keyFile, made.key, { mode: 0o600 })
  const open = await runCollector({ tls })
  onTestFinished(() => open.remove())
  const url = `${open.url.replace('http', 'ws')}/loki/api/v1/tail?query=${encodeURIComponent('{service_name="shop"}')}`
  const socket = new WebSocket(url, { ca: authority.certificate })
  await once(socket, 'open')
  socket.terminate()
  const foreign = new WebSocket(url, { ca: authority.certificate, origin: 'https://elsewhere.example' })
  foreign.on('error', () => {})
  const [, response] = await once(foreign, 'unexpected-response') as [unknown, IncomingMessage]
  expect(response.statusCode).toBe(403)
  response.destroy()
})
