// The options of `createAddressList`, with their defaults and one check.

import { describe, problemError } from '../../errors.ts'
import type { Problem } from '../../errors.ts'
import { addressProviders, parseRanges } from './providers.ts'
import type { AddressProvider, AddressProviderName } from './providers.ts'

export interface AddressListOptions {
  /** A name of `addressProviders`, or where your own list is. Required. */
  readonly provider: AddressProviderName | AddressProvider
  /**
   * `report`, the default: match or mismatch stands on the proof and the audit record, and nothing is refused.
   * `enforce`: a mismatch is refused. Services change their addresses, some unannounced, and then deliveries are lost: watch
   * `report` for a while first.
   */
  readonly mode?: 'report' | 'enforce'
  /** How often the list is fetched. Milliseconds, from 60 000; default 3 600 000. Longer: a new address of the service is unknown for so long. */
  readonly refreshMs?: number
  /** What one fetch may take. Milliseconds; default 10 000. It can hold up the end of the process for so long. */
  readonly timeoutMs?: number
  /** Instead of the global `fetch`, for proxies and tests. */
  readonly fetch?: typeof globalThis.fetch
  /** Told when a fetched list differs from the one before. What it throws becomes a process warning. Default none. */
  readonly onChange?: (change: AddressListChange) => void
  /** Milliseconds since 1970, for tests. Default: the wall clock. */
  readonly clock?: () => number
}

export interface AddressListChange {
  readonly provider: string
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

type Settings = Required<Omit<AddressListOptions, 'provider' | 'onChange'>> & { readonly provider: AddressProvider; readonly onChange?: AddressListOptions['onChange'] }

const defaults = { mode: 'report', refreshMs: 3_600_000, timeoutMs: 10_000 } as const

/** Throws INVALID_OPTIONS. */
export function checkListOptions(options: AddressListOptions): Settings {
  const named = typeof options?.provider === 'string'
  const provider = named ? (Object.hasOwn(addressProviders, options.provider as string) ? addressProviders[options.provider as AddressProviderName] : undefined) : options?.provider as AddressProvider | undefined
  const problems: Problem[] = []
  const want = (key: string, value: unknown, fine: boolean, wanted: string): void => { if (!fine) problems.push({ key, got: describe(value), want: wanted }) }
  want('provider', options?.provider, isProvider(provider), `one of ${Object.keys(addressProviders).join(', ')}; or a name with an https url, or with ranges that are whole`)
  want('mode', options?.mode, [undefined, 'report', 'enforce'].includes(options?.mode), 'report or enforce')
  want('refreshMs', options?.refreshMs, isCount(options?.refreshMs, 60_000), 'a whole number from 60 000 to 2 147 483 647')
  want('timeoutMs', options?.timeoutMs, isCount(options?.timeoutMs, 1), 'a whole number from 1')
  if (problems.length > 0) throw problemError('INVALID_OPTIONS', problems)
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  return { ...defaults, fetch: globalThis.fetch, clock: Date.now, ...given, provider: provider! }
}

/** Above it a timer of Node fires at once. */
const longestTimerMs = 2_147_483_647

function isCount(value: unknown, least: number): boolean {
  return value === undefined || (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= longestTimerMs)
}

function isProvider(provider: AddressProvider | undefined): boolean {
  if (typeof provider !== 'object' || provider === null || typeof provider.name !== 'string' || provider.name === '') return false
  if (provider.ranges !== undefined) return provider.url === undefined && parseRanges(provider.ranges) !== undefined
  return isSafeUrl(provider.url)
}

/** Whoever can read or alter plain http on the way could write the list. */
function isSafeUrl(url: unknown): boolean {
  if (typeof url !== 'string' || !URL.canParse(url)) return false
  const { protocol, hostname, username, password } = new URL(url)
  const isLoopback = ['127.0.0.1', '[::1]', 'localhost'].includes(hostname)
  return (protocol === 'https:' || (protocol === 'http:' && isLoopback)) && username === '' && password === ''
}
