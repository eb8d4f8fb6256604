// The request id: taken over from whoever asks when it is harmless, made here otherwise.

import { randomUUID } from 'node:crypto'

/** Long enough for every usual id. What is longer, or holds anything that could break a log line or a header, is not taken over. */
const harmless = /^[A-Za-z0-9._:+/=-]{1,128}$/

const traceparent = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:$|-)/

/** The header's id, else the trace id of `traceparent` (W3C), else a new UUID. */
export function requestIdOf(header: (name: string) => string | undefined, headerName: string | false): string {
  const given = headerName === false ? undefined : header(headerName)
  if (given !== undefined && harmless.test(given)) return given
  return traceparent.exec(header('traceparent') ?? '')?.[1] ?? randomUUID()
}
