// Decides whether what a pattern found beside a name is assigned to it and secret: reads the name, the operator and the
// way the value is written.

import { lookOf } from '../language.ts'
import { nameOf } from './assigned-name.ts'
import { isElsewhere, isMeasure, isSecretValue, isStandIn } from './assigned-value.ts'
import { nameBefore } from './name-before.ts'
import type { Place } from '../rule.ts'
import type { Name } from './assigned-name.ts'
import type { Written } from './assigned-value.ts'
import type { NameBefore } from './name-before.ts'

const functionWords = /^(?:no|an?|the|this|that|each|every|any|for|with|of|in|on|by|to|is|and|or|not|as|at|if|same|new|old|has|have|its?|my|your|our|use|using|get|set|add|const|let|var|export|static|final|readonly|def|val|string|return|missing|duplicate|found)$/i
const wordBefore = /([A-Za-z][\w-]{1,30})[ \t]$/

export function isAssigned(match: string, place: Place): boolean {
  const found = nameBefore(place.text, place.start)
  if (found === undefined) return false
  const name = nameInText(found, place.text)
  if (name.strength === 'none' || isVariable(found) || isClosed(found, place.text) || isInResourceName(found, place.text)) return false
  const written = writtenAs(found, place)
  switch (/[=:,|>(]|<-/.exec(found.between)?.[0]) {
    case '=': case ':': return isSecretValue(match, isComparison(found, written) ? { ...name, strength: 'weak' } : name, written) || holdsAssignment(match, name, written)
    case '>': return isElement(found, place) && isSecretValue(match, name, { ...written, quoted: true, setting: true })
    case ',': return /^["'`]/.test(found.between) && written.quoted && isSecretValue(match, asMedium(name), written)
    case '(': return written.quoted && isSecretValue(match, asMedium(name), written)
    default: return isSecretValue(match, { ...name, strength: 'weak' }, written)
  }
}

/** `PASSWORD :'name'` is a variable of psql. */
function isVariable({ between }: NameBefore): boolean {
  return /^\s+:['"]$/.test(between)
}

/** `"PWD=" + directory`, `prompt('Password: ', …)`: the quote before the value ends what the name began. */
function isClosed({ start, between }: NameBefore, text: string): boolean {
  const quote = text[start - 1] ?? ''
  return /["'`]/.test(quote) && !/^[\\"'`]/.test(between) && between.includes(quote) && between.indexOf(quote) === between.lastIndexOf(quote)
}

/** `arn:aws:secretsmanager:eu-west-1:…:secret:shop`. */
function isInResourceName({ start }: NameBefore, text: string): boolean {
  return text[start - 1] === ':' && /\b(?:arn|urn):[\w:/-]{0,80}$/.test(text.slice(Math.max(0, start - 90), start))
}

/** `if (token == expected)`: only what was drawn is a secret there. */
function isComparison({ between }: NameBefore, { quoted }: Written): boolean {
  return !quoted && between.includes('==')
}

/** `<apiKey>…</apiKey>`, with or without a prefix and attributes. */
function isElement({ start }: NameBefore, { text, end }: Place): boolean {
  return text[end] === '<' && /[<:.]$/.test(text.slice(Math.max(0, start - 1), start))
}

/** In a call or a list a word may be anything: `getSecret("web")`, `["password", "email"]`. */
function asMedium(name: Name): Name {
  return name.strength === 'strong' ? { ...name, strength: 'medium' } : name
}

/** A name may be of several words in prose: `Cache key: …` tells another story than `Unseal key: …`. */
function nameInText({ name, start }: NameBefore, text: string): Name {
  const own = nameOf(name)
  if (own.qualified || own.strength === 'strong' || own.strength === 'none') return own
  const word = wordBefore.exec(text.slice(Math.max(0, start - 32), start))?.[1]
  return word === undefined || functionWords.test(word) ? own : nameOf(`${word}_${name}`)
}

function writtenAs({ name, between, start: nameStart }: NameBefore, { text, start, end }: Place): Written {
  const constant = /^[A-Z0-9_]+$/.test(name) && name.includes('_')
  const tight = between === '=' || between === '="' || between === "='"
  return { name, quoted: /["'`]/.test(text[start - 1] ?? ''), constant, joined: between === ':', setting: constant || tight || /[?&;]/.test(text[nameStart - 1] ?? ''), listed: between === '=' && text[end] === ';' && text.lastIndexOf(';', nameStart) > nameStart - 3, after: text.slice(end, end + 24) }
}

/** `Cookie: session=abc123`, `auth: token=abc123`: the value is an assignment itself. */
function holdsAssignment(match: string, outer: Name, written: Written): boolean {
  const inner = /^([A-Za-z][\w.-]{1,40})[=:]([^=:].{2,})$/.exec(match)
  if (inner === null || isStandIn(match)) return false
  const name = nameOf(inner[1]!)
  return isSecretValue(inner[2]!, name.strength === 'none' && match[inner[1]!.length] === '=' ? outer : name, { ...written, setting: true })
}

/** Quoted values may hold spaces and anything else; only names that say it all are believed then. */
export function isAssignedText(match: string, { text, start }: Place): boolean {
  const found = nameBefore(text, start)
  if (found === undefined || nameOf(found.name).strength !== 'strong' || isElsewhere(match) || isVariable(found) || isClosed(found, text)) return false
  return match.length >= 3 && !isElsewhere(match.trim()) && !schemeOnly.test(match) && !(match === found.name && match.length > 8) && !(/\s/.test(match) && isSentence(match))
}

/** `'Basic ' + …`, `'Bearer %s'`: the scheme, and a template at most. */
const schemeOnly = /^(?:basic|bearer|token|digest|negotiate|apikey)\s+(?:%\w|[{$<].*)?$/i

/** Five words and more: `"password": "Please enter your password again"`. A pass phrase of that many has no punctuation and no capital. */
function isSentence(text: string): boolean {
  const words = text.trim().split(/\s+/)
  return words.length >= 3 && words.some((word) => /^(?:a|an|the|this|that|it|never|only|from|in|on|your|you|is|are|was|must|to|for|of|and|or|be|not|with|has|please|enter|de|la|le|el|der|die|das|et|und|y)$/i.test(word))
}

/** Only white space between, or a short word: then the value alone must show that it was drawn. */
export function isBeside(match: string, { text, start, end }: Place): boolean {
  const filler = /[\s:"'`)](?:is|was|value|here|for|=)[\s:]{1,3}["'`]{0,2}$/i.exec(text.slice(Math.max(0, start - 12), start))
  const found = nameBefore(text, filler === null ? start : start - filler[0].length + 1)
  if (found === undefined || isElsewhere(match) || text[end] === '(' || /[0-9+/=]/.test(text[found.start - 1] ?? '')) return false
  const name = nameInText(found, text)
  if (name.strength === 'none') return false
  const look = lookOf(match)
  if (match.length < 24 && /^\w+$/.test(match) && nameOf(match).strength !== 'none') return false // one name after another
  if (look === 'hex') return match.length >= 20 && (name.qualified || name.strength !== 'weak')
  return look === 'drawn' || (look === 'uuid' && name.strength !== 'weak')
}

/** Words between that make the value something else. */
const otherThings = /\b(?:ids?|request|trace|span|commit|hash|sha\w*|digest|checksum|etag|fingerprint|build|version|image|file|path|order|invoice|event|delivery|message|job|run|user|customer|public|cache|page|cursor|idempotency)\b/i

/** Some words between, as in `the token for staging: …`: the value must have been drawn from letters of both cases and digits. */
export function isNearby(match: string, { text, start, end }: Place): boolean {
  if (lookOf(match) !== 'drawn' || !/[a-z]/.test(match) || !/[A-Z]/.test(match) || !/[0-9]/.test(match) || isElsewhere(match) || text[end] === '(') return false
  const between = text.slice(Math.max(0, start - 60), start)
  return !otherThings.test(between) && !/^[a-z]{2,5}_|^[A-Za-z]+[.:]/.test(match)
}

/** In a sentence only what no word looks like: `the password is hunter2`. */
export function isTold(match: string): boolean {
  const word = match.replace(/[.,;:!?)]+$/, '')
  return /[0-9]/.test(word) && word.length >= 4 && !isElsewhere(word) && !isMeasure(word)
}

export function isNamedValue(match: string, place: Place): boolean {
  const name = /["']([\w.:-]{2,60})["'],?\s{1,4}["']?(?:value|default)["']?[=:]\s?["']$/i.exec(place.text.slice(Math.max(0, place.start - 100), place.start))?.[1]
  return name !== undefined && isSecretValue(match, nameOf(name), { name, quoted: true, constant: true, joined: false, setting: true, listed: false, after: '' })
}

/** Words after a flag in prose: `the --password options`. */
const flagProse = /^(?:options?|flags?|arguments?|parameters?|switch|and|or|is|are|was|to|for|in|given|prompt|instead|with|from|if|when|can|must|should)$/i

export function isFlagValue(match: string, place: Place): boolean {
  const name = /-{1,2}([A-Za-z][\w.-]*)[ =]["']?$/.exec(place.text.slice(Math.max(0, place.start - 80), place.start))?.[1]
  if (name === undefined || isElsewhere(match) || match.startsWith('-') || flagProse.test(match)) return false
  if (name.toLowerCase().endsWith(match.toLowerCase())) return false // `--token TOKEN`: how it is used
  const { strength } = nameOf(name)
  return !/keys$/i.test(name) && strength === 'strong' || (strength === 'medium' && /[0-9]/.test(match)) || (strength === 'weak' && lookOf(match) !== 'written')
}
