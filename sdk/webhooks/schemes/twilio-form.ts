// The form that Twilio signs, read strictly: a body that says nothing, such as `&&`, must not pass beside a signature
// that does not cover it.

import { parse, stringify } from 'node:querystring'
import { refuse } from '../verdict.ts'

/** Twilio's forms are far smaller. It is read before it is verified, so it is bounded. */
const maxFormBytes = 1_048_576

const read = new WeakMap<Uint8Array, string>()

/** Names and values in the order of the names; of a name that comes several times each value once, in order. */
export function formText(body: Uint8Array): string {
  const text = read.get(body) ?? parseForm(body)
  read.set(body, text)
  return text
}

function parseForm(body: Uint8Array): string {
  if (body.length > maxFormBytes) refuse('too_large')
  const fields = new Map<string, Set<string>>()
  for (const pair of utf8(body).split('&')) {
    const at = pair.indexOf('=')
    if (at < 1) refuse('malformed')
    const name = decodeField(pair.slice(0, at))
    fields.set(name, (fields.get(name) ?? new Set()).add(decodeField(pair.slice(at + 1))))
  }
  return [...fields].sort(byName).map(([name, values]) => [...values].sort().map((value) => name + value).join('')).join('')
}

/** By UTF-16 code units, as senders sort. */
function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : one > other ? 1 : 0
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return refuse('malformed')
  }
}

function decodeField(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return refuse('malformed')
  }
}

/**
 * Forms of one URL: Twilio signs the port in some and not in others, and older parts of it a query that was escaped anew.
 * All of them name the same resource.
 */
export function urlVariants(url: string): readonly string[] {
  const normal = URL.parse(url)?.href ?? url
  const asGiven = [url, withoutPort(url), withPort(url)]
  const normalised = [withoutPort(normal), withPort(normal)]
  return [...new Set([...asGiven, ...normalised, ...normalised.map(escapedAnew)])]
}

const authority = /^([a-z]+:\/\/[^/?#]*?)(:[0-9]+)?(?=[/?#]|$)/i

function withoutPort(url: string): string {
  return url.replace(authority, '$1')
}

function withPort(url: string): string {
  const port = /^https:/i.test(url) ? ':443' : ':80'
  return url.replace(authority, (_all, host: string, given: string | undefined) => host + (given ?? port))
}

function escapedAnew(url: string): string {
  const at = url.indexOf('?')
  return at < 0 || at === url.length - 1 ? url : `${url.slice(0, at)}?${stringify(parse(url.slice(at + 1)))}`
}
