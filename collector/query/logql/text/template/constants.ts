// Constants of templates: quoted texts, characters and numbers as Go writes them.

import { LogQLError } from '../../errors.ts'
import { parseFloatGo } from '../float.ts'
import type { NumberNode } from './nodes.ts'

const escape = /\\(?:([abfnrtv\\'"])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))|\\|[^\\]+/g
const controls: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

function refuse(message: string): never {
  throw new LogQLError(`invalid template: ${message}`)
}

/** The text of `"…"` with its quotes. */
export function unquote(source: string): string {
  return unescape(source.slice(1, -1), '"') ?? refuse('invalid syntax')
}

function unescape(text: string, quote: string): string | undefined {
  if (!text.includes('\\')) return text
  let out = ''
  let bytes: number[] = []
  const flush = (): void => { out += Buffer.from(bytes).toString(); bytes = [] }
  for (const [whole, short, hex, unicode, long, octal] of text.matchAll(escape)) {
    const byte = hex === undefined ? octal === undefined ? undefined : parseInt(octal, 8) : parseInt(hex, 16)
    if (byte !== undefined) { if (byte > 255) return undefined; bytes.push(byte); continue }
    flush()
    if (short !== undefined) { if ((short === '"' || short === "'") && short !== quote) return undefined; out += controls[short] ?? short }
    else if (unicode !== undefined || long !== undefined) {
      const code = parseInt(unicode ?? long!, 16)
      if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return undefined
      out += String.fromCodePoint(code)
    } else if (whole === '\\') return undefined
    else out += whole
  }
  flush()
  return out
}

export function characterNode(text: string, position: number): NumberNode {
  const inside = text.slice(1, -1)
  const value = unescape(inside, "'")
  const [first, more] = Array.from(value ?? '')
  if (first === undefined || more !== undefined) refuse('malformed character constant')
  const byte = /^\\(?:x([0-9a-fA-F]{2})|([0-7]{3}))$/.exec(inside)
  const code = byte === null ? first.codePointAt(0)! : parseInt(byte[1] ?? byte[2]!, byte[1] === undefined ? 8 : 16)
  return { kind: 'number', text, position, integer: BigInt(code), float: code, isFloat: false }
}

export function numberNode(text: string, position: number): NumberNode {
  if (text.endsWith('i')) return imaginaryNode(text, position)
  const integer = parseInteger(text)
  if (integer !== undefined && integer >= -(2n ** 63n) && integer < 2n ** 63n) return { kind: 'number', text, position, integer, float: Number(integer), isFloat: false }
  const float = parseFloatGo(text)
  if (float === undefined || !/[0-9]/.test(text)) refuse('illegal number syntax')
  if (!/[.eEpP]/.test(text)) refuse('integer overflow')
  const whole = Number.isInteger(float) && Math.abs(float) < 2 ** 63 ? { integer: BigInt(float) } : {}
  return { kind: 'number', text, position, float, isFloat: /^[+-]?0[xX]/.test(text) ? /[pP]/.test(text) : true, ...whole }
}

/** Only numbers without a real part: nobody calculates with them in a line. */
function imaginaryNode(text: string, position: number): NumberNode {
  const imaginary = parseFloatGo(text.slice(0, -1))
  if (imaginary === undefined) refuse('illegal number syntax')
  return { kind: 'number', text, position, isFloat: false, imaginary }
}

/** Go's strconv.ParseInt with base 0, without the bounds: `0x10`, `0o17`, `017`, `0b1`, `1_000`. */
export function parseInteger(text: string): bigint | undefined {
  const [, sign = '', digits = ''] = /^([+-]?)(\w+)$/.exec(text) ?? []
  if (digits === '' || /__|^_|_$/.test(digits)) return undefined
  const plain = digits.replaceAll('_', '').replace(/^0(?=[0-7_]+$)/, '0o')
  if (!/^(?:\d+|0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+)$/.test(plain) || /^0\d/.test(plain)) return undefined
  const value = BigInt(plain.toLowerCase())
  return sign === '-' ? -value : value
}
