// blotter journal

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadConfig } from '../config.ts'
import { describeDamage } from '../journal/problem.ts'
import { lockDirectory } from '../lock.ts'
import { inspect, salvage } from '../salvage.ts'
import { openClickHouse } from '../store/clickhouse.ts'
import { connect } from '../store/connect.ts'
import { ClientError } from './client.ts'
import { UsageError, readFlags, textFlag } from './flags.ts'
import type { Inspected, Salvaged } from '../salvage.ts'
import type { Store } from '../store/store.ts'
import type { Config } from '../config.ts'
import type { Command } from './flags.ts'

export const command: Command = {
  help: `blotter journal: what is acknowledged and not yet done by every background step.

  blotter journal check        reads all of it and says what is damaged; changes nothing
  blotter journal quarantine   takes damage out, of a stopped collector: the bytes go to journal/quarantine. Records that
                               the store has are put back; the others are given up, and the log says so for ever

  --data DIR        the data directory (BLOTTER_DATA; default ./blotter-data)
  --config FILE     blotter.yaml (BLOTTER_CONFIG), when the store is a remote one
  --without-store   do not look for records in the store: it is lost as well
  --json            the result as JSON

Exit code of check: 0 all can be read; 1 something cannot; 2 it could not be checked.
Of quarantine: 0 the collector starts again; 1 and records were lost; 2 it could not be done.
`,
  async run(words) {
    const { flags, words: [action, ...rest] } = readFlags(words, ['data', 'config'], ['json', 'without-store'])
    if (rest.length > 0 || (action !== 'check' && action !== 'quarantine')) throw new UsageError('say blotter journal check or blotter journal quarantine')
    const config = await loadConfig({ flags: { data: textFlag(flags, 'data'), host: undefined, port: undefined, config: textFlag(flags, 'config') }, environment: process.env })
    await readFile(join(config.dataDirectory, 'keys', 'origin')).catch(() => { throw new ClientError(`${config.dataDirectory} is not the data directory of a collector: name one with --data`) })
    const print = (result: object, text: string): void => { process.stdout.write(flags['json'] === true ? `${JSON.stringify(result, null, 2)}\n` : text) }
    if (action === 'check') return check(config, print)
    return takeOut(config, flags['without-store'] === true, print)
  },
}

type Print = (result: object, text: string) => void

async function check({ dataDirectory }: Config, print: Print): Promise<number> {
  const { segments, damage, tornBytes, endIndex, sealedSize } = await inspect(dataDirectory)
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0)
  print({ segments: segments.length, bytes, endIndex, sealedSize, tornBytes, damage }, renderCheck({ segments, damage, tornBytes, endIndex, sealedSize }, bytes))
  return damage.length === 0 ? 0 : 1
}

function renderCheck({ segments, damage, tornBytes, endIndex, sealedSize }: Pick<Inspected, 'segments' | 'damage' | 'tornBytes' | 'endIndex' | 'sealedSize'>, bytes: number): string {
  const lines = [
    damage.length === 0 ? 'all can be read' : 'DAMAGED',
    `  segments     ${segments.length}, ${bytes} bytes`,
    `  entries      up to ${endIndex}, of which ${sealedSize} are sealed`,
    ...(tornBytes === 0 ? [] : [`  torn         ${tornBytes} bytes of a write that was never acknowledged: cut off at the next start`]),
    ...damage.map((one) => `  damaged      ${describeDamage(one)}`),
  ]
  return `${lines.join('\n')}\n`
}

async function takeOut(config: Config, withoutStore: boolean, print: Print): Promise<number> {
  const unlock = await lockDirectory(config.dataDirectory)
  try {
    const store = withoutStore ? undefined : await openStore(config)
    try {
      const salvaged = await salvage(config.dataDirectory, store, BigInt(Date.now()) * 1_000_000n)
      print(salvaged, renderSalvaged(salvaged))
      return salvaged.lost > 0 ? 1 : 0
    } finally {
      await store?.close()
    }
  } finally {
    await unlock()
  }
}

async function openStore({ store, dataDirectory }: Config): Promise<Store> {
  return openClickHouse(await connect(store === undefined ? { kind: 'embedded', directory: join(dataDirectory, 'store') } : { kind: 'remote', ...store }))
}

function renderSalvaged({ damage, restored, lost }: Salvaged): string {
  if (damage.length === 0) return 'nothing is damaged\n'
  const lines = damage.map((one) => `taken out: ${describeDamage(one)}`)
  return `${[...lines, `${restored} entries were put back from the store, ${lost} are lost${lost > 0 ? ': the log says so from the next start on' : ''}`].join('\n')}\n`
}
