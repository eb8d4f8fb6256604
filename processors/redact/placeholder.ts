// What stands where something was taken out. The grammar is exact and short of room, so that an earlier run's output is
// recognised and left alone, while a sender who writes `[redacted:` around a secret hides nothing.

/** A field whose detection broke: kept as a field, without its value. */
export const errorRuleId = 'error'

/** Stands for a value that is gone: constant per rule, so that its length says nothing. */
export function placeholder(ruleId: string): string {
  return `[redacted:${ruleId}]`
}

/**
 * `[redacted:rule]`; `[masked:rule:4242]` with at most four characters, or the domain of an address; `[token:rule:epoch:hex]`;
 * `[sealed:rule:base64url]`. Nothing in it can be matched in two ways, so it is linear.
 */
const id = '([a-z0-9_]{1,40})'
const grammar = [
  String.raw`\[redacted:${id}\]`, String.raw`\[masked:${id}:(?:[A-Za-z0-9]{1,4}|[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8})\]`,
  String.raw`\[token:${id}:[A-Za-z0-9_-]{1,32}:[0-9a-f]{16,64}\]`, String.raw`\[sealed:${id}:[A-Za-z0-9_-]{64,65536}\]`,
].join('|')

const whole = new RegExp(`^(?:${grammar})$`)
/** Or the beginning of one. */
const anywhere = new RegExp(`${grammar}|\\[(?:redacted|masked|token|sealed):`, 'g')

/** The rule that it names, or undefined when it is none. */
export function ruleOfPlaceholder(value: string): string | undefined {
  const match = value.charCodeAt(0) === 0x5b ? whole.exec(value) : null
  return match === null ? undefined : match[1] ?? match[2] ?? match[3] ?? match[4]
}

/** A value that an earlier run replaced: left alone, not counted again. */
export function isPlaceholder(value: string): boolean {
  return ruleOfPlaceholder(value) !== undefined
}

/** One of these keywords is in every text that holds a placeholder. */
export const placeholderKeywords: readonly string[] = ['[redacted:', '[masked:', '[token:', '[sealed:']

/** The places of placeholders whose rule is known, in order; of what only looks like one, the place of its beginning. */
export function findPlaceholders(text: string, isKnown: (ruleId: string) => boolean, each: (start: number, end: number) => void): void {
  for (const match of text.matchAll(anywhere)) {
    const ruleId = match[1] ?? match[2] ?? match[3] ?? match[4]
    each(match.index, match.index + (ruleId !== undefined && isKnown(ruleId) ? match[0].length : match[0].indexOf(':') + 1))
  }
}

/** What a policy says about a field, by the class or the action that it names; and what stands for all that an allow-list does not name. */
export const fieldTargets = ['public', 'internal', 'personal', 'secret', 'keep', 'mask', 'tokenise', 'encrypt', 'remove'] as const
export const fieldRuleId = (target: (typeof fieldTargets)[number]): string => `field_${target}`
export const notAllowedRuleId = 'not_allowed'

export function withoutPlaceholders(text: string): string {
  return text.includes('[') ? text.replace(anywhere, '') : text
}

/** Rules that are no detectors. */
const engineRuleIds = ['key_name', 'personal_name', 'path', errorRuleId, 'failed', notAllowedRuleId, ...fieldTargets.map(fieldRuleId)]

/** Whose placeholders count. Others are what a sender made up, perhaps around a secret. */
export function knownRules(rules: readonly { readonly id: string }[]): ReadonlySet<string> {
  return new Set([...engineRuleIds, ...rules.map((rule) => rule.id)])
}
