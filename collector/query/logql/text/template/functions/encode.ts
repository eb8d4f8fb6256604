// Functions that encode, decode and read other notations: Base64, URLs, JSON, sizes, durations, regular expressions.

import { LogQLError } from '../../../errors.ts'
import { bytesProblem, parseBytes } from '../../bytes.ts'
import { durationProblem, parseDuration, secondsOf } from '../../duration.ts'
import { quoteGo } from '../../quote.ts'
import { compileRegex, regexProblem } from '../../regex.ts'
import { FunctionError, Integer, isTrue } from '../value.ts'
import type { FunctionTable, TemplateFunction } from '../function.ts'
import type { Regex } from '../../regex.ts'
import type { Value } from '../value.ts'

const htmlEscapes: Readonly<Record<string, string>> = { '\0': '\ufffd', '"': '&#34;', "'": '&#39;', '&': '&amp;', '<': '&lt;', '>': '&gt;' }
const scriptEscapes: Readonly<Record<string, string>> = { '\\': '\\\\', "'": "\\'", '"': '\\"', '<': '\\u003C', '>': '\\u003E', '&': '\\u0026', '=': '\\u003D' }

export function escapeHtml(text: string): string {
  return text.replace(/[\0"'&<>]/g, (character) => htmlEscapes[character]!)
}

export function escapeScript(text: string): string {
  return text.replace(/[\\'"<>&=]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, (character) => scriptEscapes[character] ?? `\\u${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`)
}

/** As in a query: a space is a plus. */
export function escapeUrl(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`).replaceAll('%20', '+')
}

function unescapeUrl(text: string): string {
  const broken = /%(?![0-9a-fA-F]{2}).{0,2}/s.exec(text)
  if (broken !== null) throw new FunctionError(`invalid URL escape ${quoteGo(broken[0])}`)
  const bytes = Buffer.from(text.replaceAll('+', ' '))
  const out: number[] = []
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== 0x25) { out.push(bytes[i]!); continue }
    out.push(parseInt(bytes.toString('latin1', i + 1, i + 3), 16))
    i += 2
  }
  return Buffer.from(out).toString()
}

/** What is wrong takes the place of the text: the message of the decoder. Line breaks do not count. */
function decodeBase64(text: string): string {
  const problem = base64Problem(text)
  return problem === undefined ? Buffer.from(text, 'base64').toString() : `illegal base64 data at input byte ${problem}`
}

/** Where the decoder gives up. */
function base64Problem(text: string): number | undefined {
  const bytes = Buffer.from(text)
  let inGroup = 0
  for (let i = 0; i < bytes.length; i++) {
    const code = bytes[i]!
    if (code === 10 || code === 13) continue
    if (code === 61) return paddingProblem(bytes, i, inGroup)
    if (!/[A-Za-z0-9+/]/.test(String.fromCharCode(code))) return i
    inGroup = (inGroup + 1) % 4
  }
  return inGroup === 0 ? undefined : bytes.length - inGroup
}

function paddingProblem(bytes: Buffer, at: number, inGroup: number): number | undefined {
  if (inGroup < 2) return at
  const rest = bytes.subarray(at).toString('latin1').replace(/[\r\n]/g, '')
  const wanted = inGroup === 2 ? '==' : '='
  if (rest === wanted) return undefined
  return rest.startsWith(wanted) ? at + wanted.length : rest.length < wanted.length ? bytes.length : at + 1
}

const maxDepth = 1000

function readJson(text: string): Value {
  try {
    return valueOf(JSON.parse(text), 0)
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof FunctionError) return null
    throw error
  }
}

function valueOf(json: unknown, depth: number): Value {
  if (depth > maxDepth) throw new FunctionError('nested too deeply')
  if (json === null || typeof json === 'boolean') return json
  if (typeof json === 'string') return json.toWellFormed()
  if (typeof json === 'number') { if (!Number.isFinite(json)) throw new FunctionError('too large'); return json }
  if (Array.isArray(json)) return json.map((each) => valueOf(each, depth + 1))
  return new Map(Object.entries(json as object).map(([key, each]) => [key, valueOf(each, depth + 1)]))
}

const regexes = new Map<string, Regex>()
const maxRegexes = 200

/** The expression is nearly always a constant; those made of labels must not fill the memory. */
function regexOf(source: string): Regex {
  const known = regexes.get(source)
  if (known !== undefined) return known
  try {
    const regex = compileRegex(source, false)
    if (regexes.size >= maxRegexes) regexes.clear()
    regexes.set(source, regex)
    return regex
  } catch (error) {
    throw error instanceof LogQLError ? new FunctionError(regexProblem(source)) : error
  }
}

function onTexts(count: number, call: (...texts: string[]) => Value): TemplateFunction {
  return { parameters: Array.from({ length: count }, () => 'string'), call: (args) => call(...(args as readonly string[])) }
}

const seconds = onTexts(1, (text) => {
  const nano = parseDuration(text)
  if (nano === undefined) throw new FunctionError(durationProblem(text))
  return secondsOf(nano)
})

export const encodeFunctions: FunctionTable = {
  b64enc: onTexts(1, (text) => Buffer.from(text).toString('base64')), b64dec: onTexts(1, decodeBase64),
  urlencode: onTexts(1, escapeUrl), urldecode: onTexts(1, unescapeUrl),
  fromJson: onTexts(1, readJson),
  bytes: onTexts(1, (text) => {
    const size = parseBytes(text)
    if (size === undefined) throw new FunctionError(bytesProblem(text))
    return size
  }),
  duration: seconds, duration_seconds: seconds,
  regexReplaceAll: onTexts(3, (regex, text, template) => regexOf(regex).replaceAll(text, template)),
  regexReplaceAllLiteral: onTexts(3, (regex, text, replacement) => regexOf(regex).replaceAllLiteral(text, replacement)),
  count: onTexts(2, (regex, text) => new Integer(regexOf(regex).count(text), 'int')),
  default: { parameters: ['any'], rest: 'any', call: ([fallback, given]) => given === undefined || !isTrue(given) ? fallback! : given },
}
