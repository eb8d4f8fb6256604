// What a covered component of RFC 9421 (section 2) is worth in a request. The parts of the URL are taken as they were
// sent: a URL parser would turn several paths into one, and the signature would cover them all alike.

import type { RawRequest } from '../scheme.ts'
import { trimmed } from './structured.ts'
import type { Item } from './structured.ts'

export interface TargetUrl {
  readonly scheme: string
  /** Lower case, without the scheme's default port. */
  readonly authority: string
  readonly path: string
  /** With its question mark; empty when there is none. */
  readonly query: string
}

const urlPattern = /^(https?):\/\/([^/?#@\\\s]+)(\/[^?#\s]*)?(\?[^#\s]*)?$/i

/** Undefined when it is no absolute URL of http or https, or has credentials or a fragment. */
export function targetUrl(url: string): TargetUrl | undefined {
  const [, scheme, host, path = '/', query = ''] = urlPattern.exec(url) ?? []
  if (scheme === undefined || host === undefined) return undefined
  const defaultPort = scheme.toLowerCase() === 'https' ? /:443$/ : /:80$/
  return { scheme: scheme.toLowerCase(), authority: host.toLowerCase().replace(defaultPort, ''), path, query }
}

const derived: Readonly<Record<string, (url: TargetUrl) => string>> = {
  '@target-uri': ({ scheme, authority, path, query }) => `${scheme}://${authority}${path}${query}`,
  '@authority': ({ authority }) => authority,
  '@scheme': ({ scheme }) => scheme,
  '@request-target': ({ path, query }) => path + query, // origin form; a webhook has no other
  '@path': ({ path }) => path,
  '@query': ({ query }) => (query === '' ? '?' : query),
}

/** Whether its value depends on where the request was sent. */
export function isOfUrl(name: string): boolean {
  return name === '@query-param' || Object.hasOwn(derived, name)
}

/**
 * The value on the component's line, undefined when the request has none. Of the parameters only `name` of
 * `@query-param` is known: `sf`, `key`, `bs`, `tr` and `req` change what is signed, so a component with one is not read.
 */
export function componentValue({ value: name, parameters }: Item, request: RawRequest, url: TargetUrl | undefined): string | undefined {
  if (typeof name !== 'string') return undefined
  if (isOfUrl(name) && url === undefined) return undefined
  if (name === '@query-param') return queryParameter(parameters, url!)
  if (parameters.size > 0) return undefined
  if (name === '@method') return request.method
  if (Object.hasOwn(derived, name)) return derived[name]!(url!)
  return fieldName.test(name) ? fieldValue(request.header(name)) : undefined
}

const fieldName = /^[a-z0-9!#$%&'*+\-.^_`|~]{1,64}$/

/** A line of the signature base is ASCII without line ends (section 2.5); a field that is not would end up as another. */
function fieldValue(value: string | undefined): string | undefined {
  return value === undefined || !/^[\x20-\x7e\t]*$/.test(value) ? undefined : trimmed(value)
}

/** Section 2.2.8: decoded and encoded again; a name that stands twice cannot be covered. */
function queryParameter(parameters: Item['parameters'], { query }: TargetUrl): string | undefined {
  const name = parameters.get('name')
  if (typeof name !== 'string' || parameters.size !== 1) return undefined
  const values = [...new URLSearchParams(query)].filter(([key]) => percentEncoded(key) === name).map(([, value]) => value)
  return values.length === 1 ? percentEncoded(values[0]!) : undefined
}

function percentEncoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}
