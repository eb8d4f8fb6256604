// A thread that prepares records: see preparer.ts.

import { parentPort, workerData } from 'node:worker_threads'
import { createPrepare } from './prepare.ts'
import { openSecrets } from './secrets.ts'
import type { PrepareRequest, PrepareResponse, PreparerOptions } from './preparer.ts'

const { dataDirectory, policy, redact } = workerData as PreparerOptions
const port = parentPort!
const prepare = createPrepare({ secrets: await openSecrets(dataDirectory), policy, redact })

port.on('message', ({ id, input }: PrepareRequest) => {
  const prepared = prepare(input)
  const bytes = prepared.kind === 'prepared' ? [prepared.entries.bytes.buffer as ArrayBuffer] : []
  port.postMessage({ id, prepared } satisfies PrepareResponse, bytes)
})
