// One port of one service: its certificate, its guard, its server, put together from what the operator set.

import { createAddressList } from './addresses.ts'
import { createClientNames } from './client-names.ts'
import { createGuard } from './guard.ts'
import { affordableConnections, openFileLimit } from './handles.ts'
import { connectionLimits } from './limits.ts'
import { certificateProblem, startReloading } from './reload.ts'
import { listen } from './server.ts'
import type { Certificate } from './certificate.ts'
import type { Guard } from './guard.ts'
import type { ConnectionLimits } from './limits.ts'
import type { ListenConfig } from './options.ts'
import type { Reloading } from './reload.ts'
import type { Listening, ListenOptions } from './server.ts'

export interface PortOptions extends Omit<ListenOptions, 'fetch' | 'limits' | 'tls'> {
  readonly config: ListenConfig
  /** Whether the service has no keys: see `browser.ts`. */
  readonly isOpen: () => boolean
  readonly nowMs: () => number
  /** Called once with what the port says about requests; answers them. */
  readonly app: (port: PortRules) => ListenOptions['fetch']
  readonly onReloaded: (certificate: Certificate) => void
  readonly onReloadFailed: (problem: string) => void
}

export interface PortRules {
  readonly guard: Guard
  /** Why the service should get no traffic. */
  problems(): string[]
}

export interface Port extends Omit<Listening, 'setSecureContext'> {
  /** Fewer than configured where the process may not have as many files open. */
  readonly mostConnections: number
  /** Undefined without TLS. */
  readonly certificate: Certificate | undefined
  /** Looks for changed certificate files now. */
  reload(): Promise<boolean>
}

/** Throws CertificateError. */
export async function openPort({ config, isOpen, nowMs, app, onReloaded, onReloadFailed, ...options }: PortOptions): Promise<Port> {
  let listening: Listening | undefined
  const { tls, allow } = config
  const limits = limitsOf(config, await openFileLimit())
  const reloading = tls === undefined ? undefined : await startReloading({ files: tls, nowMs, onReloaded, onFailed: onReloadFailed, use: (context) => listening?.setSecureContext(context) })
  const guard = createGuard({
    isOpen, proxyHops: allow?.proxyHops ?? 0,
    ...(allow?.addresses === undefined ? {} : { addresses: createAddressList(allow.addresses) }),
    ...(tls?.clientNames === undefined ? {} : { clientNames: createClientNames(tls.clientNames) }),
  })
  const rules = { guard, problems: () => problemsOf(reloading, nowMs()) }
  try {
    const secure = tls === undefined || reloading === undefined ? {} : { tls: { context: reloading.certificate.context, clients: tls.clientCaFile !== undefined } }
    listening = await listen({ ...options, ...secure, fetch: app(rules), limits })
  } catch (error) {
    await reloading?.stop()
    throw error
  }
  return portOf(listening, reloading, limits.most)
}

function portOf(listening: Listening, reloading: Reloading | undefined, mostConnections: number): Port {
  return {
    mostConnections,
    url: listening.url,
    address: listening.address,
    get connections() { return listening.connections },
    get certificate() { return reloading?.certificate },
    reload: () => reloading?.reload() ?? Promise.resolve(false),
    async close(graceMs) {
      await reloading?.stop()
      await listening.close(graceMs)
    },
  }
}

function problemsOf(reloading: Reloading | undefined, nowMs: number): string[] {
  const problem = reloading === undefined ? undefined : certificateProblem(reloading.certificate, nowMs)
  return problem === undefined ? [] : [`the certificate ${problem}`]
}

/** A proxy is one address: what is behind it is not told apart by connections. */
function limitsOf({ connections, allow }: ListenConfig, handles: number | undefined): ConnectionLimits {
  const most = affordableConnections(connections?.most ?? connectionLimits.most, handles)
  const shared = (allow?.proxyHops ?? 0) > 0 ? most : Math.min(most, connectionLimits.mostPerAddress)
  return { ...connectionLimits, most, mostPerAddress: Math.min(most, connections?.mostPerAddress ?? shared) }
}
