// Keys whose value is secret whatever it looks like, at any depth, in any spelling: `apiKey`, `API-KEY`, `api_key`.

/** Words that make a key secret wherever they stand in it, letter case and separators taken away. */
export const within = [
  'password', 'passwd', 'passphrase', 'secret', 'apikey', 'accesskey', 'privatekey', 'signingkey', 'encryptionkey', 'accountkey',
  'authorization', 'cookie', 'accesstoken', 'refreshtoken', 'idtoken', 'authtoken', 'sessiontoken', 'bearertoken', 'csrftoken',
  'credential', 'cardnumber', 'securitycode', 'connectionstring', 'privkey',
]

/** Whole keys, or the last word of one. */
const ending = ['token', 'pwd', 'signature', 'cvv', 'cvc', 'cvv2', 'pin', 'otp', 'ssn', 'pan', 'jwt', 'iban', 'auth']

/** Endings that are too short to stand inside a longer word: `company` is not a card number. */
const wholeOnly = new Set(['cvv', 'cvc', 'cvv2', 'pin', 'otp', 'ssn', 'pan', 'auth', 'pwd', 'jwt', 'iban'])

const wholeKeys = new Set(ending)

export interface KeyNameRule {
  (key: string): boolean
}

/** How many distinct keys are remembered. Keys come from senders, so the memory is bounded and then starts afresh. */
export const rememberedKeys = 10_000

/** `more`: further key names from the operator, in any spelling. */
export function createKeyNameRule(more: readonly string[] = []): KeyNameRule {
  const own = new Set(more.map(fold))
  const known = new Map<string, boolean>()
  return function isSecretKey(key) {
    const answer = known.get(key)
    if (answer !== undefined) return answer
    if (known.size >= rememberedKeys) known.clear()
    const decided = decide(key, own)
    if (key.length <= 256) known.set(key, decided)
    return decided
  }
}

function decide(key: string, own: ReadonlySet<string>): boolean {
  const folded = fold(key)
  if (own.has(folded) || wholeKeys.has(folded)) return true
  if (within.some((word) => folded.includes(word))) return true
  const last = fold(key.replace(/([a-z0-9])([A-Z])/g, '$1_$2').split(/[^A-Za-z0-9]+/).at(-1) ?? '')
  if (wholeKeys.has(last)) return true
  return ending.some((word) => !wholeOnly.has(word) && folded.endsWith(word))
}

function fold(key: string): string {
  return key.normalize('NFKC').toLowerCase().replace(/[^a-z0-9]/g, '')
}
