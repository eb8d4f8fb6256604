// What the parts of the policy's parser have in common: every problem is told at once, with its place, what is wrong
// there, and what would be right. Never with what was written there, which may be a secret in the wrong place.

export type Json = Readonly<Record<string, unknown>>

export interface RedactionProblem { readonly path: string; readonly message: string }

/** `path`: as in `rules.email` or `detectors[2].pattern`. */
export type Tell = (path: string, message: string) => void

export class RedactionPolicyError extends Error {
  readonly problems: readonly RedactionProblem[]
  constructor(problems: readonly RedactionProblem[]) {
    super(`the redaction policy has ${problems.length} problem${problems.length === 1 ? '' : 's'}:\n${problems.map(({ path, message }) => `  ${path}: ${message}`).join('\n')}`)
    this.problems = problems
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The members of a mapping; none, and a problem, when it is something else. */
export function membersOf(source: unknown, path: string, want: string, tell: Tell): [string, unknown][] {
  if (source === undefined || source === null) return []
  if (isObject(source)) return Object.entries(source)
  tell(path, `must be a mapping of ${want}`)
  return []
}

/** The same for a list. */
export function listOf(source: unknown, path: string, most: number, tell: Tell): readonly unknown[] {
  if (source === undefined || source === null) return []
  if (!Array.isArray(source)) { tell(path, 'must be a list'); return [] }
  if (source.length > most) { tell(path, `must have at most ${most} members`); return [] }
  return source as unknown[]
}

export function unknownKeys(source: Json, known: readonly string[], prefix: string, tell: Tell): void {
  for (const key of Object.keys(source)) if (!known.includes(key)) tell(`${prefix}${shown(key)}`, `is not known here; known are ${known.join(', ')}`)
}

/** A key as part of a place: cut short, because somebody may have put the value there. */
export function shown(key: string): string {
  return /^[\w.*"[\]@ -]{1,80}$/.test(key) ? key : '(a key)'
}

/** One to `most` texts of one to `longest` characters, or undefined. */
export function textsOf(source: unknown, most: number, longest: number): readonly string[] | undefined {
  if (!Array.isArray(source) || source.length === 0 || source.length > most) return undefined
  return source.every((text) => typeof text === 'string' && text !== '' && text.length <= longest) ? source as string[] : undefined
}
