// Strings as Go writes them: "…" with escapes, `…` as it stands. JavaScript's strings are not bytes: bytes that are
// written as escapes (`\xc3\xa9`) are read as UTF-8 where they are UTF-8.

import type { LogQLError } from '../errors.ts'
import type { Found } from './scan.ts'

const raw = /`([^`]*)`/y
const quoted = /"((?:[^"\\\n]|\\[^\n])*)"/y
const escape = /\\(?:([abfnrtv\\"])|x([\da-fA-F]{2})|([0-7]{3})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([^]))/gy
const plain: Readonly<Record<string, string>> = { a: '\u0007', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\', '"': '"' }

export function scanString(source: string, at: number, fail: (message: string) => LogQLError): Found {
  const pattern = source[at] === '`' ? raw : quoted
  pattern.lastIndex = at
  const body = pattern.exec(source)?.[1]
  if (body === undefined) throw fail('literal not terminated')
  // Go leaves carriage returns out of raw strings.
  const text = pattern === raw ? body.replaceAll('\r', '') : unescape(body, fail)
  return { kind: 'string', end: pattern.lastIndex, text }
}

function unescape(body: string, fail: (message: string) => LogQLError): string {
  if (!body.includes('\\')) return body
  let text = ''
  let bytes: number[] = []
  for (let at = 0; at < body.length; ) {
    const byte = byteAt(body, at)
    if (byte !== undefined) {
      bytes.push(byte)
      at += 4
      continue
    }
    if (bytes.length > 0) text += utf8(bytes)
    bytes = []
    if (body[at] !== '\\') {
      text += body[at++]
      continue
    }
    text += character(body, at, fail)
    at = escape.lastIndex
  }
  return text + utf8(bytes)
}

function byteAt(body: string, at: number): number | undefined {
  if (body[at] !== '\\' || !/[x0-7]/.test(body[at + 1] ?? '')) return undefined
  const byte = /^\\(?:x([\da-fA-F]{2})|([0-3][0-7]{2}))/.exec(body.slice(at, at + 4))
  if (byte === null) return undefined
  return byte[1] === undefined ? Number.parseInt(byte[2] ?? '', 8) : Number.parseInt(byte[1], 16)
}

function utf8(bytes: readonly number[]): string {
  return bytes.length === 0 ? '' : Buffer.from(bytes).toString('utf8')
}

function character(body: string, at: number, fail: (message: string) => LogQLError): string {
  escape.lastIndex = at
  const [, simple, , octal, short, long] = escape.exec(body) ?? []
  if (simple !== undefined) return plain[simple] ?? ''
  const digits = short ?? long
  if (digits === undefined) throw fail(octal === undefined ? 'invalid char escape' : 'invalid syntax')
  const code = Number.parseInt(digits, 16)
  if (code > 0x10ffff) throw fail('invalid syntax')
  return code >= 0xd800 && code <= 0xdfff ? '\uFFFD' : String.fromCodePoint(code)
}
