// A thread that looks payloads up: see looker.ts.

import { parentPort, workerData } from 'node:worker_threads'
import { createRedaction, parseRedactionPolicy } from '@blotter/processors'
import { BlotterError } from '../errors.ts'
import { openSecrets } from '../secrets.ts'
import { lookUp } from './look-up.ts'
import type { LookerOptions, LookUpRequest, LookUpResponse } from './looker.ts'

const { dataDirectory, redaction: source, redact } = workerData as LookerOptions
const port = parentPort!
const secrets = await openSecrets(dataDirectory, { settled: true })
const redaction = createRedaction(parseRedactionPolicy(source), { ...redact, keyOf: (workspace) => secrets.fingerprintKey(workspace) })

port.on('message', (request: LookUpRequest) => { void answer(request) })

async function answer({ id, bytes, workspace }: LookUpRequest): Promise<void> {
  try {
    await secrets.reload()
    port.postMessage({ id, found: lookUp(bytes, secrets.liveKeys(workspace), secrets.epochs(), redaction.of(workspace).payload) } satisfies LookUpResponse)
  } catch (error) {
    if (!(error instanceof BlotterError)) throw error // ends the thread: its callers hear INTERNAL, and another one begins
    port.postMessage({ id, code: error.code, violations: error.violations } satisfies LookUpResponse)
  }
}
