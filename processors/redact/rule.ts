// A detector rule is data: what to look for, where to look at all, and examples that prove both.
// To add one: write its examples first, put it into the file of its kind, list the file in rules/index.ts.

export interface Rule {
  /** Lower snake case; it appears in placeholders, records and metrics. */
  readonly id: string
  /**
   * Cheap sign that the pattern may match, as a pattern that can be joined with others by `|`. A string in which no rule has
   * evidence is never looked at again, which is most strings.
   */
  readonly evidence: string
  /**
   * What is replaced: the group `s` where there is one, else the whole match. Must run in linear time whatever the string
   * holds: RE2's syntax (a test compiles it with an RE2), every repetition bounded or over characters that what follows
   * it cannot be, so that the engine has nothing to try twice. Flags `g`, and `i` where letter case does not matter.
   */
  readonly pattern: RegExp
  /** Decides by checksum or shape where the pattern alone would alter clean text. */
  readonly valid?: (match: string) => boolean
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
