// Shorthands for tables of providers: many keys of one shape, addresses that open what they name, and prefixes so plain that base64 holds them too.

import { nameOf } from '../assigned-name.ts'
import { named } from '../make.ts'
import { alnum, escaped, uuid } from '../secret.ts'
import type { Place, Rule } from '../../rule.ts'
import type { MoreNamed } from '../make.ts'
import type { Shaped } from '../secret.ts'

/** One rule `<provider>_key` for each provider whose keys have this shape and no prefix. Names as `named` takes them. */
export function keys(secret: Shaped, providers: readonly string[], more: MoreNamed = {}): readonly Rule[] {
  return providers.map((provider) => named(`${idOf(provider)}_key`, provider, secret, more))
}

/**
 * What services issue that put no mark on it. Lengths and alphabets change over the years, and documentation shows others than are issued, so the provider's
 * name and a random look decide. No slash: a path with a hash in it looks the same.
 */
const issued: Shaped = { source: '[A-Za-z0-9][A-Za-z0-9_.+~-]{18,126}={0,2}', end: '(?:[^A-Za-z0-9_.+=~/-]|$)', sample: alnum(32).sample, mixed: true }

/** One rule `<provider>_credential` for each. Names as `named` takes them. */
export function credentials(providers: readonly string[]): readonly Rule[] {
  return providers.map((provider) => named(`${idOf(provider)}_credential`, provider, issued, {
    valid: (match, place) => looksGenerated(match) && opens(provider, place),
  }))
}

/** The same for those that issue UUIDs: the value's own name must say that it is a secret. */
export function uuids(providers: readonly string[]): readonly Rule[] {
  return providers.map((provider) => named(`${idOf(provider)}_uuid`, provider, uuid, { valid: (_, place) => calledSecretOf(provider, place) }))
}

function idOf(provider: string): string {
  return provider.replace(/\W/g, '_').replace(/_$/, '')
}

/** Where an address is not one fixed text. */
export interface AddressMore {
  /** RE2 syntax, no groups that are counted: what stands before the secret. */
  readonly start: string
  /** In every text that `start` finds, in lower case. */
  readonly keywords: readonly string[]
}

/**
 * An address whose path is the secret: `at` is host and path up to it, or an example of them where `more` is given. It stays, so that the record still says
 * where a request went.
 */
export function address(id: string, at: string, secret: Shaped, more: AddressMore = { start: escaped(at), keywords: [at.toLowerCase()] }): Rule {
  return {
    id,
    finds: 'secret',
    keywords: more.keywords,
    pattern: new RegExp(`${more.start}(?<s>${secret.source})${secret.end}`, 'g'),
    examples: {
      finds: [`POST https://${at}${secret.sample}`, `{"url":"https://${at}${secret.sample}"}`],
      ignores: [`POST https://${at}`, `see https://${at}<your path>`],
    },
  }
}

/**
 * A value whose mark is made of letters and digits alone. Images and certificates in base64 hold such marks by chance, so the whole must stand apart
 * from every character of base64; `=` before it is an assignment. `keywords`: in the value, or words that stand near it where nothing in it is rare.
 */
export function isolated(id: string, keywords: string | readonly string[], secret: Shaped, valid?: Rule['valid']): Rule {
  const { source, sample } = secret
  const all = typeof keywords === 'string' ? [keywords] : keywords
  const near = all.some((keyword) => sample.toLowerCase().includes(keyword)) ? '' : `${all[0]}: `
  return {
    id,
    finds: 'secret',
    keywords: all,
    pattern: new RegExp(`(?:^|[^A-Za-z0-9+/_-])(?<s>${source})(?:[^A-Za-z0-9+/=_-]|$)`, 'g'),
    ...(valid === undefined ? {} : { valid }),
    examples: {
      finds: [`${near}token=${sample} next`, `{"${near}token":"${sample}"}`],
      ignores: [`${near}a/${sample}/b`, `${near}iVBORw0KGgo${sample}AAAA+b==`, `see ${sample.slice(0, 4)} there`],
    },
  }
}

/**
 * For prefixes that are words, so that names in snake case begin with them too: digits stand among the letters as no name has them, or lower and upper case
 * and digits change more often than once in two characters, which camel case does not.
 */
export function looksRandom(match: string): boolean {
  return new Set(match).size >= 12 && (digitChanges(match) >= 4 || (/[0-9]/.test(match) && caseChanges(match) + digitChanges(match) >= match.length * 0.45))
}

/** Less is asked where the provider's name stands near. Not the name of a file, which holds a hash where it was bundled. */
function looksGenerated(match: string): boolean {
  return (looksRandom(match) || (new Set(match).size >= 10 && digitChanges(match) >= 3)) && !/\.[A-Za-z]{1,5}$/.test(match)
}

function digitChanges(text: string): number {
  return count(text, /[0-9](?=[A-Za-z])|[A-Za-z](?=[0-9])/g)
}

function caseChanges(text: string): number {
  return count(text, /[a-z](?=[A-Z])|[A-Z](?=[a-z])/g)
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0
}

/** Words that stand between a name and its value and belong to neither. */
const filler = /^(?:is|was|are|to|be|set|the|bearer|basic|value|string|env|default|new)$/i

/** Weak words that are enough where a provider stands near; `session` and `webhook` are not. */
const opening = /(?:key|secret|licen[cs]e|signature)s?$/i

/**
 * Whether the value's own name says that it opens something. Providers' records are full of ids as random as their keys (`paypal_order=…`,
 * `idempotency_key=…`), so being near the provider's name is not enough.
 */
export function calledSecret(_match: string, place: Place): boolean {
  return isSecretName(ownName(place))
}

/** The same for a provider whose name may be part of the value's: `virus_total_token` is no total of tokens. Alone it is nothing that a secret is called. */
function calledSecretOf(provider: string, place: Place): boolean {
  return isSecretName(withoutProvider(provider, ownName(place)))
}

/** Or it is what is assigned or passed to the provider itself: `postmark: "…"`, `Twilio("…")`. */
function opens(provider: string, place: Place): boolean {
  const rest = withoutProvider(provider, ownName(place))
  const isCall = /\(\s?["'`]?$/.test(place.text.slice(Math.max(0, place.start - 3), place.start))
  return rest === '' || (isCall && /^[_-]?\./.test(rest)) || isSecretName(rest)
}

function isSecretName(name: string): boolean {
  const { strength } = nameOf(name)
  return strength === 'strong' || strength === 'medium' || (strength === 'weak' && opening.test(name))
}

function withoutProvider(provider: string, name: string): string {
  return name.replace(new RegExp(provider.replace(/_$/, '').replace(/\./g, '\\.').replaceAll('_', '[_.-]?'), 'i'), '')
}

function ownName({ text, start }: Place): string {
  return text.slice(Math.max(0, start - 64), start).match(/\w[\w.-]*/g)?.findLast((name) => !filler.test(name)) ?? ''
}
