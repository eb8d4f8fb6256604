// From an HTTP request to records: what it says it is, how large it may be, what is in it.

import { BlotterError } from '../errors.ts'
import { readBody } from './body.ts'
import { decodeJsonRequest } from './json.ts'
import { decodeProtobufRequest } from './protobuf.ts'
import type { AuditRecord } from '@blotter/processors'
import type { Encoding } from './answer.ts'
import type { BodyLimits } from './body.ts'
import type { Budget } from './budget.ts'

/** The encoding that the request names, or undefined when it names none that we know. */
export function encodingOf(contentType: string | undefined): Encoding | undefined {
  switch (contentType?.split(';')[0]!.trim().toLowerCase()) {
    case 'application/x-protobuf': case 'application/protobuf': return 'protobuf'
    case 'application/json': return 'json'
    default: return undefined
  }
}

export interface Received { readonly records: AuditRecord[]; readonly release: () => void }

/** A chunked body does not say how large it is: this much is set aside for it. */
const undeclaredBytes = 1024 * 1024

/** `strict`: refuse a body that holds something, but no records. Whoever calls releases the bytes when done. */
export async function receive(request: Request, limits: BodyLimits, budget: Budget, strict: boolean): Promise<Received> {
  const encoding = encodingOf(request.headers.get('Content-Type') ?? undefined)
  if (encoding === undefined) throw new BlotterError('UNSUPPORTED_MEDIA_TYPE', { violations: [{ field: 'Content-Type', description: 'application/x-protobuf or application/json' }] })
  const declaredBytes = contentLength(request)
  const release = budget.take(declaredBytes ?? undeclaredBytes)
  try {
    const body = await readBody(request.body, declaredBytes, request.headers.get('Content-Encoding') ?? undefined, limits)
    return { records: encoding === 'json' ? decodeJsonRequest(body, strict) : decodeProtobufRequest(body, strict), release }
  } catch (error) {
    release()
    throw error
  }
}

function contentLength(request: Request): number | undefined {
  const header = request.headers.get('Content-Length')
  return header !== null && /^[0-9]{1,15}$/.test(header) ? Number(header) : undefined
}
