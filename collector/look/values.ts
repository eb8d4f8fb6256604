// Values as text, as receivers written in Go show them: strings as they are, lists and maps as Go's JSON.

import { isMap } from '@blotter/processors'
import type { Value, ValueMap } from '@blotter/processors'

export function goText(value: Value): string {
  switch (typeof value) {
    case 'string': return value
    case 'number': return Number.isFinite(value) ? goNumber(value) : `json: unsupported value: ${Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'}`
    case 'boolean': case 'bigint': return String(value)
  }
  if (value === null) return ''
  return value instanceof Uint8Array ? base64(value) : goJson(value) ?? ''
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')

/** Both languages change to exponents at the same sizes and write them alike; only minus zero differs. */
const goNumber = (value: number): string => (Object.is(value, -0) ? '-0' : String(value))

/** Undefined where JSON has no form for a number in it. */
function goJson(value: Value): string | undefined {
  switch (typeof value) {
    case 'string': return goString(value)
    case 'number': return Number.isFinite(value) ? goNumber(value) : undefined
    case 'boolean': case 'bigint': return String(value)
  }
  if (value === null) return 'null'
  if (value instanceof Uint8Array) return value.length === 0 ? 'null' : `"${base64(value)}"`
  return isMap(value) ? goMap(value) : goList(value as readonly Value[])
}

function goList(list: readonly Value[]): string | undefined {
  const parts = list.map(goJson)
  return parts.includes(undefined) ? undefined : `[${parts.join(',')}]`
}

function goMap(map: ValueMap): string | undefined {
  const parts = Object.keys(map).sort(byBytes).map((key) => {
    const inner = goJson(map[key]!)
    return inner === undefined ? undefined : `${goString(key)}:${inner}`
  })
  return parts.includes(undefined) ? undefined : `{${parts.join(',')}}`
}

/** The order of UTF-8, which is that of UTF-16 up to the surrogates. */
function byBytes(a: string, b: string): number {
  return /[\ud800-\uffff]/.test(a + b) ? Buffer.compare(Buffer.from(a), Buffer.from(b)) : a < b ? -1 : a > b ? 1 : 0
}

const escapes: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026', '\u2028': '\\u2028', '\u2029': '\\u2029' }

function goString(text: string): string {
  return JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, (char) => escapes[char]!)
}
