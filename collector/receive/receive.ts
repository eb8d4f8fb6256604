// From an HTTP request to its body: what it says it is, how large it may be.

import { BlotterError } from '../errors.ts'
import { readBody } from './body.ts'
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

export interface Received { readonly body: Buffer; readonly encoding: Encoding; readonly release: () => void }

/** A chunked body does not say how large it is: this much is set aside for it, and more when it comes. */
const undeclaredBytes = 1024 * 1024

/** `stream`: the body as it comes, still compressed. Whoever calls releases the bytes when done. */
export async function receive(request: Request, stream: AsyncIterable<Uint8Array> | null, limits: BodyLimits, budget: Budget): Promise<Received> {
  const encoding = encodingOf(request.headers.get('Content-Type') ?? undefined)
  if (encoding === undefined) throw new BlotterError('UNSUPPORTED_MEDIA_TYPE', { violations: [{ field: 'Content-Type', description: 'application/x-protobuf or application/json' }] })
  const declaredBytes = contentLength(request)
  const held = budget.take(declaredBytes ?? undeclaredBytes)
  try {
    const body = await readBody(stream, declaredBytes, request.headers.get('Content-Encoding') ?? undefined, limits, held)
    return { body, encoding, release: () => { held.release() } }
  } catch (error) {
    held.release()
    throw error
  }
}

function contentLength(request: Request): number | undefined {
  const header = request.headers.get('Content-Length')
  return header !== null && /^[0-9]{1,15}$/.test(header) ? Number(header) : undefined
}
