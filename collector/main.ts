// The service as a process: configuration, service, port, signals, exit.

import { randomUUID } from 'node:crypto'
import { createApp } from './app.ts'
import { ConfigError } from './config.ts'
import { BlotterError } from './errors.ts'
import { isLoopbackAddress } from './listen/addresses.ts'
import { CertificateError } from './listen/certificate.ts'
import { connectionLimits } from './listen/limits.ts'
import { openPort } from './listen/port.ts'
import { certificateProblem } from './listen/reload.ts'
import { describeError } from './log.ts'
import { registerPortGauges } from './metrics.ts'
import { isTailRequest } from './query/loki/api.ts'
import { createTails } from './query/loki/tails.ts'
import { errorResponse } from './receive/answer.ts'
import { openService } from './service.ts'
import type { Config } from './config.ts'
import type { Port } from './listen/port.ts'
import type { Log } from './log.ts'
import type { Tails } from './query/loki/tails.ts'
import type { Service } from './service.ts'

export interface Running {
  readonly service: Service
  readonly url: string
  /** Looks for changed certificate files now, and not at the next look. */
  reload(): Promise<boolean>
  /** Stops listening, finishes what is in hand, drains, closes. Calling it twice is calling it once. */
  stop(): Promise<void>
}

/** How long the background steps may take to finish at a stop; what they do not finish is done after the next start. */
const drainMs = 15_000
/** How long requests in hand may take to be answered at a stop. */
const graceMs = 5_000

export async function start(config: Config, log: Log): Promise<Running> {
  const service = await openService(config, log)
  try {
    if (service.authenticator.open && config.host !== 'localhost' && !isLoopbackAddress(config.host)) throw withoutKeys(config)
    const tails = createTails()
    const port = await open(service, tails, config, log)
    let stopping: Promise<void> | undefined
    return {
      service,
      url: port.url,
      reload: () => port.reload(),
      stop: () => (stopping ??= tails.close().then(() => port.close(graceMs)).then(() => service.close(drainMs))),
    }
  } catch (error) {
    await service.close(0)
    throw error instanceof CertificateError ? new ConfigError(`tls: ${error.message}`) : error
  }
}

function withoutKeys({ host, dataDirectory }: Config): ConfigError {
  return new ConfigError(`without API keys Blotter listens on this machine only, not on ${host}: create a key first, with\n  blotter keys create --workspace <name> --environment <name> --scopes ingest,read --data ${dataDirectory}`)
}

async function open(service: Service, tails: Tails, config: Config, log: Log): Promise<Port> {
  const { metrics, authenticator } = service
  const port = await openPort({
    config, host: config.host, port: config.port, nowMs: Date.now,
    isOpen: () => authenticator.open,
    app: (rules) => createApp(service, rules, tails).fetch,
    mayUpgrade: isTailRequest,
    onError: (error) => answerUnforeseen(service, error),
    onClosed: (reason) => { metrics.closedConnections.inc({ reason }) },
    onReloaded: ({ validToMs }) => { log.info('certificate reloaded', { expires: new Date(validToMs).toISOString() }) },
    onReloadFailed: (problem) => {
      metrics.certificateReloadErrors.inc()
      log.error('the new certificate cannot be used; the old one stays', { problem })
    },
  })
  if (authenticator.open && !isLoopbackAddress(port.address)) { // `localhost` is what the machine's own tables say it is
    await port.close(0)
    throw withoutKeys(config)
  }
  registerPortGauges(metrics, () => port.connections, port.certificate === undefined ? undefined : () => Math.round((port.certificate!.validToMs - Date.now()) / 1000))
  warn(port, config, log)
  return port
}

function warn({ certificate, address, mostConnections }: Port, { connections }: Config, log: Log): void {
  const wanted = connections?.most ?? connectionLimits.most
  if (mostConnections < wanted) log.warn('fewer connections than configured: the process may not have as many files open (ulimit -n)', { wanted, most: mostConnections })
  if (certificate === undefined) {
    if (!isLoopbackAddress(address)) log.warn('listening without TLS: keys and records cross the network readable, unless a proxy on this machine or network ends TLS')
    return
  }
  if (certificate.keyIsExposed) log.warn('tls.key_file can be read by every user of this machine: chmod 600 it, and renew the key if they should not have')
  const problem = certificateProblem(certificate, Date.now())
  if (problem !== undefined) log.error('the certificate cannot be trusted by any client', { problem })
}

/** The request made no sense before a route could see it: an impossible host, a path with a backslash. */
function answerUnforeseen({ metrics, log }: Service, error: unknown): Response {
  const requestId = randomUUID()
  const isTheirs = error instanceof Error && error.name === 'RequestError'
  const answer = new BlotterError(isTheirs ? 'MALFORMED_REQUEST' : 'INTERNAL')
  metrics.refusedRequests.inc({ path: 'other', reason: answer.code })
  if (!isTheirs) log.error('request failed', { request_id: requestId, ...describeError(error) })
  return errorResponse(answer, 'plain', requestId)
}

/** Runs until a signal says otherwise. A second signal ends it at once: what was acknowledged is in the journal. */
export async function runUntilSignal(running: Running, log: Log): Promise<void> {
  if (running.url.startsWith('https:')) process.on('SIGHUP', () => { void running.reload() })
  const signal = await new Promise<string>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => { resolve(name) })
  })
  log.info('stopping', { signal })
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => { process.exit(1) })
  await running.stop()
  log.info('stopped')
}

/** An error that nobody caught is a bug: said without its message, which may quote what was sent, and final. */
export function crashOnBug(log: Log): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      const where = error instanceof Error ? error.stack?.split('\n').find((line) => line.trimStart().startsWith('at '))?.trim() : undefined
      log.error('BUG: nobody caught this; stopping', { ...describeError(error), where })
      process.exit(70)
    })
  }
}
