// The words of a template, and where its parser is among them.

import { LogQLError } from '../../errors.ts'
import { unquote } from './constants.ts'
import type { Token, TokenKind } from './lex.ts'
import type { Statement } from './nodes.ts'

const maxDepth = 200

export interface Parser {
  readonly tokens: readonly Token[]
  readonly isFunction: (name: string) => boolean
  readonly named: Map<string, readonly Statement[]>
  at: number
  variables: string[]
  rangeDepth: number
  depth: number
}

export function refuse(message: string): never {
  throw new LogQLError(`invalid template: ${message}`)
}

export const peek = (parser: Parser): Token => parser.tokens[parser.at]!
export const next = (parser: Parser): Token => parser.tokens[parser.at < parser.tokens.length - 1 ? parser.at++ : parser.at]!

export function skipSpace(parser: Parser): void {
  while (peek(parser).kind === 'space') parser.at++
}

export function peekWord(parser: Parser): Token {
  skipSpace(parser)
  return peek(parser)
}

export function nextWord(parser: Parser): Token {
  skipSpace(parser)
  return next(parser)
}

/** Whether `{{` stands here and this keyword follows. */
export function isKeyword(parser: Parser, ...names: readonly string[]): boolean {
  if (peek(parser).kind !== 'left') return false
  let at = parser.at + 1
  while (parser.tokens[at]?.kind === 'space') at++
  const token = parser.tokens[at]
  return token?.kind === 'keyword' && names.includes(token.text)
}

export function expectWord(parser: Parser, kind: TokenKind, context: string): Token {
  const token = nextWord(parser)
  if (token.kind !== kind) refuse(`unexpected token in ${context}`)
  return token
}

export function enter(parser: Parser): void {
  if (++parser.depth > maxDepth) refuse('nested too deeply')
}

/** Of a quoted name or text. */
export const textOf = (token: Token): string => token.kind === 'raw' ? token.text.slice(1, -1) : unquote(token.text)
