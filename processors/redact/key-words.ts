// What a key is made of, and a memory of what was decided about it: the same keys come with every record.

export interface KeyNameRule {
  (key: string): boolean
}

/** How many distinct keys are remembered. Keys come from senders, so the memory is bounded and then starts afresh. */
export const rememberedKeys = 10_000

/** Longer keys are decided each time: nobody shall fill the memory with them. */
const longestRemembered = 256

export function rememberKeys(decide: KeyNameRule): KeyNameRule {
  const known = new Map<string, boolean>()
  return function isKnownKey(key) {
    const answer = known.get(key)
    if (answer !== undefined) return answer
    if (known.size >= rememberedKeys) known.clear()
    const decided = decide(key)
    if (key.length <= longestRemembered) known.set(key, decided)
    return decided
  }
}

/** Letter case, separators and compatibility forms (NFKC: full-width letters, ligatures) taken away. */
export function foldedKey(key: string): string {
  return key.normalize('NFKC').toLowerCase().replace(/[^a-z0-9]/g, '')
}

/** `dbPassword2`, `DB_PASSWORD`, `db.password` → db, password. Numbers at the end of a word are not part of it, but for `cvv2`. */
export function wordsOf(name: string): readonly string[] {
  return name.normalize('NFKC').replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/([A-Z]{2,})([A-Z][a-z]{2,})/g, '$1 $2').toLowerCase().split(/[^a-z0-9]+/)
    .map((word) => (/^cv[vc]2$/.test(word) ? word : word.replace(/^(.{3,}?)[0-9]+$/, '$1'))).filter((word) => word !== '' && !/^[0-9]+$/.test(word))
}
