// A real collector in this process, behind a real port, with its log lines kept for the test to read.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { createKey } from '../../collector/authenticate/key-file.ts'
import { loadConfig } from '../../collector/config.ts'
import { createLog } from '../../collector/log.ts'
import { start } from '../../collector/main.ts'
import type { Scope } from '../../collector/authenticate/key-file.ts'
import type { Config } from '../../collector/config.ts'
import type { Running } from '../../collector/main.ts'
import type { RecordView } from '../../collector/query/view.ts'

export interface RunningCollector {
  readonly url: string
  readonly data: string
  readonly service: Running['service']
  readonly logged: () => string
  key(workspace: string, environment: string, scopes: readonly Scope[]): Promise<string>
  timeline(query: string, key?: string): Promise<readonly RecordView[]>
  metrics(): Promise<string>
  /** The sum over all label values of a metric, or of those that have `labels`. */
  metric(name: string, labels?: string): Promise<number>
  /** Has it look for changed certificate files: whether it uses new ones. */
  reload(): Promise<boolean>
  /** Stops it and starts it again on the same data. */
  restart(): Promise<void>
  /** Stops it and deletes its data. */
  remove(): Promise<void>
}

export async function runCollector(changes: Partial<Config> = {}): Promise<RunningCollector> {
  const data = await mkdtemp(join(tmpdir(), 'blotter-test-'))
  const lines: string[] = []
  const log = createLog(new Writable({ write(chunk: Buffer, _, done) { lines.push(chunk.toString()); done() } }))
  const config = { ...(await loadConfig({ flags: { data, port: '0' }, environment: {} })), ...changes }
  let running = await start(config, log)
  const get = (path: string, key?: string): Promise<Response> => fetch(`${running.url}${path}`, key === undefined ? {} : { headers: { Authorization: `Bearer ${key}` } })
  const metrics = async (): Promise<string> => (await get('/metrics')).text()
  return {
    get url() { return running.url },
    data,
    get service() { return running.service },
    logged: () => lines.join(''),
    async key(workspace, environment, scopes) {
      return (await createKey(join(data, 'keys', 'api-keys.json'), { workspace, environment, scopes }, new Date())).key
    },
    async timeline(query, key) {
      for (let tries = 0; ; tries += 1) { // an answer that came before the store had caught up says that it is not complete
        const response = await get(`/v1/timeline?${query}`, key)
        if (!response.ok) throw new Error(`the timeline answered ${response.status}: ${await response.text()}`)
        const { records, complete } = await response.json() as { records: RecordView[]; complete: boolean }
        if (complete || tries === 10) return records
      }
    },
    metrics,
    async metric(name, labels = '') {
      const found = (await metrics()).split('\n').filter((line) => (line.startsWith(`${name} `) || line.startsWith(`${name}{`)) && line.includes(labels))
      return found.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
    },
    reload: () => running.reload(),
    async restart() {
      await running.stop()
      running = await start(config, log)
    },
    async remove() {
      await running.stop()
      await rm(data, { recursive: true })
    },
  }
}
