// What one look tells about a text before any pattern runs: whether there is anything to do, and whether its key has a say.

import { mayBeEncoded } from './encoded.ts'
import { holds } from './prefilter.ts'
import type { Look } from './prefilter.ts'

/** What the words before a text say about it: the key under which it stands. */
export interface Context {
  /** Stands before the text when patterns look at it. */
  readonly words: string
  /** Numbers of the rules whose keywords are in the words. */
  readonly candidates: readonly number[]
}

const encodings = holds.percent | holds.other

/** Nothing to look for, as far as one look tells. */
export function isPlain(look: Look, text: string): boolean {
  const { candidates, bits, placeholders } = look
  if (candidates.length > 0 || placeholders || (bits & encodings) !== 0 || mayBeEncoded(text, look)) return false
  if ((bits & holds.open) !== 0 && (bits & (holds.quote | holds.colon)) !== 0) return false
  if ((bits & holds.equals) !== 0 && (bits & (holds.ampersand | holds.question)) !== 0) return false
  return (bits & holds.newline) === 0 || (bits & holds.colon) === 0
}

/** Whether the key may decide what the text is: where there is a rule to ask, and the text is a value by itself or a number. */
export function speaks({ candidates, bits, digits }: Look, { length }: string, context: Context | undefined): boolean {
  if (context === undefined || length > 512 || length < 8 || (context.candidates.length === 0 && candidates.length === 0)) return false
  return digits >= 8 || (context.candidates.length > 0 && (bits & holds.space) === 0)
}

/** Letters in other clothes, and what is not seen: a keyword is found whatever it wears. */
export function fold(text: string): string {
  if (!/[^ -~\s]/.test(text)) return text
  return text.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '')
}
