// The service as a process: configuration, service, port, signals, exit.

import { serve } from '@hono/node-server'
import { createApp } from './app.ts'
import { ConfigError } from './config.ts'
import { describeError } from './log.ts'
import { openService } from './service.ts'
import type { ServerType } from '@hono/node-server'
import type { AddressInfo } from 'node:net'
import type { Config } from './config.ts'
import type { Log } from './log.ts'
import type { Service } from './service.ts'

export interface Running {
  readonly service: Service
  readonly url: string
  /** Stops listening, finishes what is in hand, drains, closes. Calling it twice is calling it once. */
  stop(): Promise<void>
}

/** How long the background steps may take to finish at a stop; what they do not finish is done after the next start. */
const drainMs = 15_000

/** Connections are worth little to us and much to an attacker: see the limits table. */
export const serverOptions = { headersTimeout: 5_000, requestTimeout: 30_000, connectionsCheckingInterval: 1_000, maxHeaderSize: 16_384, keepAliveTimeout: 65_000 }
export const maxConnections = 4_096

export async function start(config: Config, log: Log): Promise<Running> {
  const service = await openService(config, log)
  try {
    if (service.authenticator.open && !isLoopback(config.host)) {
      throw new ConfigError(`without API keys Blotter listens on this machine only, not on ${config.host}: create a key first, with\n  blotter keys create --workspace <name> --environment <name> --scopes ingest,read --data ${config.dataDirectory}`)
    }
    const server = await listen(service, config)
    let stopping: Promise<void> | undefined
    return {
      service,
      url: urlOf(server),
      stop: () => (stopping ??= stop(server, service)),
    }
  } catch (error) {
    await service.close(0)
    throw error
  }
}

function listen(service: Service, { host, port }: Config): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: createApp(service).fetch, hostname: host, port, serverOptions }, () => { resolve(server) })
    server.on('error', reject)
    if ('maxConnections' in server) server.maxConnections = maxConnections
  })
}

async function stop(server: ServerType, service: Service): Promise<void> {
  const closed = new Promise<void>((resolve) => { server.close(() => { resolve() }) })
  if ('closeIdleConnections' in server) server.closeIdleConnections()
  const force = setTimeout(() => { if ('closeAllConnections' in server) server.closeAllConnections() }, 5_000)
  await closed
  clearTimeout(force)
  await service.close(drainMs)
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
}

function urlOf(server: ServerType): string {
  const { address, port, family } = server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

/** Runs until a signal says otherwise. A second signal ends it at once: what was acknowledged is in the journal. */
export async function runUntilSignal(running: Running, log: Log): Promise<void> {
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
