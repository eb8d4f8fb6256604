// A detector rule is data: what to look for, where to look at all, and examples that prove both.
// To add one: write its examples first, put it into the file of its kind, list the file in rules/index.ts.

/**
 * What a text must hold before a rule without keywords is tried: `digits` eight digits with at most one separator between
 * two of them, `at` the sign of an address, `dots` three dots, `colons` two colons, `token` twenty characters of a token in
 * a row with letters and digits among them.
 */
export type Shape = 'digits' | 'at' | 'dots' | 'colons' | 'token'

/** Where a match stands: for rules that need the words around it. */
export interface Place {
  readonly text: string
  /** Of what would be replaced. */
  readonly start: number
  readonly end: number
}

export interface Rule {
  /** Lower snake case, at most 40 characters; it appears in placeholders, records and metrics. */
  readonly id: string
  /** What is found: it decides what happens with it where the policy says nothing about the rule itself. */
  readonly finds: 'secret' | 'personal'
  /** ASCII, lower case, at least three characters each. The pattern is tried where one of them occurs in any letter case. */
  readonly keywords?: readonly string[]
  /** Instead of keywords, for what has none. */
  readonly shape?: Shape
  /**
   * What is replaced: the group `s` where there is one, else the whole match. Must run in linear time whatever the string
   * holds: RE2's syntax (a test compiles it with an RE2), every repetition bounded or over characters that what follows
   * it cannot be, so that the engine has nothing to try twice. Flags `g`, and `i` where letter case does not matter.
   */
  readonly pattern: RegExp
  /** Decides by checksum, shape or the words around where the pattern alone would alter clean text. */
  readonly valid?: (match: string, place: Place) => boolean
  /** Not used unless a policy asks for it: it would alter too much that is clean. */
  readonly optional?: true
  /** Texts in which the rule must find something, and texts that it must leave alone. */
  readonly examples: { readonly finds: readonly string[]; readonly ignores: readonly string[] }
}

/** Stands for a value that is gone: constant per rule, so that its length says nothing. */
export function placeholder(ruleId: string): string {
  return `[redacted:${ruleId}]`
}

/** A value that an earlier run replaced: left alone, not counted again. */
export function isPlaceholder(value: string): boolean {
  return value.startsWith('[redacted:') && value.endsWith(']') && value.length <= 64
}
