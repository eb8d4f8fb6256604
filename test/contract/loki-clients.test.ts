// Loki's own command, when the environment says where it is (BLOTTER_LOGCLI), against a collector and against a real Loki
// (BLOTTER_LOKI) to which the collector forwarded the same records: both must make it print the same.

import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encodeRequest } from '@blotter/processors'
import { sampleRecord } from '../support/arbitrary.ts'
import { makeDirectory, removeDirectory } from '../support/directory.ts'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../support/free-port.ts'
import { runCollector } from '../support/running.ts'
import type { ChildProcess } from 'node:child_process'
import type { RunningCollector } from '../support/running.ts'

const { BLOTTER_LOGCLI: logcli, BLOTTER_LOKI: loki } = process.env

const minute = 60
const now = Math.floor(Date.now() / 1000 / minute) * minute - minute
const at = (seconds: number): string => new Date(seconds * 1000).toISOString()
const window = ['--from', at(now - 50 * minute), '--to', at(now)]
const selector = '{service_namespace="peer"}'

/** Of three services, lines of three kinds: JSON, logfmt, and those of records without a body. */
function records(): string {
  return encodeRequest(Array.from({ length: 300 }, (_, i) => ({
    ...sampleRecord({ timeUnixNano: BigInt(now - i * 7) * 1_000_000_000n }, { 'audit.record.id': `peer-${i}`, 'audit.actor.id': `actor-${i % 7}`, 'audit.outcome': i % 5 === 0 ? 'failure' : 'success', 'blotter.request.id': `request-${i % 50}`, amount: BigInt(i), tags: ['a', 'b'] }),
    body: [null, JSON.stringify({ level: 'info', n: i, took: `${i}ms`, nested: { k: i % 4 } }), `level=warn n=${i} took=${i}ms msg="hello world ${i}"`][i % 3]!,
    resource: { 'service.name': ['payments', 'crm', 'mailer'][i % 3]!, 'service.namespace': 'peer', 'host.name': `host-${i % 2}` },
  })))
}

describe.skipIf(logcli === undefined || loki === undefined)('logcli', () => {
  let collector: RunningCollector
  let child: ChildProcess
  let directory: string
  let lokiUrl: string
  let key: string

  beforeAll(async () => {
    directory = await makeDirectory()
    const [port, grpcPort] = [await freePort(), await freePort()]
    lokiUrl = `http://127.0.0.1:${port}`
    const config = join(directory, 'loki.yaml')
    await writeFile(config, JSON.stringify({
      auth_enabled: false,
      server: { http_listen_address: '127.0.0.1', http_listen_port: port, grpc_listen_address: '127.0.0.1', grpc_listen_port: grpcPort },
      common: { instance_addr: '127.0.0.1', path_prefix: directory, storage: { filesystem: { chunks_directory: join(directory, 'chunks'), rules_directory: join(directory, 'rules') } }, replication_factor: 1, ring: { kvstore: { store: 'inmemory' } } },
      schema_config: { configs: [{ from: '2020-10-24', store: 'tsdb', object_store: 'filesystem', schema: 'v13', index: { prefix: 'index_', period: '24h' } }] },
      analytics: { reporting_enabled: false }, limits_config: { volume_enabled: true },
    }))
    child = spawn(loki!, [`-config.file=${config}`], { stdio: 'ignore' })
    collector = await runCollector({ forward: [{ name: 'loki', url: `${lokiUrl}/otlp`, headers: {} }] })
    key = await collector.key('acme', 'production', ['ingest', 'read'])
    await eventually('Loki is there', async () => (await fetch(`${lokiUrl}/loki/api/v1/labels`).catch(() => undefined))?.ok === true, 60_000)
    const response = await fetch(`${collector.url}/v1/audit`, { method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` }, body: records() })
    expect(response.status, await response.text()).toBe(200)
    await eventually('Loki has them', async () => (await run(lokiUrl, ['query', selector, ...window, '--limit=500', '-o', 'raw'])).output.split('\n').length > 290, 60_000)
  }, 120_000)

  afterAll(async () => {
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
    await collector.remove()
    await removeDirectory(directory)
  })

  /** With the key as the password; Loki takes anybody. */
  function run(url: string, words: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
    return new Promise((resolve) => {
      execFile(logcli!, ['--quiet', `--addr=${url}`, '--username=me', `--password=${key}`, ...words], { maxBuffer: 2 ** 28, env: {} }, (error, stdout) => {
        resolve({ code: error === null ? 0 : Number(error.code), output: stdout })
      })
    })
  }

  const step = (seconds: number): string => `--step=${seconds}s`
  const same: readonly string[][] = [
    ['query', selector, ...window, '--limit=50'],
    ['query', selector, ...window, '--limit=500', '--forward'],
    ['query', selector, ...window, '--limit=500', '-o', 'jsonl'],
    ['query', `${selector} |= "hello" | logfmt | n > 100`, ...window, '--limit=500', '-o', 'jsonl'],
    ['query', `${selector} | json | nested_k = 1`, ...window, '--limit=500', '-o', 'jsonl'],
    ['query', `${selector} | audit_outcome="failure" | line_format "{{.audit_actor_id | upper}} {{.service_name}}"`, ...window, '--limit=30'],
    ['query', `sum by (audit_actor_id) (count_over_time(${selector}[5m]))`, ...window, step(60)],
    ['query', `rate(${selector}[5m])`, ...window, step(300)],
    ['query', `quantile_over_time(0.9, ${selector} | logfmt | unwrap duration(took) | __error__="" [10m]) by (service_name)`, ...window, step(120)],
    ['query', `sum(rate(${selector} |= "hello" [5m])) / sum(rate(${selector}[5m])) * 100`, ...window, step(60)],
    ['query', '{', ...window],
    ['instant-query', `sum by (service_name, detected_level) (count_over_time(${selector}[1h]))`, '--now', at(now)],
    ['instant-query', 'vector(1)+vector(1)', '--now', at(now)],
    ['instant-query', selector, '--now', at(now)],
    ['labels', ...window, 'service_namespace'],
    ['labels', ...window],
    ['series', selector, ...window],
    ['series', '--analyze-labels', selector, ...window],
    ['detected-fields', selector, ...window],
    ['detected-fields', selector, ...window, '--line-limit=20'],
  ]
  const unordered = new Set(['labels', 'series', 'detected-fields'])

  test.each(same.map((words) => [words.filter((word) => !window.includes(word)).join(' '), words] as const))('prints the same for %s', async (_, words) => {
    const [ours, theirs] = await Promise.all([run(collector.url, words), run(lokiUrl, words)])
    const lines = ({ code, output }: { readonly code: number; readonly output: string }): unknown => ({ code, lines: unordered.has(words[0]!) ? output.split('\n').toSorted() : output.split('\n') })
    expect(lines(ours)).toEqual(lines(theirs))
  })

  // The record at the end of the window is not in it.
  test('takes volumes and statistics, which Loki estimates and we count', async () => {
    expect((await run(collector.url, ['stats', selector, ...window])).output).toMatch(/streams: 3\b[\s\S]*entries: 299|entries: 299[\s\S]*streams: 3\b/)
    expect(JSON.parse((await run(collector.url, ['volume', selector, ...window])).output)).toMatchObject([{ metric: { service_namespace: 'peer' } }])
    const { output } = await run(collector.url, ['volume_range', selector, ...window, step(600)])
    expect((JSON.parse(output) as { values: unknown[] }[])[0]!.values.length).toBeGreaterThan(2)
  })

  test('tails', async () => {
    const tail = spawn(logcli!, ['--quiet', `--addr=${collector.url}`, `--bearer-token=${key}`, 'query', `${selector} |= "tailed"`, '--tail'], { stdio: ['ignore', 'pipe', 'ignore'], env: {} })
    let printed = ''
    tail.stdout.on('data', (data: Buffer) => { printed += data.toString() })
    await eventually('it is open', async () => (await collector.metric('blotter_queries_total', 'endpoint="tail",result="ok"')) > 0)
    const record = { ...sampleRecord({ timeUnixNano: BigInt(Date.now()) * 1_000_000n }, { 'audit.record.id': 'peer-tail' }), body: 'this is tailed', resource: { 'service.name': 'payments', 'service.namespace': 'peer' } }
    await fetch(`${collector.url}/v1/audit`, { method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` }, body: encodeRequest([record]) })
    await eventually('it is printed', () => printed.includes('this is tailed'))
    tail.kill('SIGKILL')
  })
})
