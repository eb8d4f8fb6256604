// Where the parser stands, and how deep: nested parentheses and long chains become nested expressions, which everything
// after the parser walks recursively, so that their depth is limited here, once.

import { LogQLError } from '../errors.ts'
import { nameOf, type Token, type TokenKind } from './tokens.ts'

/** Deeper queries are refused. No person writes a tenth of it; the stack holds several times more. */
export const MAX_DEPTH = 1000

export class Cursor {
  readonly #tokens: readonly Token[]
  #at = 0
  #depth = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  /** The token in front, or one after it. */
  peek(ahead = 0): Token {
    const token = this.#tokens[this.#at + ahead] ?? this.#tokens.at(-1)
    if (token === undefined) throw new Error('BUG: no tokens; want at least the end')
    return token
  }

  take(): Token {
    const token = this.peek()
    this.#at++
    return token
  }

  /** Takes the token in front if it is of this kind. */
  accept(kind: TokenKind): Token | undefined {
    return this.peek().kind === kind ? this.take() : undefined
  }

  expect(kind: TokenKind, ...orElse: readonly TokenKind[]): Token {
    return this.accept(kind) ?? this.refuse(kind, ...orElse)
  }

  refuse(...expected: readonly TokenKind[]): never {
    throw this.error(`syntax error: unexpected ${nameOf(this.peek().kind)}${expected.length > 0 ? `, expecting ${expected.map(nameOf).join(' or ')}` : ''}`)
  }

  error(message: string, at: Token = this.peek()): LogQLError {
    return new LogQLError(message, at.line, at.column)
  }

  /** Function names are in any case. */
  nameInFront(): string {
    const token = this.peek()
    return token.kind === 'identifier' ? token.text.toLowerCase() : ''
  }

  /** Of something that contains itself. */
  nested<T>(parse: () => T): T {
    this.deeper()
    const result = parse()
    this.#depth--
    return result
  }

  /** A chain grows deeper by each link: `depth` before it, to be given back after it. */
  deeper(): void {
    if (++this.#depth > MAX_DEPTH) throw this.error(`nested deeper than ${MAX_DEPTH}`)
  }

  get depth(): number {
    return this.#depth
  }

  restore(depth: number): void {
    this.#depth = depth
  }
}

/** `item, item, item`: no trailing comma. */
export function list<T>(cursor: Cursor, item: () => T): readonly T[] {
  const items = [item()]
  while (cursor.accept(',') !== undefined) items.push(item())
  return items
}
