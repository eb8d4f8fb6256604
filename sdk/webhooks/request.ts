// A request as frameworks have it, made into what schemes read. Nothing is decoded or parsed here but header names.

import { AuditError, describe, problemError } from '../errors.ts'
import type { Problem } from '../errors.ts'
import type { RawRequest } from './scheme.ts'
import { refuse } from './verdict.ts'

/** `Headers`, Node's `req.headers` or `headersDistinct`, or pairs such as those of `req.rawHeaders` in twos. */
export type HeadersLike = Headers | Readonly<Record<string, string | readonly string[] | undefined>> | Iterable<readonly [string, string]>

export interface WebhookRequest {
  /** `POST` when left out. Signed by some schemes. */
  readonly method?: string
  /**
   * Absolute, as the sender addressed it, for the schemes that sign it; behind a proxy that is not what your server sees,
   * so give `url` in the options. Other schemes do not look at it.
   */
  readonly url?: string
  readonly headers: HeadersLike
  /**
   * The bytes as they came. Never a text and never what a body parser returned: decoding changes bytes that are not UTF-8,
   * and then a forgery and a genuine delivery look alike. `new Uint8Array(await request.arrayBuffer())`, or a Buffer.
   */
  readonly body: Uint8Array
}

/** Throws INVALID_OPTIONS: what is wrong here is the app's code, not the sender. */
export function rawRequest({ method = 'POST', url = '', headers, body }: WebhookRequest, parameters: Readonly<Record<string, string>>): RawRequest {
  const problems: Problem[] = []
  const want = (key: string, value: unknown, fine: boolean, wanted: string): void => { if (!fine) problems.push({ key, got: describe(value), want: wanted }) }
  want('request.body', body, body instanceof Uint8Array, 'the raw bytes, as a Uint8Array or Buffer: a text or a parsed body cannot be verified')
  want('request.headers', headers, typeof headers === 'object' && headers !== null, 'the headers')
  want('request.method', method, typeof method === 'string', 'a text')
  want('request.url', url, typeof url === 'string', 'a text')
  if (problems.length > 0) throw problemError('INVALID_OPTIONS', problems)
  return { method: method.toUpperCase(), url, body, header: headerReader(headers), parameters }
}

function headerReader(headers: HeadersLike): RawRequest['header'] {
  if (headers instanceof Headers) return (name) => headers.get(name) ?? undefined
  const found = new Map<string, string | readonly string[]>()
  for (const [name, value] of Symbol.iterator in headers ? headers : Object.entries(headers)) {
    if (value === undefined) continue
    const key = name.toLowerCase()
    found.set(key, found.has(key) ? several : value)
  }
  return (name) => single(found.get(name))
}

const several: readonly string[] = ['', '']

/** A header that came twice has no one value: which of them a proxy or the app takes is anybody's guess. */
function single(value: string | readonly string[] | undefined): string | undefined {
  if (value === undefined || typeof value === 'string') return value
  return value.length === 1 ? value[0] : value.length === 0 ? undefined : refuse('malformed')
}

/** For schemes: a header that must be there. */
export function requiredHeader(request: RawRequest, name: string): string {
  const value = request.header(name)
  return value === undefined || value === '' ? refuse('missing_signature') : value
}

/** Schemes that sign the URL cannot do with a path. */
export function absoluteUrl(url: string): string {
  if (!/^https?:\/\//i.test(url)) throw new AuditError('INVALID_OPTIONS', 'url: got a text that is no absolute URL, want the URL to which the sender sends, with https:// and host')
  return url
}
