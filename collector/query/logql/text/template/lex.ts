// The words of a template: text outside of `{{ }}`, and inside what Go's text/template knows.

import { LogQLError } from '../../errors.ts'

export type TokenKind =
  | 'text' | 'left' | 'right' | 'space' | 'assign' | 'declare' | 'pipe' | 'string' | 'raw' | 'char' | 'number' | 'complex'
  | 'variable' | 'field' | 'dot' | 'identifier' | 'keyword' | 'bool' | 'nil' | 'open' | 'close' | 'character' | 'end'

export interface Token { readonly kind: TokenKind; readonly text: string; readonly position: number }

const keywords = new Set(['block', 'break', 'continue', 'define', 'else', 'end', 'if', 'range', 'template', 'with'])
const spaces = ' \t\r\n'
const word = /[\p{L}\p{Nd}_]*/uy
const space = /[ \t\r\n]+/y
const number = /[+-]?(?:0[xX][0-9a-fA-F_]*\.?[0-9a-fA-F_]*(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*\.?[0-7_]*|0[bB][01_]*\.?[01_]*|[0-9_]*\.?[0-9_]*(?:[eE][+-]?[0-9_]*)?)i?/y
const quoted = /"(?:[^"\\\n]|\\[^\n])*"/y
const character = /'(?:[^'\\\n]|\\[^\n])*'/y
const raw = /`[^`]*`/y

export function lexTemplate(source: string): readonly Token[] {
  const tokens: Token[] = []
  const lexer: Lexer = { source, at: 0, tokens }
  while (lexer.at < source.length) {
    lexText(lexer)
    if (lexer.at < source.length) lexDelimited(lexer)
  }
  tokens.push({ kind: 'end', text: '', position: source.length })
  return tokens
}

interface Lexer { readonly source: string; at: number; readonly tokens: Token[] }

function refuse(message: string): never {
  throw new LogQLError(`invalid template: ${message}`)
}

function lexText(lexer: Lexer): void {
  const { source, at, tokens } = lexer
  const found = source.indexOf('{{', at)
  const end = found === -1 ? source.length : found
  const trims = found !== -1 && isLeftTrim(source, end + 2)
  const text = trims ? source.slice(at, end).replace(/[ \t\r\n]+$/, '') : source.slice(at, end)
  if (text !== '') tokens.push({ kind: 'text', text, position: at })
  lexer.at = end
}

const isSpace = (text: string | undefined): boolean => text !== undefined && text !== '' && spaces.includes(text)
const isLeftTrim = (source: string, at: number): boolean => source[at] === '-' && isSpace(source[at + 1])
const isRightTrim = (source: string, at: number): boolean => isSpace(source[at]) && source.startsWith('-}}', at + 1)

/** From `{{` to behind `}}`. */
function lexDelimited(lexer: Lexer): void {
  const { source, tokens } = lexer
  const start = lexer.at
  lexer.at += 2
  if (isLeftTrim(source, lexer.at)) lexer.at += 2
  if (source.startsWith('/*', lexer.at)) { lexComment(lexer); return }
  tokens.push({ kind: 'left', text: '{{', position: start })
  for (let depth = 0; ;) {
    if (isRightTrim(source, lexer.at) || source.startsWith('}}', lexer.at)) {
      if (depth > 0) refuse('unclosed left paren')
      lexRight(lexer)
      return
    }
    const token = lexInside(lexer)
    if (token.kind === 'open') depth++
    if (token.kind === 'close' && --depth < 0) refuse('unexpected right paren')
    tokens.push(token)
  }
}

function lexComment(lexer: Lexer): void {
  const end = lexer.source.indexOf('*/', lexer.at + 2)
  if (end === -1) refuse('unclosed comment')
  lexer.at = end + 2
  if (!isRightTrim(lexer.source, lexer.at) && !lexer.source.startsWith('}}', lexer.at)) refuse('comment ends before closing delimiter')
  closeDelimiter(lexer)
}

function lexRight(lexer: Lexer): void {
  lexer.tokens.push({ kind: 'right', text: '}}', position: lexer.at })
  closeDelimiter(lexer)
}

function closeDelimiter(lexer: Lexer): void {
  const trims = isRightTrim(lexer.source, lexer.at)
  lexer.at += trims ? 4 : 2
  if (!trims) return
  while (isSpace(lexer.source[lexer.at])) lexer.at++
}

const single: Readonly<Record<string, TokenKind>> = { '=': 'assign', '|': 'pipe', '(': 'open', ')': 'close' }

function lexInside(lexer: Lexer): Token {
  const { source, at } = lexer
  const first = source[at]
  if (first === undefined) refuse('unclosed action')
  if (isSpace(first)) return lexSpaces(lexer)
  const kind = single[first]
  if (kind !== undefined) return take(lexer, kind, 1)
  if (first === ':') return source[at + 1] === '=' ? take(lexer, 'declare', 2) : refuse('expected :=')
  if (first === '"') return takeMatch(lexer, 'string', quoted, 'unterminated quoted string')
  if (first === '`') return takeMatch(lexer, 'raw', raw, 'unterminated raw quoted string')
  if (first === "'") return takeMatch(lexer, 'char', character, 'unterminated character constant')
  if (first === '$') return lexName(lexer, 'variable', 'variable')
  if (first === '.' && !/[0-9]/.test(source[at + 1] ?? '')) return lexName(lexer, 'field', 'dot')
  if (/[.+\-0-9]/.test(first)) return lexNumber(lexer)
  if (matchLength(lexer, word) > 0) return lexWord(lexer)
  return first >= '!' && first <= '~' ? take(lexer, 'character', 1) : refuse('unrecognized character in action')
}

/** A space before `-}}` belongs to it. */
function lexSpaces(lexer: Lexer): Token {
  const length = matchLength(lexer, space)
  return take(lexer, 'space', length > 1 && isRightTrim(lexer.source, lexer.at + length - 1) ? length - 1 : length)
}

function take(lexer: Lexer, kind: TokenKind, length: number): Token {
  const token = { kind, text: lexer.source.slice(lexer.at, lexer.at + length), position: lexer.at }
  lexer.at += length
  return token
}

function matchLength(lexer: Lexer, pattern: RegExp, from = lexer.at): number {
  pattern.lastIndex = from
  return pattern.exec(lexer.source)?.[0].length ?? 0
}

function takeMatch(lexer: Lexer, kind: TokenKind, pattern: RegExp, problem: string): Token {
  const length = matchLength(lexer, pattern)
  return length === 0 ? refuse(problem) : take(lexer, kind, length)
}

/** `.name`, `$name`, and the sign alone. */
function lexName(lexer: Lexer, kind: TokenKind, alone: TokenKind): Token {
  if (isTerminated(lexer, lexer.at + 1)) return take(lexer, alone, 1)
  const token = take(lexer, kind, 1 + matchLength(lexer, word, lexer.at + 1))
  return isTerminated(lexer, lexer.at) ? token : refuse('bad character')
}

function isTerminated({ source }: Lexer, at: number): boolean {
  return at >= source.length || isSpace(source[at]) || '.,|:)('.includes(source[at]!) || source.startsWith('}}', at)
}

function lexNumber(lexer: Lexer): Token {
  let length = matchLength(lexer, number)
  const sign = lexer.source[lexer.at + length]
  const isComplex = length > 0 && (sign === '+' || sign === '-')
  if (isComplex) {
    length += matchLength(lexer, number, lexer.at + length)
    if (lexer.source[lexer.at + length - 1] !== 'i') refuse('bad number syntax')
  }
  if (matchLength(lexer, word, lexer.at + length) > 0) refuse('bad number syntax')
  return take(lexer, isComplex ? 'complex' : 'number', length)
}

function lexWord(lexer: Lexer): Token {
  const token = take(lexer, 'identifier', matchLength(lexer, word))
  if (!isTerminated(lexer, lexer.at)) refuse('bad character')
  if (keywords.has(token.text)) return { ...token, kind: 'keyword' }
  if (token.text === 'nil') return { ...token, kind: 'nil' }
  return token.text === 'true' || token.text === 'false' ? { ...token, kind: 'bool' } : token
}
