// Values of a given shape, drawn from a seed: the same corpus for everybody, and nobody's secret.

import { crc32 } from 'node:zlib'
import type { Random } from '../support/random.ts'

const lower = 'abcdefghijklmnopqrstuvwxyz'
const digits = '0123456789'

/** By the letter of a drawn part: `<a24>`. */
const alphabets: Readonly<Record<string, string>> = {
  a: lower + lower.toUpperCase() + digits, A: lower + lower.toUpperCase(), l: lower + digits, u: lower.toUpperCase() + digits, h: '0123456789abcdef', d: digits,
  b: `${lower}${lower.toUpperCase()}${digits}-_`, B: `${lower}${lower.toUpperCase()}${digits}+/`, k: `${lower.toUpperCase()}234567`,
  c: 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L', // Bech32, as age writes it
}

export function drawText(random: Random, alphabet: string, length: number): string {
  const characters = alphabets[alphabet]!
  let text = ''
  for (let i = 0; i < length; i += 1) text += characters[random.between(0, characters.length - 1)]
  return text
}

/** Fills the drawn parts of a shape. `\n` in it is a line break. */
export function drawShape(random: Random, shape: string): string {
  return shape.replaceAll('\\n', '\n').replace(/<(uuid|jwt|ghp|[aAlubBhdkc]\d+)>/g, (_, part: string) => drawPart(random, part))
}

function drawPart(random: Random, part: string): string {
  switch (part) {
    case 'uuid': return drawUuid(random)
    case 'jwt': return drawJwt(random)
    case 'ghp': return drawGithub(random)
    default: return drawText(random, part[0]!, Number(part.slice(1)))
  }
}

export function drawUuid(random: Random): string {
  const hex = drawText(random, 'h', 32)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`
}

function drawJwt(random: Random): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: drawText(random, 'd', 8), iat: random.between(1_700_000_000, 1_800_000_000) })}.${drawText(random, 'b', 43)}`
}

/** The last six characters are a checksum (CRC-32 in base 62), as GitHub described it in 2021. */
function drawGithub(random: Random): string {
  const body = drawText(random, 'a', 30)
  let rest = crc32(body)
  let sum = ''
  for (let i = 0; i < 6; i += 1) {
    sum = (digits + lower.toUpperCase() + lower)[rest % 62]! + sum
    rest = Math.floor(rest / 62)
  }
  return `ghp_${body}${sum}`
}
