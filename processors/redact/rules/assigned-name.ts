// How much the name of something says about its value. `dbPassword` says it all, `token` much, `key` little, `cacheKey` and
// `tokenCount` that there is no secret.

import { secretEnding } from '../key-name.ts'
import { lookOf } from '../language.ts'
import { wordsOf } from '../key-words.ts'

/** `strong`: any real value is secret. `medium`: one that nobody would write as a word. `weak`: one that looks drawn. */
export type Strength = 'none' | 'weak' | 'medium' | 'strong'

export interface Name {
  readonly strength: Strength
  /** The name says more than one word, as `license_key` does: somebody's key rather than a key of a map. */
  readonly qualified: boolean
}

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '))

const strongWords = set('password passwd pwd passphrase passcode passwort senha contrasena motdepasse pass pw psw secret cvv cvc cvv2 pin otp totp psk')
const mediumWords = set('token auth authorization authentication credential credentials cred creds jwt sid cookie pat sas apikey oauth bearer totpseed')
const weakWords = set('key keys tokens secrets passwords license licence session sessionid sig salt seed webhook signing private cert access api secure hec signature')

/** Words written together: `authkey`, `mytoken`. Nothing else ends like this, but for the words named. */
const glued = /(?:auth|access|secret|private|api|shared|master|license|account|storage|signing|service|server|client|app|user|admin|deploy|webhook|test|prod|live|dev|db|my|bot|session|write|read|ingest|integration|encryption|subscription)(?:key|token)$|(?:password|passwd|pwd|secret)$/

/** After the word: what is told is something about the secret. */
const about = set(
  'id ids name names type types kind count counts url urls uri uris endpoint path paths file files filename dir directory folder length len size limit limits max min minimum maximum ttl expiry ' +
  'expires expire expiration expired exp age at on date time timestamp timeout version ver algorithm algorithms alg algo format prefix suffix index idx status state provider method class ' +
  'policy policies header headers label description desc title hint error errors message messages server service manager handler store storage factory context scope scopes role roles ' +
  'field fields column columns param params parameter parameters required enabled disabled valid invalid validation validator validity usage used rotation interval attempts retry retries strength ' +
  'template placeholder ref reference arn source location section group set pair pairs press down up code codes board board word words stroke map mapping space stone note frame frames ' +
  'store chain ring case complexity reset resetter changed changer updated created is has match matches mismatch check checks checker checksum fingerprint sha sha1 sha256 md5 digest hashing ' +
  'decision reason result outcome action allowed granted claims owner subject holder last4 last rotated console memory iterations parallelism rounds salt stmt statement expr expression ts tsx js jsx mjs cjs py go rs rb java json yaml yml md txt html css log test spec color colour width height opacity margin padding radius scheme string strings regex regexp pattern patterns list char chars arg args through thru by tokenizer lookup rate window bucket pool cost generator provider resolver service client request response event events listener input output form page screen view dialog button icon ' +
  'stdin stdout env var middleware guard module plugin strategy flow grant lifetime leeway audience issuer domain level mode config configuration settings options policy prompt info metadata meta details')

/** Before `key`: keys of maps, tables and keyboards. */
const otherKeys = set(
  'primary foreign cache sort partition range hash idempotency dedup dedupe deduplication unique index row rows column map object s3 bucket public pub publishable hot short shortcut translation i18n locale ' +
  'message msg route routing lookup query group grouping composite natural surrogate candidate business order item list arrow enter return escape esc tab shift ctrl control alt cmd command function ' +
  'recv gpg pgp any press caps home musical answer house car door part shard sharding registry reg dictionary dict json yaml attribute attr tag label facet metric edge node entity record parent child sub join ' +
  'issue jira project ticket sonar feature flag setting option property prop data field correlation trace span request req version time date sequence seq host known redis memcache memcached hset ' +
  'resource state region zone city country parameter param context i object_storage image file blob path prefix current last first next previous start end min max by of left right')

/** Before `token`: marks in a text, places in a list, units of a language model. */
const otherTokens = set('page next continuation pagination cursor sync resume input output prompt completion total lexer parser syntax cancellation cancel unexpected illegal invalid eof start end max min cached design class title sub stop special ' +
  'unk pad mask sep cls bos eos')

const remembered = new Map<string, Name>()
const maxRemembered = 5_000
const nothing: Name = { strength: 'none', qualified: false }

/** The strength of a name in any spelling. Decided names are remembered, as many as `maxRemembered`; they come from senders. */
export function nameOf(name: string): Name {
  const known = remembered.get(name)
  if (known !== undefined) return known
  if (remembered.size >= maxRemembered) remembered.clear()
  const decided = decide(name)
  if (name.length <= 100) remembered.set(name, decided)
  return decided
}

function decide(name: string): Name {
  if (/[a-z]/.test(name) && /[A-Z]/.test(name) && lookOf(name, 12) !== 'written') return nothing // a piece of a token in which the letters of a word happen to stand
  const words = wordsOf(name)
  if (words.includes('public') || name === 'PASS' || name === 'Pass') return nothing // PASS: what test runners print
  if (words.at(-1) === 'id' && words.at(-2) === 'session') return { strength: 'weak', qualified: true }
  let at = words.length - 1
  let skipped = 0
  while (at >= 0 && strengthOf(words, at) === 'none') {
    if (about.has(words[at]!)) return nothing
    at -= 1
    skipped += 1
    if (skipped > 4) return nothing
  }
  if (at < 0) return nothing
  const before = at === 0 ? '' : words[at - 1]!
  const strength = strengthOf(words, at)
  if (/keys?$/.test(words[at]!) && otherKeys.has(before) && !secretEnding(words.slice(Math.max(0, at - 2), at + 1).join(''))) return nothing
  if (/tokens?$/.test(words[at]!) && otherTokens.has(before)) return nothing
  if (/secrets?$/.test(words[at]!) && /^(?:existing|pull)$/.test(before)) return nothing // names of objects in Kubernetes
  return { strength, qualified: at > 0 || glued.test(words[at]!) }
}

function strengthOf(words: readonly string[], at: number): Strength {
  const word = words[at]!
  if (strongWords.has(word)) return 'strong'
  if (/cookies?$/.test(word)) return 'medium'
  if (secretEnding(word) || (at > 0 && secretEnding(words[at - 1]! + word))) return 'strong'
  if (at > 0 && (weakWords.has(word) || mediumWords.has(word)) && (strongWords.has(words[at - 1]!) || secretEnding(words[at - 1]!))) return 'strong'
  if (mediumWords.has(word)) return 'medium'
  if (weakWords.has(word)) return 'weak'
  return glued.test(word) ? 'medium' : 'none'
}
