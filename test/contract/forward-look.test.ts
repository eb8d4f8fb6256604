// Against a real Loki, when BLOTTER_LOKI says where its binary is: what our look of a record says is what it shows.

import fc from 'fast-check'
import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { canonicalRecord, parseRecord, valueMap } from '@blotter/processors'
import { createOtlpForwarder } from '../../collector/forward/otlp.ts'
import { lookOf } from '../../collector/query/loki/look.ts'
import { anyRecord } from '../support/arbitrary.ts'
import { directoryForTest } from '../support/directory.ts'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../support/free-port.ts'
import type { AuditRecord, Value } from '@blotter/processors'

const { BLOTTER_LOKI: loki } = process.env

async function startLoki(): Promise<string> {
  const [port, grpcPort, directory] = [await freePort(), await freePort(), await directoryForTest()]
  const config = join(directory, 'loki.yaml')
  await writeFile(config, JSON.stringify({
    auth_enabled: false,
    server: { http_listen_address: '127.0.0.1', http_listen_port: port, grpc_listen_address: '127.0.0.1', grpc_listen_port: grpcPort },
    common: { instance_addr: '127.0.0.1', path_prefix: directory, storage: { filesystem: { chunks_directory: join(directory, 'chunks'), rules_directory: join(directory, 'rules') } }, replication_factor: 1, ring: { kvstore: { store: 'inmemory' } } },
    schema_config: { configs: [{ from: '2020-10-24', store: 'tsdb', object_store: 'filesystem', schema: 'v13', index: { prefix: 'index_', period: '24h' } }] },
    limits_config: { max_structured_metadata_size: '1MB' },
    analytics: { reporting_enabled: false },
  }))
  const child = spawn(loki!, [`-config.file=${config}`], { stdio: 'ignore' })
  onTestFinished(() => { child.kill('SIGKILL') })
  return `http://127.0.0.1:${port}`
}

const keys = ['service.name', 'service_name', 'container.name', 'k8s.container.name', 'k8s.job.name', 'k8s.pod.name', 'level', 'severity', 'a.b', 'a_b', 'trace_id', 'detected_level', 'deployment.environment.name', 'app']
const odd = fc.constantFrom<Value>('', 'x', 'error', 'INFO', 5n, 1.5, null, true, valueMap([['a', 'b']]), ['q'], '17')
const parts = fc.array(fc.tuple(fc.constantFrom(...keys), odd), { maxLength: 4 })
const line = fc.array(fc.constantFrom('level', 'LEVEL', 'lvl', '=', '"', ' ', '{', '}', ':', ',', 'fatal', 'dbg', 'error', 'info', 'warn:', '[', ']', '\\', '1', '\n', '"level":"fatal"', '"level"', 'level=fatal', '{"a":', 'é'), { maxLength: 9 }).map((words) => words.join(''))

/** As they leave the journal. Some have attributes with a meaning, some lines with one. The region finds them again. */
function variedRecords(startNano: bigint): AuditRecord[] {
  return fc.sample(fc.tuple(anyRecord, parts, parts, fc.option(line)), { seed: 7, numRuns: 200 }).map(([record, attributes, resource, body], i) => parseRecord(canonicalRecord({
    ...record, timeUnixNano: startNano + BigInt(i) * 1000n, ...(body === null ? {} : { body, severityNumber: 0, severityText: '' }),
    attributes: valueMap([...Object.entries(record.attributes), ...(body === null ? attributes : []), ...(i % 2 === 0 ? [['blotter.environment', 'production'] as const] : [])]),
    resource: valueMap([...Object.entries(record.resource), ...(body === null ? resource : []), ['cloud.region', 'eu']]),
  })))
}

type Answer = { data: { result: { stream: Record<string, string>; values: [string, string, { structuredMetadata?: Record<string, string> }][] }[] } }

test.skipIf(loki === undefined)('two hundred records look through us as they do through Loki after they were forwarded', { timeout: 120_000 }, async () => {
  const url = await startLoki()
  const startNano = BigInt(Date.now()) * 1_000_000n
  const records = variedRecords(startNano)
  const forwarder = createOtlpForwarder({ name: 'loki', url: `${url}/otlp`, headers: {} })
  onTestFinished(() => forwarder.close())
  const deliver = async (record: AuditRecord): Promise<string> => (await forwarder.deliver([record], new AbortController().signal)).kind
  await eventually('it is up', async () => await deliver(records[0]!) === 'delivered', 60_000)
  for (const record of records.slice(1)) expect(await deliver(record)).toBe('delivered')
  const window = `start=${startNano - 10n ** 9n}&end=${startNano + 10n ** 9n}&limit=5000&direction=forward`
  const answer = await (await fetch(`${url}/loki/api/v1/query_range?${window}&query=${encodeURIComponent('{cloud_region="eu"}')}`, { headers: { 'X-Loki-Response-Encoding-Flags': 'categorize-labels' } })).json() as Answer
  const shown = new Map(answer.data.result.flatMap(({ stream, values }) => values.map(([time, text, { structuredMetadata }]) => [time, { stream, line: text, metadata: structuredMetadata ?? {} }] as const)))
  const { version } = await (await fetch(`${url}/loki/api/v1/status/buildinfo`)).json() as { version: string }
  const [major, minor] = version.split('.').map(Number)
  const showsEvents = major! > 3 || (major === 3 && minor! >= 7)
  for (const record of records) {
    const { stream, metadata, line: text } = lookOf(showsEvents ? record : { ...record, eventName: '' })
    expect({ stream: Object.fromEntries(stream), line: record.body === null ? lookOf(record).line : text, metadata: Object.fromEntries(metadata) }, canonicalRecord(record)).toEqual(shown.get(String(record.timeUnixNano)))
  }
})
