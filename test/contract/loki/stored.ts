// The data set in a real collector, with its real store, which forwards it to the Loki that it is compared with.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Entry } from '../../../collector/query/logql/entry.ts'
import { eventually } from '../../support/eventually.ts'
import { runCollector } from '../../support/running.ts'
import { startEmptyOracle, untilFound, type Oracle } from './oracle.ts'
import { otlpRequest } from './renamed.ts'

export interface Stored { readonly url: string; readonly oracle: Oracle; close(): Promise<void> }

export async function storeEntries(binary: string, directory: string, entries: readonly Entry[]): Promise<Stored> {
  const oracle = await startEmptyOracle(binary, directory)
  try {
    await eventually('Loki is up', async () => (await fetch(`${oracle.url}/ready`).catch(() => undefined))?.ok === true, 60_000)
    return await collect(oracle, directory, entries)
  } catch (error) {
    await oracle.close()
    throw error
  }
}

async function collect(oracle: Oracle, directory: string, entries: readonly Entry[]): Promise<Stored> {
  const redaction = join(directory, 'redaction.yaml')
  await writeFile(redaction, JSON.stringify({ version: 1, classes: { personal: 'keep' } }))
  const collector = await runCollector({ redactionPaths: [redaction], redactionRequired: true, forward: [{ name: 'loki', url: `${oracle.url}/otlp/v1/logs`, headers: {}, format: 'protobuf' }] })
  const close = async (): Promise<void> => { await collector.remove(); await oracle.close() }
  try {
    const response = await fetch(`${collector.url}/v1/logs`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: otlpRequest(entries) })
    const answer = await response.text()
    if (!response.ok || answer.includes('rejectedLogRecords')) throw new Error(`the collector does not take all entries: ${answer}`)
    await eventually('all are forwarded', async () => await collector.metric('blotter_records_forwarded_total') >= entries.length, 60_000)
    await fetch(`${oracle.url}/flush`, { method: 'POST' }) // old entries are read from chunks only
    for (const [who, url] of [['the collector', collector.url], ['Loki', oracle.url]] as const) await untilFound(who, url, selectorOfAll, entries.length)
    return { url: collector.url, oracle, close }
  } catch (error) {
    await close()
    throw error
  }
}

const selectorOfAll = '{service_namespace=~".+"}'
