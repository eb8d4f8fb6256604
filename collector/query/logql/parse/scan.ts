// A query as tokens. Rules of words, numbers, strings and comments are those of Go's text/scanner, which LogQL is written
// for: `//` and `/* */` are comments beside `#`, and a character that is no part of the language is a name by itself.

import { LogQLError } from '../errors.ts'
import { keywordOf, operators, type Token, type TokenKind } from './tokens.ts'
import { scanNumber } from './scan-number.ts'
import { scanString } from './scan-string.ts'

/** Longer queries are refused, as by Loki's max_query_length. In characters. */
export const MAX_QUERY_LENGTH = 131_072

const blank = /(?:[ \t\r\n]+|#[^\n]*|\/\/[^\n]*|\/\*[^]*?\*\/)+/y
const word = /[\p{L}_][\p{L}\p{Nd}_]*/uy
const flag = /--(?:strict|keep-empty)(?![\w-])/iy
const numberStart = /\.?\d/y
const negativeDuration = /-(?=\.?\d)/y

export function scan(source: string): readonly Token[] {
  if (source.length > MAX_QUERY_LENGTH) throw new LogQLError(`the query is longer than ${MAX_QUERY_LENGTH} characters`)
  return new Scanner(source).all()
}

/** What a part of the scanner found: where it ends, and what it is. */
export interface Found { readonly kind: TokenKind; readonly end: number; readonly text: string; readonly value?: number }

class Scanner {
  readonly #source: string
  readonly #tokens: Token[] = []
  #at = 0
  #line = 1
  #lineStart = 0

  constructor(source: string) {
    this.#source = source
  }

  all(): readonly Token[] {
    while (this.#skipBlank()) {
      const found = this.#next()
      this.#push(found)
      this.#moveTo(found.end)
    }
    this.#push({ kind: 'end', end: this.#at, text: '' })
    return this.#tokens
  }

  #push(found: Found): void {
    this.#tokens.push({ kind: found.kind, text: found.text, value: found.value ?? 0, line: this.#line, column: this.#column() })
  }

  #column(): number {
    return this.#at - this.#lineStart + 1
  }

  #skipBlank(): boolean {
    blank.lastIndex = this.#at
    if (blank.test(this.#source)) this.#moveTo(blank.lastIndex)
    return this.#at < this.#source.length
  }

  #moveTo(end: number): void {
    for (let newline = this.#source.indexOf('\n', this.#at); newline >= 0 && newline < end; newline = this.#source.indexOf('\n', newline + 1)) {
      this.#line++
      this.#lineStart = newline + 1
    }
    this.#at = end
  }

  #next(): Found {
    const fail = (message: string): LogQLError => new LogQLError(message, this.#line, this.#column())
    const first = this.#source[this.#at] ?? ''
    if (first === '"' || first === '`') return scanString(this.#source, this.#at, fail)
    if (first === '[') return this.#range(fail)
    if (this.#matches(numberStart)) return scanNumber(this.#source, this.#at, fail)
    return this.#word() ?? this.#negativeDuration() ?? this.#operator(first)
  }

  #matches(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    return pattern.exec(this.#source)?.[0]
  }

  #word(): Found | undefined {
    const text = this.#matches(word)
    if (text === undefined) return undefined
    return { kind: keywordOf(text) ?? 'identifier', end: this.#at + text.length, text }
  }

  /** `-5m` is one token, `- 5m` is not LogQL. */
  #negativeDuration(): Found | undefined {
    if (this.#matches(negativeDuration) === undefined) return undefined
    const found = scanNumber(this.#source, this.#at + 1, () => new LogQLError('bad number', this.#line, this.#column()))
    return found.kind === 'duration' ? { ...found, text: `-${found.text}`, value: -(found.value ?? 0) } : undefined
  }

  #range(fail: (message: string) => LogQLError): Found {
    const end = this.#source.indexOf(']', this.#at)
    if (end < 0) throw fail('missing closing ] of a range')
    return { kind: 'range', end: end + 1, text: this.#source.slice(this.#at + 1, end) }
  }

  #operator(first: string): Found {
    const flagText = this.#matches(flag)
    if (flagText !== undefined) return { kind: 'flag', end: this.#at + flagText.length, text: flagText.toLowerCase() }
    const operator = operators.find((candidate) => this.#source.startsWith(candidate, this.#at))
    if (operator !== undefined) return { kind: operator, end: this.#at + operator.length, text: operator }
    return { kind: 'identifier', end: this.#at + (first === '' ? 1 : String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0).length), text: first }
  }
}
