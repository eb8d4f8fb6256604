// Makes detector rules from facts: the prefix a provider documents, or its name near a value of the right shape. Most rules are
// one call; the examples that the contract asks for are made from the shape when somebody asks, so that they are nobody's key.

import { assigns, looksIssued } from './near.ts'
import { escaped, uuid } from './secret.ts'
import type { Place, Rule } from '../rule.ts'
import type { Shaped } from './secret.ts'

export interface More {
  /** Decides further, by checksum for instance. Default: nothing (`prefixed`), looks issued and is assigned (`named`, to which this is added). */
  readonly valid?: (secret: string, place: Place) => boolean
  /** Instead of generated examples, where a checksum must fit. */
  readonly finds?: readonly string[]
  /** Besides generated ones. */
  readonly ignores?: readonly string[]
}

export interface MoreNamed extends More {
  /** Characters between the provider's name and the value. Default 60. */
  readonly reach?: number
  /** The value's own name must say that it is secret (`…_token=`): for shapes that ids and hashes have. Default false, true for uuids and digits. */
  readonly strict?: boolean
}

/**
 * By documented prefix alone: `prefixed('npm_token', 'npm_', alnum(36))`. The prefix is part of what is replaced. Letter case counts.
 * Each prefix needs three characters or more, as rare as possible.
 */
export function prefixed(id: string, prefixes: string | readonly string[], secret: Shaped, more: More = {}): Rule {
  const all = list(prefixes)
  const starts = all.map((prefix) => (/^\w/.test(prefix) ? `\\b${escaped(prefix)}` : escaped(prefix)))
  return {
    id,
    finds: 'secret',
    keywords: all.map((prefix) => prefix.toLowerCase()),
    pattern: new RegExp(`(?<s>(?:${starts.join('|')})${secret.source})${secret.end}`, 'g'),
    ...(more.valid === undefined ? {} : { valid: more.valid }),
    examples: {
      get finds() { return more.finds ?? all.flatMap((prefix) => [`using ${prefix}${secret.sample} now`, `{"value":"${prefix}${secret.sample}"}`]) },
      get ignores() { return [...all.map((prefix) => `the prefix ${prefix} alone`), ...more.ignores ?? []] },
    },
  }
}

/**
 * By the provider's name near a value of the right shape: `named('datadog_key', 'datadog', hex(32, 40))`. Found in env files, JSON, YAML, XML, headers,
 * curl flags, calls and URL parameters, when what stands between name and value is an assignment to something that may be secret (near.ts).
 * Names in lower case; `_` in a name stands for any separator or none: `new_relic` finds `NEWRELIC`, `new-relic`, `New Relic`; at the end of a name
 * the separator must be there: `wiz_` does not find `wizard`.
 * Only the value is replaced. Letter case of the value counts, that of the name does not.
 */
export function named(id: string, names: string | readonly string[], secret: Shaped, more: MoreNamed = {}): Rule {
  const all = list(names)
  const reach = more.reach ?? 60
  const name = `(?:${all.map(anyCase).join('|')})`
  const strict = more.strict ?? (!secret.mixed || secret === uuid)
  const lookBack = reach + 24 + Math.max(...all.map(({ length }) => length))
  const lastName = onDemand(() => new RegExp(`^([\\s\\S]*)(${name})([\\s\\S]*)$`))
  const valid = (value: string, place: Place): boolean => {
    if (!looksIssued(value, secret.mixed) || goesOn(place)) return false
    const before = lastName().exec(place.text.slice(Math.max(0, place.start - lookBack), place.start))
    if (before === null || isAccident(before[1]!, before[2]!, before[3]!)) return false
    return assigns(before[2]!, before[3]!, strict) && (more.valid?.(value, place) ?? true)
  }
  return {
    id,
    finds: 'secret',
    keywords: [...new Set(all.flatMap(spellings))],
    pattern: new RegExp(`${name}[\\s\\S]{0,${reach}}?${connector}(?<s>${secret.source})${secret.end}`, 'g'),
    valid,
    examples: {
      get finds() { return more.finds ?? all.flatMap((given, index) => inTurn(carriers(given, secret.sample).slice(strict ? 1 : 0), index)) },
      get ignores() { return [...all.flatMap((given, index) => inTurn(harmless(given, secret.sample), index)), ...more.ignores ?? []] },
    },
  }
}

/** `named` for providers whose keys are alike: one rule `<provider>_key` for each. */
export function namedEach(providers: readonly string[], secret: Shaped, more: MoreNamed = {}): readonly Rule[] {
  return providers.map((provider) => named(`${provider}_key`, provider, secret, more))
}

/**
 * By a pattern of your own where there is neither a prefix nor a name: RE2's syntax, the group `s` is what is replaced. `finds` and `ignores` must
 * be given: nothing can be generated.
 */
export function patterned(id: string, keywords: string | readonly string[], source: string, more: More & { readonly finds: readonly string[] }): Rule {
  return {
    id,
    finds: 'secret',
    keywords: list(keywords),
    pattern: new RegExp(source, 'g'),
    ...(more.valid === undefined ? {} : { valid: more.valid }),
    examples: { finds: more.finds, ignores: more.ignores ?? [] },
  }
}

/** Hashes, ids and base64 hold short names by accident: a long run without separators, with digits in it. */
function isAccident(left: string, name: string, right: string): boolean {
  const around = `${/[A-Za-z0-9+/]*$/.exec(left)![0]}${/^[A-Za-z0-9+/]*/.exec(right)![0]}`
  const length = around.length + name.length
  const digits = (around.match(/[0-9]/g) ?? []).length
  return (length >= 12 && digits > 3) || (length >= 20 && digits > 0 && name.length <= 4)
}

/** A piece of something longer: base64 that a shape without `+` and `/` would cut, an id in groups. */
function goesOn({ text, end }: Place): boolean {
  return /^[+/=-][A-Za-z0-9]/.test(text.slice(end, end + 2))
}

/** What stands right before a value: never a letter, so that the value is not the rest of a longer one. */
const connector = '[\\s"\'`=:>,|(&?{*[]'

/** All for the first name, one for each further one, another each time. */
function inTurn(texts: readonly string[], index: number): readonly string[] {
  return index === 0 ? texts : [texts[index % texts.length]!]
}

function carriers(name: string, sample: string): readonly string[] {
  const spelled = spellings(name)[0]!
  return [
    `client = ${spelled}.connect("${sample}")`, // says nothing of a secret: not for strict rules
    `export ${spelled.toUpperCase()}_API_KEY="${sample}"`, `{"${spelled}_token": "${sample}"}`, `${spelled}:\n  secret: ${sample}\n`,
    `curl -H "X-${spelled}-Token: ${sample}" https://example.com`, `<${spelled}Key>${sample}</${spelled}Key>`,
  ]
}

function harmless(name: string, sample: string): readonly string[] {
  const spelled = spellings(name)[0]!
  return [`see ${spelled} for details`, `${spelled} trace_id=${sample} done`, `https://example.com/${spelled}/${sample}`, `${spelled}_key=missing`]
}

/** Most rules never find anything in a process: what only a finding needs is made then. */
function onDemand<T>(make: () => T): () => T {
  let made: T | undefined
  return () => made ??= make()
}

function list(one: string | readonly string[]): readonly string[] {
  return typeof one === 'string' ? [one] : one
}

/** What the prefilter looks for. */
function spellings(name: string): readonly string[] {
  if (!name.includes('_')) return [name]
  const separators = name.endsWith('_') ? ['_', '-', ' ', '.'] : ['_', '', '-', ' ', '.']
  return separators.map((separator) => name.replaceAll('_', separator))
}

function anyCase(name: string): string {
  return name.replace(/[^]/g, (character, index) => {
    if (character === '_') return index === name.length - 1 ? '[ _.-]' : '[ _.-]?'
    return /[a-z]/.test(character) ? `[${character}${character.toUpperCase()}]` : escaped(character)
  })
}
