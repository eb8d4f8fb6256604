// What every command has in common: its help, its flags, and how it complains about them.

import { parseArgs } from 'node:util'

export interface Command {
  readonly help: string
  /** The exit code. */
  run(words: readonly string[]): Promise<number>
}

/** The command line is not right. The message says what would be. */
export class UsageError extends Error {}

export type Flags = Readonly<Record<string, string | boolean | undefined>>

/** `texts` take a value, `switches` none. */
export function readFlags(words: readonly string[], texts: readonly string[], switches: readonly string[] = []): { readonly flags: Flags; readonly words: readonly string[] } {
  const options = Object.fromEntries([...texts.map((name) => [name, { type: 'string' as const }]), ...switches.map((name) => [name, { type: 'boolean' as const }])])
  try {
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true, strict: true })
    return { flags: values as Flags, words: positionals }
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('. ')[0]}; see --help`)
  }
}

export function textFlag(flags: Flags, name: string): string | undefined {
  const value = flags[name]
  return typeof value === 'string' ? value : undefined
}

export function noMore(words: readonly string[]): void {
  if (words.length > 0) throw new UsageError(`${JSON.stringify(words[0])} is one word too many; see --help`)
}
