// Whether what is assigned to a name of a given strength is a secret, or what people and programs write in its place:
// templates, types, words about it, references to a variable.

import { lookOf, readsAsWords } from '../language.ts'
import { nameOf } from './assigned-name.ts'
import type { Name } from './assigned-name.ts'

/** How a value is written. */
export interface Written {
  /** As it stands in the text. */
  readonly name: string
  /** In quotes of any kind. */
  readonly quoted: boolean
  /** By a name all in capitals: a variable of the environment. */
  readonly constant: boolean
  /** `NAME=value`, `?name=value`, `--name value`: a setting rather than a line of code or prose. */
  readonly setting: boolean
  /** `scope:read`: a colon and nothing else between. */
  readonly joined: boolean
  /** Between semicolons, in a connection string. */
  readonly listed: boolean
  /** What comes right after the value, up to 24 characters. */
  readonly after: string
}

/** Words that stand where a secret would: nothing, words about it, types, keywords of programming languages. */
const standInWords = new Set((
  'null none nil true false undefined nan yes no on off missing invalid required expired redacted optional empty unset default unknown hidden masked removed filtered secret censored omitted changed updated reset ' +
  'revoked rotated incorrect wrong failed unavailable unauthorized denied forbidden include same-origin omit not is are was were has have must should cannot can could will would may for and or the from with to too ' +
  'in of by at as if when then than that this which a an new old your my our their his her its any never void all ' +
  'class function await async import require lambda typeof static const let var def struct interface enum extends string str int integer number boolean bool text byte bytes object array char varchar buffer ' +
  'value type pass password passwd pwd token key apikey api_key credential credentials bearer basic digest auth todo tbd fixme n/a na placeholder dummy sample example'
).split(' '))

/** Beginnings of what stands for a secret elsewhere: templates, variables, stores, names of resources, hashes. */
const standInStarts = /^(?:[<([{?]|\$[\w{(.:]|%[#+({s]|#\{|@\w+@|-{3}|your[ _-]?|my[ _-](?:api|secret|token|key|password)|change[ _-]?(?:me|it)|replace[ _-]?(?:me|with|this)|insert[ _-]|enter[ _-]|choose[ _-]|sha(?:1|256|512)=?$|(?:bearer|basic|token)(?:%20|\+)?$|process\.env|import\.meta|os\.|env[.[]|secrets\.|vars?\.|local\.|self\.|this\.|config\.|settings\.|options\.|opts\.|props\.|req\.|request\.|args\.|params\.|data\.|module\.|aws_|vault:|arn:|projects\/|ref\+|op:\/\/|kms:|file:|s3:\/\/|gs:\/\/|redacted:|masked:|encrypted:|token:|sha(?:1|224|256|384|512)[:-]|md5:|data:|urn:|~\/|!(?:ref|sub|getatt|vault|secret|env))/i

/** `$2b$12$…` begins like a variable and is a hash of a password. */
const dollarHash = /^\$\w{1,10}\$/

/** Subject public key info: elliptic curve P-256, RSA of 1024 and 2048 bits, Ed25519. */
const publicKey = /^(?:MFkwEwYHKoZIzj0C|MIGfMA0GCSqGSIb3|MIIBIjANBgkqhkiG9w0|MCowBQYDK2Vw)/

const placeholderEnd = /(?:_here|[ _-]goes[ _-]here)$/i
const noCharacters = /^[^A-Za-z0-9]*$/
const masked = /[*•]{3,}|\.{3}|…|x{6,}/i
const address = /^[a-z][a-z0-9+.-]{1,20}:\/\/(?![^/\s]*@)/i
const path = /^\.{0,2}\/(?:[\w.@%-]*[a-z._-]{3}[\w.@%-]*\/)*[\w.@%-]{0,60}$/
/** A list of characters, in code that checks or draws them. */
const alphabets = /ABCDEFGHIJKLMNOPQRSTUVWXYZ.{0,12}abcdefghijklmnopqrstuvwxyz|abcdefghijklmnopqrstuvwxyz.{0,12}ABCDEFGHIJKLMNOPQRSTUVWXYZ/
const hexNumber = /^0x[0-9a-f_]{1,20}$/i
const color = /^#[0-9a-f]{3,8}$/i
/** `signing-key:/etc/…`: a name and where it is mounted. */
const mounted = /^[\w.-]+:\/(?!\/)/
const dotted = /^[A-Za-z_$][\w$]*(?:(?:\.|->|::|\?\.)[A-Za-z_$][\w$]*)+$/
const identifier = /^[A-Za-z_$][\w$-]*$/
const plainWord = /^[A-Za-zÀ-ÿ'’-]+[.!?:]?$/
const commonVariables = new Set('name data input text line user username email result res req request response body row obj item args arg params options opts config cfg self this err error value val other ctx context state'.split(' '))
/** An instant, a version, a plain number, a size or a duration. */
const measure = /^(?:#[0-9a-f]{3,8}|\.\d+|\d{4}-\d\d-\d\d.*|v?\d+(?:\.\d+){1,3}\S{0,12}|\d+(?:\.\d+)?(?:ms|s|m|h|d|w|y|kb|mb|gb|b|%|px)?)$/i
const fileName = /\.(?:js|ts|tsx|jsx|mjs|cjs|json|ya?ml|toml|xml|html?|css|scss|md|txt|log|csv|png|jpe?g|gif|svg|webp|ico|pdf|zip|gz|tgz|tar|go|py|rb|java|rs|php|cs|cpp|hpp|sh|sql|lock|pem|crt|cer|key|pub|p12|jks|conf|ini|env|properties|proto|vue|woff2?)$/i
const ulid = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i

/** The value that `name` is given, as it stands in the text, is secret. */
export function isSecretValue(value: string, name: Name, written: Written): boolean {
  if (name.strength === 'none') return false
  if (written.listed && name.strength === 'strong' && /^[a-z]+$/i.test(value) && value.toLowerCase() !== 'true') return true
  if (value === written.name && value.length > 8) return false // the name of a name: an enumeration, a label
  if (isElsewhere(value) || isReference(value, written)) return false
  switch (name.strength) {
    case 'strong': return !isProse(value, written)
    case 'medium': return isUnlikelyWord(value)
    case 'weak': return looksIssued(value, name, written)
  }
}

/** Also of four digits it may be a PIN. */
export function isMeasure(value: string): boolean {
  return measure.test(value) && !/^[0-9]{4,8}$/.test(value)
}

/** Not here: a stand-in, or where to find it. */
export function isElsewhere(value: string): boolean {
  return isStandIn(value) || address.test(value) || path.test(value) || mounted.test(value) || color.test(value) || publicKey.test(value) || hexNumber.test(value) || alphabets.test(value)
}

export function isStandIn(value: string): boolean {
  if (value.length <= 12 && standInWords.has(value.toLowerCase())) return true
  if (standInStarts.test(value)) return !dollarHash.test(value)
  return masked.test(value) || placeholderEnd.test(value) || isOneCharacter(value) || (value.length < 4 && noCharacters.test(value))
}

/** `xxxxxxxx`, `--------`, `00000000`. */
function isOneCharacter(value: string): boolean {
  for (let i = 1; i < value.length; i += 1) if (value[i] !== value[0]) return false
  return true
}

/** A call, a member, a variable, the key of the next line: the value is elsewhere. */
function isReference(value: string, { name, quoted, setting, constant, joined, after }: Written): boolean {
  if (quoted) return false
  if (/^[*&!~^]|:$/.test(value)) return true
  if (/^(?:\s{0,2}[([]|<)/.test(after) && identifierOrDotted(value)) return true
  if (identifier.test(value) && (/^\s?=[^=]/.test(after) || value === name)) return true
  if (constant) return false
  if (/^[,)]/.test(after) && /[a-z][A-Z]|_/.test(value) && identifier.test(value) && readsAsWords(value)) return true
  if (joined && /^[a-z-]+$/.test(value)) return true
  if (!setting && commonVariables.has(value)) return true
  if (dotted.test(value)) return lookOf(value) === 'written'
  if (!identifier.test(value)) return false
  if (!setting && !/[0-9]$/.test(value) && nameOf(value).strength !== 'none') return true
  return !setting && readsAsWords(value) && (value.length < 24 || !/[0-9]/.test(value)) && (/[a-z][A-Z]|_|\$/.test(value) || /^\s{0,2}[),;}]/.test(after))
}

function identifierOrDotted(value: string): boolean {
  return identifier.test(value) || dotted.test(value)
}

/** `Password: hunters are welcome`: a word, and more words after it. */
function isProse(value: string, { quoted, setting, after }: Written): boolean {
  return !quoted && !setting && plainWord.test(value) && /^[,.;:!?]{0,1}[ \t]{1,2}[A-Za-zÀ-ÿ(]/.test(after)
}

/** Letters and digits mixed, or long, and not an identifier or a measure. */
function isUnlikelyWord(value: string): boolean {
  if (value.length < 6 || measure.test(value) || fileName.test(value)) return false
  if (lookOf(value, 12) !== 'written') return true
  return /[0-9]/.test(value) && /[A-Za-z]/.test(value) && (value.length >= 24 || !readsAsWords(value))
}

function looksIssued(value: string, { qualified }: Name, { setting }: Written): boolean {
  if (measure.test(value) || fileName.test(value) || ulid.test(value)) return false
  switch (lookOf(value, qualified && setting ? 12 : 16)) {
    case 'drawn': return qualified || value.length >= 20
    case 'hex': return (qualified && value.length >= 20) || (setting && value.length >= 32)
    case 'uuid': return qualified && setting
    case 'written': return false
  }
}
