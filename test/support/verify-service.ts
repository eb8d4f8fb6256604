// `blotter verify` on a running collector, without the way through HTTP.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { verify } from '../../collector/verify.ts'
import type { Service } from '../../collector/service.ts'
import type { Verified } from '../../collector/verify.ts'

export async function verifyService(service: Service): Promise<Verified> {
  const { journal, drain, sealer, store, logDirectory } = service
  for (const step of [drain.store, drain.seal]) if (!(await step.reach(journal.durableIndex, 20_000))) throw new Error(`${step.name} did not get there`)
  return verify({
    origin: sealer.origin, vkey: sealer.vkey, partialView: false,
    read: (path) => readFile(join(logDirectory, path)).catch(() => null),
    rows: () => store.rows(sealer.origin, 0, Number.MAX_SAFE_INTEGER),
  })
}
