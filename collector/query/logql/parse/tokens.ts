// The words of LogQL. Keywords are found in any case; names of functions are words only where a parenthesis follows, so
// that labels may be called `rate` or `sum`, and are therefore plain identifiers here.

export interface Token {
  readonly kind: TokenKind
  /** As written; unquoted for strings, what stands between the brackets for ranges. */
  readonly text: string
  /** Nanoseconds of durations, bytes of byte sizes. */
  readonly value: number
  readonly line: number
  readonly column: number
}

export type TokenKind = 'identifier' | 'string' | 'number' | 'duration' | 'bytes' | 'range' | 'flag' | 'end' | Keyword | Operator

const keywords = [
  'and', 'or', 'unless', 'bool', 'on', 'ignoring', 'group_left', 'group_right', 'by', 'without', 'offset', 'unwrap',
  'json', 'logfmt', 'regexp', 'pattern', 'unpack', 'line_format', 'label_format', 'drop', 'keep', 'decolorize',
  'variants', 'of',
] as const

export type Keyword = (typeof keywords)[number]

// Longer ones first: the scanner takes the first that fits.
export const operators = [
  '|=', '|~', '|>', '!=', '!~', '!>', '=~', '==', '>=', '<=',
  '|', '=', '>', '<', '+', '-', '*', '/', '%', '^', '{', '}', '(', ')', ',', '.',
] as const

export type Operator = (typeof operators)[number]

const byName = new Map<string, Keyword>(keywords.map((keyword) => [keyword, keyword]))

export function keywordOf(word: string): Keyword | undefined {
  return byName.get(word.toLowerCase())
}

const names: Partial<Record<TokenKind, string>> = {
  identifier: 'IDENTIFIER', string: 'STRING', number: 'NUMBER', duration: 'DURATION', bytes: 'BYTES', range: 'RANGE', flag: 'FUNCTION_FLAG', end: '$end',
}

/** How errors call it: never by its text, which is the user's. */
export function nameOf(kind: TokenKind): string {
  return names[kind] ?? kind
}
