// Structured log lines: one JSON object each when piped, plain words in a terminal. Lines carry codes, counts and ids;
// no record, no header, no key and no error text of another library ever reaches one.

import { styleText } from 'node:util'

export type Fields = Readonly<Record<string, string | number | boolean | undefined>>

export interface Log {
  info(event: string, fields?: Fields): void
  warn(event: string, fields?: Fields): void
  error(event: string, fields?: Fields): void
}

type Level = keyof Log

export function createLog(stream: NodeJS.WritableStream & { isTTY?: boolean }, now: () => Date = () => new Date()): Log {
  const render = stream.isTTY === true ? inWords : asJson
  const at = (level: Level) => (event: string, fields: Fields = {}): void => { stream.write(`${render(now(), level, event, fields)}\n`) }
  return { info: at('info'), warn: at('warn'), error: at('error') }
}

function asJson(time: Date, level: Level, event: string, fields: Fields): string {
  return JSON.stringify({ time: time.toISOString(), level, event, ...fields })
}

const colours = { info: 'dim', warn: 'yellow', error: 'red' } as const

function inWords(time: Date, level: Level, event: string, fields: Fields): string {
  const details = Object.entries(fields).filter(([, value]) => value !== undefined).map(([key, value]) => `${key}=${value}`).join(' ')
  return `${styleText('dim', time.toISOString().slice(11, 23))} ${styleText(colours[level], level.padEnd(5))} ${event} ${styleText('dim', details)}`
}

/** What may be said of an unknown error: its class and its code, since its message may quote what was sent. */
export function describeError(error: unknown): Fields {
  if (!(error instanceof Error)) return { error: typeof error }
  const code = (error as { code?: unknown }).code
  const cause = error.cause instanceof Error ? describeError(error.cause) : {}
  return {
    error: error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code: String(code) } : {}),
    ...(cause['error'] === undefined ? {} : { cause: `${String(cause['error'])}${cause['code'] === undefined ? '' : `:${String(cause['code'])}`}` }),
  }
}
