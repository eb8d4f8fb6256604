// Against real receivers, when the environment says where they are: BLOTTER_OTELCOL, BLOTTER_VICTORIALOGS, BLOTTER_LOKI,
// each a path of a binary. Everything that leaves us is read back by the receiver's own means.

import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createOtlpForwarder } from '../../collector/forward/otlp.ts'
import { sampleRecord } from '../support/arbitrary.ts'
import { directoryForTest } from '../support/directory.ts'
import { eventually } from '../support/eventually.ts'
import { openSink } from '../support/sink.ts'
import { freePort } from '../support/free-port.ts'
import type { AuditRecord } from '@blotter/processors'
import type { OtlpForwarderOptions } from '../../collector/forward/otlp.ts'

const { BLOTTER_OTELCOL: otelcol, BLOTTER_VICTORIALOGS: victoriaLogs, BLOTTER_LOKI: loki } = process.env

function run(command: string, ...words: string[]): void {
  const child = spawn(command, words, { stdio: 'ignore' })
  onTestFinished(() => { child.kill('SIGKILL') })
}

const now = BigInt(Date.now()) * 1_000_000n
const records: AuditRecord[] = ['one', 'two'].map((id, i) => sampleRecord({ timeUnixNano: now + BigInt(i), traceId: 'ab'.repeat(16) }, { 'audit.record.id': id, 'blotter.environment': 'production', 'blotter.integration': 'stripe', n: 2n ** 60n, tags: ['a', 'b'] }))

/** Until the receiver is up and has taken them. */
async function deliver(options: Omit<OtlpForwarderOptions, 'name' | 'headers'>, batch = records): Promise<void> {
  const forwarder = createOtlpForwarder({ name: 'receiver', headers: {}, ...options })
  onTestFinished(() => forwarder.close())
  await eventually('it takes the records', async () => (await forwarder.deliver(batch, new AbortController().signal)).kind === 'delivered', 40_000)
}

const json = async (url: string): Promise<unknown> => (await fetch(url)).json().catch(() => undefined)

test.skipIf(otelcol === undefined).each(['protobuf', 'json'] as const)('an OpenTelemetry Collector passes on what it got in %s, unchanged', async (format) => {
  const [port, sink, directory] = [await freePort(), await openSink(), await directoryForTest()]
  onTestFinished(() => sink.close())
  const config = join(directory, 'otelcol.yaml')
  await writeFile(config, JSON.stringify({
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
    exporters: { otlp_http: { endpoint: sink.url } },
    service: { telemetry: { metrics: { level: 'none' } }, pipelines: { logs: { receivers: ['otlp'], exporters: ['otlp_http'] } } },
  }))
  run(otelcol!, '--config', config)
  await deliver({ url: `http://127.0.0.1:${port}`, format })
  await eventually('it passed them on', () => sink.requests.length > 0)
  expect(sink.requests[0]!.records.map(({ attributes, timeUnixNano, eventName, traceId }) => ({ attributes, timeUnixNano, eventName, traceId })))
    .toEqual(records.map(({ attributes, timeUnixNano, eventName, traceId }) => ({ attributes, timeUnixNano, eventName, traceId })))
})

test.skipIf(victoriaLogs === undefined)('VictoriaLogs finds each record by its id, with its line and fields', async () => {
  const [port, directory] = [await freePort(), await directoryForTest()]
  run(victoriaLogs!, `-storageDataPath=${directory}`, `-httpListenAddr=127.0.0.1:${port}`)
  await deliver({ url: `http://127.0.0.1:${port}/insert/opentelemetry` })
  const query = encodeURIComponent('audit.record.id:two')
  const found = await eventually('it finds it', async () => await json(`http://127.0.0.1:${port}/select/logsql/query?query=${query}`) as Record<string, string> | undefined)
  expect(found).toMatchObject({ _msg: 'stripe maria CREATE → success payment.refund', 'audit.actor.id': 'maria', 'audit.outcome': 'success', 'deployment.environment.name': 'production', event_name: 'payment.refund', n: String(2n ** 60n), trace_id: 'ab'.repeat(16) })
})

test.skipIf(loki === undefined)('Loki labels the environment, and keeps the rest as structured metadata', async () => {
  const [port, grpcPort, directory] = [await freePort(), await freePort(), await directoryForTest()]
  const config = join(directory, 'loki.yaml')
  await writeFile(config, JSON.stringify({
    auth_enabled: false,
    server: { http_listen_address: '127.0.0.1', http_listen_port: port, grpc_listen_address: '127.0.0.1', grpc_listen_port: grpcPort },
    common: { instance_addr: '127.0.0.1', path_prefix: directory, storage: { filesystem: { chunks_directory: join(directory, 'chunks'), rules_directory: join(directory, 'rules') } }, replication_factor: 1, ring: { kvstore: { store: 'inmemory' } } },
    schema_config: { configs: [{ from: '2020-10-24', store: 'tsdb', object_store: 'filesystem', schema: 'v13', index: { prefix: 'index_', period: '24h' } }] },
    analytics: { reporting_enabled: false },
  }))
  run(loki!, `-config.file=${config}`)
  await deliver({ url: `http://127.0.0.1:${port}/otlp` })
  const query = encodeURIComponent('{deployment_environment_name="production"} | audit_record_id="two"')
  type Answer = { data?: { result?: { stream: Record<string, string>; values: [string, string][] }[] } }
  const found = await eventually('it finds it', async () => (await json(`http://127.0.0.1:${port}/loki/api/v1/query_range?query=${query}`) as Answer | undefined)?.data?.result?.[0])
  expect(found.values).toEqual([[String(now + 1n), 'stripe maria CREATE → success payment.refund']])
  expect(found.stream).toMatchObject({ audit_actor_id: 'maria', audit_outcome: 'success', service_name: 'unknown_service', n: String(2n ** 60n), trace_id: 'ab'.repeat(16) })
})
