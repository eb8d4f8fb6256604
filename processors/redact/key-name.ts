// Keys whose value is secret or personal whatever it looks like, at any depth, in any spelling: `apiKey`, `API-KEY`, `api_key`,
// `ａｐｉ＿ｋｅｙ`. Keys that tell something about a secret (`passwordLength`, `secretName`, `token_type`) are neither.

import { createPersonalKey } from './personal-key.ts'
import { foldedKey, rememberKeys, wordsOf } from './key-words.ts'
import type { KeyNameRule } from './key-words.ts'

export { rememberedKeys } from './key-words.ts'
export type { KeyNameRule } from './key-words.ts'

/** Words that make a key secret wherever they stand in it, letter case and separators taken away. */
export const within = [
  'password', 'passwd', 'passphrase', 'passcode', 'secret', 'apikey', 'accesskey', 'privatekey', 'signingkey', 'encryptionkey', 'accountkey', 'sharedkey', 'masterkey', 'authkey', 'licensekey',
  'licencekey', 'subscriptionkey', 'functionskey', 'functionkey', 'storagekey', 'servicekey', 'deploykey', 'sessionkey', 'authorization', 'cookie', 'accesstoken', 'refreshtoken', 'idtoken', 'authtoken',
  'sessiontoken', 'bearertoken', 'csrftoken', 'xsrftoken', 'apitoken', 'securitytoken', 'credential', 'cardnumber', 'securitycode', 'connectionstring', 'connstr', 'privkey', 'hubsignature',
  'recoverycode', 'backupcode', 'mfacode', 'otpcode', 'totpseed', 'mfaseed', 'otpseed', 'otpauth', 'onetimepassword', 'seedphrase', 'recoveryphrase', 'mnemonic', 'securityanswer', 'privatepem',
  'accountnumber', 'routingnumber', 'bankaccount', 'sortcode', 'codeverifier', 'clientassertion', 'samlresponse', 'samlassertion', 'authcode', 'authorizationcode', 'magiclink', 'kennwort', 'passwort',
  'motdepasse', 'contrasena',
]

/** Whole keys, or the last word of one. Too short to stand inside a longer word: `company` is not a card number. */
const ending = new Set(['token', 'pwd', 'pass', 'psw', 'signature', 'cvv', 'cvc', 'cvv2', 'cvc2', 'pin', 'otp', 'totp', 'ssn', 'pan', 'jwt', 'iban', 'auth', 'authtoken', 'creds', 'psk', 'senha', 'pat', 'sas'])

/** Endings that may be written together with the word before: `usertoken`. */
const gluedEnding = /(?:^|user|access|auth|refresh|id|session|bearer|csrf|api|app|bot|my|service|client|admin|deploy|push|device|bearer|security|temp|reset|invite|verification|activation|login|oauth|new|old|current)token$|pwd$|signature$/

/** Keys that would be told apart by their last word alone, and are secret all the same. */
const wholeKeys = new Set(['secretid', 'tokenvalue', 'xapikey', 'authheader', 'authorizationheader', 'cookieheader', 'setcookie', 'dsn', 'pgpassword', 'mysqlpwd', 'sessid', 'phpsessid', 'jsessionid', 'connectsid'])

/** Last words of keys that tell something about a secret. */
const about = new Set((
  'id ids name names type types kind count counts url urls uri uris endpoint path paths file files filename length len size limit limits max min ttl expiry expires expire expiration expired exp age at on date ' +
  'time timestamp timeout version algorithm alg format status state provider method methods supported policy policies header headers label description hint error errors server service manager required enabled disabled valid ' +
  'validation usage used rotation interval attempts retries strength template ref arn source consent banner parser scheme schemes preferences settings changed updated created reset complexity scope scopes class store set basic post ' +
  'decision reason result outcome action allowed granted mode rule claims owner issuer audience subject holder prefix suffix last4 last rotated console flow info context'
).split(' '))

/** Before `token`: places in a list, marks in a text, units of a language model. */
const otherTokens = new Set('page next continuation pagination cursor sync resume input output prompt completion total pad unk mask eos bos sep cls start end stop special unexpected'.split(' '))

/** Longest first is not needed: one hit decides. `secretary` holds no secret. */
export function secretWithin(folded: string): boolean {
  return within.some((word) => folded.includes(word)) && (!folded.includes('secretar') || secretWithin(folded.replaceAll('secretar', '')))
}

/** The word itself says it, perhaps with a word before it or in the plural: `dbpassword`, `credentials`. */
export function secretEnding(folded: string): boolean {
  return within.some((word) => folded.endsWith(word) || (folded.endsWith('s') && folded.endsWith(word, folded.length - 1)))
}

/** `more`: further key names from the operator, in any spelling. */
export function createKeyNameRule(more: readonly string[] = []): KeyNameRule {
  const own = new Set(more.map(foldedKey))
  return rememberKeys((key) => own.has(foldedKey(key)) || isSecret(key))
}

/** Whether the key holds something about a person: a name, a birth date, an address, an id that a state gave. */
export const personalKey: KeyNameRule = createPersonalKey()

function isSecret(key: string): boolean {
  const folded = foldedKey(key)
  if (wholeKeys.has(folded)) return true
  const words = wordsOf(key)
  const last = words.at(-1) ?? ''
  if (about.has(last) && words.length > 1) return false
  if (secretWithin(folded)) return true
  if (last === 'token' && otherTokens.has(words.at(-2) ?? '')) return false
  return ending.has(last) || ending.has(folded) || gluedEnding.test(folded)
}
