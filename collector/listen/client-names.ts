// Which certificates of clients are let in, by their subject alternative names. The subject itself is never looked at: it
// is free text, and what a CA lets people write there is another question than whom it vouches for.

import { canonicalAddress } from './addresses.ts'
import type { X509Certificate } from 'node:crypto'

const types = { DNS: 'DNS', URI: 'URI', email: 'email', IP: 'IP Address' } as const

/** What is wrong with a name of the list, or undefined: `DNS:a.example.com`, `URI:spiffe://…`, `email:…`, `IP:10.0.0.7`. */
export function clientNameProblem(name: string): string | undefined {
  const [type, value] = divide(name)
  if (!Object.hasOwn(types, type) || value === '') return 'use DNS:name, URI:uri, email:address or IP:address'
  if (type === 'IP' && canonicalAddress(value) === undefined) return 'that is no IP address'
  if (value.includes('*')) return 'each name stands for itself: there are no wildcards'
  return undefined
}

/** Names as they are compared: hosts without case, addresses in one spelling, the rest as it stands. */
export function createClientNames(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.map((name) => comparable(...divide(name))))
}

export function isClientAllowed(certificate: X509Certificate | undefined, allowed: ReadonlySet<string>): boolean {
  return alternativeNames(certificate?.subjectAltName).some((name) => allowed.has(name))
}

/**
 * Node lists the names as `DNS:a, URI:b`; a value that holds a comma, a quote or anything else that could be mistaken for
 * the list is in double quotes, as a JSON string. Names of other types (directory names, …) are not ours to judge.
 */
export function alternativeNames(list: string | undefined): string[] {
  const names: string[] = []
  const entry = /(?:^|, )([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^",]*)(?=, |$)/gy
  for (const [, type, value] of (list ?? '').matchAll(entry)) {
    const short = Object.entries(types).find(([, long]) => long === type)?.[0]
    if (short !== undefined) names.push(comparable(short, value!.startsWith('"') ? String(JSON.parse(value!)) : value!))
  }
  return names
}

function divide(name: string): [string, string] {
  const colon = name.indexOf(':')
  return [name.slice(0, Math.max(0, colon)), name.slice(colon + 1)]
}

function comparable(type: string, value: string): string {
  if (type === 'DNS') return `DNS:${value.toLowerCase()}`
  return type === 'IP' ? `IP:${canonicalAddress(value) ?? value}` : `${type}:${value}`
}
