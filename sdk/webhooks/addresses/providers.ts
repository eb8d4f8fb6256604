// Where services publish the addresses that they send webhooks from, as data. Not here are those that publish none that
// are meant for this (Shopify, Slack, Twilio, Discord), advise against it (PagerDuty), or have them in a page of prose.

import { parseRange } from './ranges.ts'
import type { Range } from './ranges.ts'

export interface AddressProvider {
  /** As it appears in `status()`. */
  readonly name: string
  /** https; plain http is accepted on loopback only. It is fetched as it is, so never from input. */
  readonly url?: string
  /** How its answer is read. Default `lines`: one address or range in each, blank ones and those that begin with `#` aside. */
  readonly format?: 'lines' | JsonFormat
  /** Instead of a URL: a list of your own. */
  readonly ranges?: readonly string[]
}

export interface JsonFormat {
  /** Path of member names to the array. Empty when the answer is the array. */
  readonly list: readonly string[]
  /** Member of each object in it that holds the range. Default: the array holds texts. */
  readonly value?: string
  /** Only objects with these members count. */
  readonly where?: Readonly<Record<string, string>>
}

const intercom = (region: string): AddressProvider => ({
  name: `intercom-${region}`,
  url: `https://static.intercomcdn.com/intercom-ips/${region}/intercom-ip-ranges.json`,
  format: { list: ['ip_ranges'], value: 'range', where: { service: 'INTERCOM-OUTBOUND' } },
})

export type AddressProviderName = 'github' | 'stripe' | 'hubspot' | 'intercom-us' | 'intercom-eu' | 'intercom-au'

/** Sources: docs.github.com "Meta", docs.stripe.com "Domains and IP addresses", developers.hubspot.com "HubSpot IP ranges", developers.intercom.com "Intercom IP addresses". */
export const addressProviders: Readonly<Record<AddressProviderName, AddressProvider>> = Object.freeze({
  github: { name: 'github', url: 'https://api.github.com/meta', format: { list: ['hooks'] } },
  stripe: { name: 'stripe', url: 'https://stripe.com/files/ips/ips_webhooks.json', format: { list: ['WEBHOOKS'] } },
  hubspot: { name: 'hubspot', url: 'https://api.hubapi.com/meta/network-origins/2026-03/ip-ranges', format: { list: ['results'], value: 'cidr', where: { direction: 'EGRESS' } } },
  'intercom-us': intercom('us'),
  'intercom-eu': intercom('eu'),
  'intercom-au': intercom('au'),
})

/** More than any of them has; each costs a little at every delivery. */
export const maxRanges = 10_000

/** Undefined when it is not such a list, is empty, or one entry is wrong: a list that was half understood is no list. */
export function readRanges(text: string, format: AddressProvider['format'] = 'lines'): readonly Range[] | undefined {
  return parseRanges(format === 'lines' ? linesOf(text) : jsonList(text, format))
}

export function parseRanges(texts: readonly unknown[] | undefined): readonly Range[] | undefined {
  if (texts === undefined || texts.length === 0 || texts.length > maxRanges) return undefined
  const ranges = texts.map((one) => (typeof one === 'string' ? parseRange(one) : undefined))
  return ranges.every((range) => range !== undefined) ? ranges : undefined
}

function linesOf(text: string): readonly string[] {
  return text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'))
}

function jsonList(text: string, { list, value, where = {} }: JsonFormat): readonly unknown[] | undefined {
  let found = parse(text)
  for (const name of list) found = member(found, name)
  if (!Array.isArray(found)) return undefined
  const entries = (found as unknown[]).filter((entry) => Object.entries(where).every(([name, wanted]) => member(entry, name) === wanted))
  return value === undefined ? entries : entries.map((entry) => member(entry, value))
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
