// A detector rule is data: what to look for, where to look at all, and examples that prove both.
// To add one: write its examples first, put it into the file of its kind, list the file in rules/index.ts.

export interface Rule {
  /** Lower snake case; it appears in placeholders, records and metrics. */
  readonly id: string
  /**
   * Cheap sign that the pattern may match, as a plain pattern without repetition. A string in which no rule has
   * evidence is never looked at again, which is most strings.
   */
  readonly evidence: string
  /** RE2 syntax: linear in the length of the string, whatever it holds. Group `s`, when named, is what is replaced; else all. */
  readonly pattern: string
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
