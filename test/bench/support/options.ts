// Command lines of the benchmarks: flags with a value, and --json and --help everywhere.

import { parseArgs } from 'node:util'

export interface Options {
  text(name: string): string | undefined
  number(name: string, byDefault: number): number
  /** Comma-separated. */
  list(name: string, byDefault: readonly string[]): readonly string[]
  readonly json: boolean
}

/** Prints `help` and ends, when that was asked for or the command line is not understood. */
export function readOptions(help: string, names: readonly string[]): Options {
  const known = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]))
  const values = parse(help, known)
  const text = (name: string): string | undefined => (typeof values[name] === 'string' ? values[name] : undefined)
  return {
    text,
    number(name, byDefault) {
      const value = Number(text(name) ?? byDefault)
      if (!Number.isFinite(value) || value <= 0) fail(`--${name} must be a number above 0`)
      return value
    },
    list: (name, byDefault) => text(name)?.split(',') ?? byDefault,
    json: values['json'] === true,
  }
}

function parse(help: string, known: Record<string, { type: 'string' }>): Record<string, unknown> {
  try {
    const { values } = parseArgs({ options: { ...known, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } }, strict: true })
    if (values.help === true) { process.stdout.write(help); process.exit(0) }
    return values
  } catch (error) {
    return fail(`${(error as Error).message}\n\n${help}`)
  }
}

export function fail(message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(2)
}
