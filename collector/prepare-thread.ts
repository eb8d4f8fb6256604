// A thread that prepares records: see preparer.ts.

import { parentPort, workerData } from 'node:worker_threads'
import { createPrepare } from './prepare.ts'
import { openSecrets } from './secrets.ts'
import type { PrepareRequest, PrepareResponse, PreparerOptions, Renew } from './preparer.ts'

const { dataDirectory, policy, redaction, redact } = workerData as PreparerOptions
const port = parentPort!
const secrets = await openSecrets(dataDirectory, { settled: true })
const prepare = createPrepare({ secrets, policy, redaction, redact })

port.on('message', (message: PrepareRequest | Renew) => {
  if ('renew' in message) { // what cannot be read in between is told again when it has settled
    secrets.reload().catch(() => {})
    return
  }
  const { id, input } = message
  const prepared = prepare(input)
  const bytes = prepared.kind === 'prepared' ? [prepared.entries.bytes.buffer as ArrayBuffer] : []
  port.postMessage({ id, prepared } satisfies PrepareResponse, bytes)
})
