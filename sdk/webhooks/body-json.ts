// Values inside a JSON body, for schemes that sign a time or an id in there or carry the signature itself.

import type { RawRequest } from './scheme.ts'
import { refuse } from './verdict.ts'

/** What is parsed before it is verified is bounded. Mailgun and SNS send far less. */
export const maxUnverifiedJsonBytes = 1_048_576

const parsed = new WeakMap<RawRequest, unknown>()

/** Undefined when the body is not JSON. Parsed once for each request. */
export function bodyJson(request: RawRequest): unknown {
  if (!parsed.has(request)) parsed.set(request, parse(request.body))
  return parsed.get(request)
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return undefined
  }
}

/** A text or a whole number at that path, as text. Own members only. */
export function bodyText(request: RawRequest, path: readonly string[]): string | undefined {
  let value = bodyJson(request)
  for (const key of path) value = typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : typeof value === 'string' ? value : undefined
}

/** For a scheme whose signature is in the body: before anything is verified. A body in which the name does not even occur is not parsed. */
export function unverifiedText(request: RawRequest, path: readonly string[]): string {
  if (request.body.length > maxUnverifiedJsonBytes) refuse('too_large')
  const { buffer, byteOffset, byteLength } = request.body
  if (!Buffer.from(buffer, byteOffset, byteLength).includes(`"${path.at(-1)}"`)) refuse('missing_signature')
  return bodyText(request, path) ?? refuse('missing_signature')
}

/** For writers: the member goes before those of a JSON object, whose bytes stay as they are. Undefined when the body is no object or has it. */
export function withMember(body: Uint8Array, name: string, value: unknown): Uint8Array | undefined {
  const object = parse(body)
  if (typeof object !== 'object' || object === null || Array.isArray(object) || Object.hasOwn(object, name)) return undefined
  const text = Buffer.from(body).toString('utf8')
  const rest = text.slice(text.indexOf('{') + 1)
  return Buffer.from(`{${JSON.stringify(name)}:${JSON.stringify(value)}${Object.keys(object).length === 0 ? '' : ','}${rest}`)
}
