// A detector rule is data: what to look for, where to look at all, and examples that prove both.
// To add one: write its examples first, put it into the file of its kind, list the file in rules/index.ts.

/**
 * What a text must hold before a rule without keywords is tried: `digits` eight digits with at most one separator between
 * two of them, `at` the sign of an address, `dots` three dots, `colons` two colons, `token` sixteen characters of a token in
 * a row, and a digit.
 */
export type Shape = 'digits' | 'at' | 'dots' | 'colons' | 'token'

/** Where a match stands: for rules that need the words around it. */
export interface Place {
  readonly text: string
  /** Of what would be replaced. */
  readonly start: number
  readonly end: number
}

/** The next find in `text` at or after `from`; `next`: where to look on, after `from`. */
export interface Search { (text: string, from: number): { readonly start: number; readonly end: number; readonly next: number } | undefined }

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
  /** Instead of `pattern`, which then never runs: for patterns that no test has seen, an engine that cannot backtrack. */
  readonly search?: Search
  /** Decides by checksum, shape or the words around where the pattern alone would alter clean text. */
  readonly valid?: (match: string, place: Place) => boolean
  /** Not used unless a policy asks for it: it would alter too much that is clean. */
  readonly optional?: true
  /** Texts in which the rule must find something, and texts that it must leave alone. */
  readonly examples: { readonly finds: readonly string[]; readonly ignores: readonly string[] }
}

export { isPlaceholder, placeholder } from './placeholder.ts'
