// What is measured side by side: the collector, the baseline that only stores, and a stock OpenTelemetry Collector.

import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as delay } from 'node:timers/promises'
import { builtinRules } from '../../../processors/redact/rules/index.ts'
import { within as secretKeyWords } from '../../../processors/redact/key-name.ts'
import { startServer } from './process.ts'
import { freePort } from '../../support/free-port.ts'
import type { Server } from './process.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const peerConfig = fileURLToPath(new URL('../peer/otelcol.yaml', import.meta.url))
const baselineFile = fileURLToPath(new URL('../baseline.ts', import.meta.url))

export function startCollector(directory: string): Promise<Server> {
  return startServer({ command: join(root, 'collector/command/blotter'), words: ['serve', '--data', directory, '--port', '0'], readyPath: '/readyz' })
}

/** `file`: where it appends. Without one it takes everything and keeps nothing: the place where the peer forwards to. */
export function startBaseline(file?: string): Promise<Server> {
  return startServer({
    command: process.execPath, words: [...process.execArgv, baselineFile, ...(file === undefined ? [] : [file])],
    environment: { UV_THREADPOOL_SIZE: process.env['UV_THREADPOOL_SIZE'] ?? '16' }, readyPath: '/readyz', // threads as the collector has them
  })
}

/**
 * A real OpenTelemetry Collector (`peer/otelcol.yaml`) that redacts what we redact, queues on disk with fsync and
 * forwards to `sinkUrl`.
 */
export async function startPeer(binary: string, queueDirectory: string, sinkUrl: string, rules: keyof typeof peerRules): Promise<Server> {
  const [http, health] = [await freePort(), await freePort()]
  const set = (key: string, value: string): string => `--set=${key}=${value}`
  const rulesFile = `${queueDirectory}-rules.yaml`
  await writeFile(rulesFile, JSON.stringify({ processors: { redaction: peerRules[rules] } })) // JSON is YAML
  return startServer({
    command: binary, url: `http://127.0.0.1:${http}`, readyUrl: `http://127.0.0.1:${health}`, readyPath: '/',
    words: [
      '--config', peerConfig, '--config', rulesFile,
      set('receivers.otlp.protocols.http.endpoint', `127.0.0.1:${http}`), set('extensions.health_check.endpoint', `127.0.0.1:${health}`),
      set('exporters.otlp_http.endpoint', sinkUrl), set('service.telemetry.metrics.level', 'none'), set('service.telemetry.logs.level', 'warn'),
    ],
    environment: { SINK_URL: sinkUrl, OTELCOL_QUEUE: queueDirectory },
  })
}

/** Of our rules those that a careful operator would write down: with all two thousand it would do little else. */
const written = new Set([
  'private_key', 'jwt', 'authorization', 'url_credentials', 'quoted_assignment', 'assignment', 'stripe_key', 'aws_access_key', 'github_token_shape', 'gitlab_token', 'slack_token', 'google_api_key',
  'sendgrid_key', 'npm_token_shape', 'hubspot_token', 'shopify_token', 'openai_key', 'age_secret_key', 'blotter_key', 'card', 'iban', 'email',
])

/**
 * `ours`: these rules in its words. Patterns with a checksum behind them find more there, since it has none. `$` begins a
 * reference to the environment in its configuration, `$$` is a dollar.
 */
const peerRules = {
  ours: {
    blocked_values: builtinRules.filter(({ id }) => written.has(id)).map(({ pattern }) => dollars(`${pattern.flags.includes('i') ? '(?i)' : ''}${pattern.source}`)),
    blocked_key_patterns: [dollars(`(?i)(${secretKeyWords.join('|')})`)],
  },
  few: { blocked_values: ['4[0-9]{12}(?:[0-9]{3})?', '(5[1-5][0-9]{14})'], blocked_key_patterns: ['.*token.*', '.*api_key.*', '.*password.*'] },
}

function dollars(pattern: string): string {
  return pattern.replaceAll('$', '$$$$')
}

/** One sample of the collector's own metrics, all its labels together. */
export async function metric(url: string, name: string): Promise<number> {
  const lines = (await (await fetch(`${url}/metrics`)).text()).split('\n')
  return lines.find((line) => line.startsWith(name))?.split(' ').map(Number).at(-1) ?? Number.NaN
}

/** How late the collector's event loop was, 99th percentile since it was asked last. The looks are 10 ms apart, and count. */
export async function loopDelayMs(url: string): Promise<number> {
  return Math.max(0, await metric(url, 'nodejs_eventloop_lag_p99_seconds') * 1000 - 10)
}

/** Acknowledged records that a background step has not done yet. */
export function behind(url: string, step: 'seal' | 'store'): Promise<number> {
  return metric(url, `blotter_step_lag_records{step="${step}"}`)
}

/** Lets the background steps finish. */
export async function caughtUp(url: string, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while (Date.now() < deadline && (await behind(url, 'store')) > 0) await delay(100)
}

/** Bytes for each record in the segment that is being written: older ones may have been deleted already. */
export async function journalBytesPerRecord(directory: string, url: string): Promise<number> {
  const journal = join(directory, 'journal')
  const last = (await readdir(journal)).filter((name) => name.endsWith('.journal')).sort().at(-1)!
  const records = (await metric(url, 'blotter_journal_next_index')) - Number.parseInt(last, 10)
  return (await stat(join(journal, last))).size / records
}
