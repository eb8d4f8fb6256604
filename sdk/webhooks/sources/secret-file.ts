// What a file of secrets may say. Errors name the place, never what stands there.

import { problemError } from '../../errors.ts'
import type { Problem } from '../../errors.ts'
import type { Secret } from '../secrets.ts'

export function parseSecretFile(text: string): readonly Secret[] {
  const trimmed = text.trim()
  const secrets = trimmed.startsWith('[') ? parseList(trimmed) : trimmed.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '').map((secret) => ({ secret }))
  if (secrets.length === 0) throw fileError([{ key: 'secrets', got: 'an empty file', want: 'at least one secret' }])
  return secrets
}

function parseList(text: string): readonly Secret[] {
  const list = parseJson(text)
  const problems: Problem[] = []
  const secrets = list.map((entry, index) => readEntry(entry, `secrets[${index}]`, problems))
  if (problems.length > 0) throw fileError(problems)
  return secrets
}

function parseJson(text: string): readonly unknown[] {
  try {
    return JSON.parse(text) as unknown[] // it begins with a bracket
  } catch {
    throw fileError([{ key: 'secrets', got: 'a text that is not JSON', want: 'a JSON list' }])
  }
}

const members: readonly string[] = ['id', 'secret', 'notBefore', 'notAfter', 'rotateBy']

function readEntry(entry: unknown, key: string, problems: Problem[]): Secret {
  const found = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>
  const text = (name: string): string | undefined => {
    const value = found[name]
    if (value !== undefined && typeof value !== 'string') problems.push({ key: `${key}.${name}`, got: typeof value, want: 'a text' })
    return typeof value === 'string' ? value : undefined
  }
  if (!Object.keys(found).every((name) => members.includes(name))) problems.push({ key, got: 'a member of another name', want: members.join(', ') })
  const secret = text('secret') ?? ''
  if (secret === '') problems.push({ key: `${key}.secret`, got: 'nothing', want: 'a secret' })
  const id = text('id')
  const dates = (['notBefore', 'notAfter', 'rotateBy'] as const).flatMap((name) => {
    const value = text(name)
    return value === undefined ? [] : [[name, readDate(value, `${key}.${name}`, problems)] as const]
  })
  return { secret, ...(id === undefined ? {} : { id }), ...Object.fromEntries(dates) }
}

/** A date without a zone means another moment on another machine: it is refused. */
function readDate(value: string, key: string, problems: Problem[]): Date {
  const date = new Date(value)
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]+(?:Z|[+-][0-9]{2}:[0-9]{2}))?$/.test(value) || Number.isNaN(date.getTime())) problems.push({ key, got: 'a text that is no date', want: 'a date such as 2026-12-31 or 2026-12-31T12:00:00Z' })
  return date
}

function fileError(problems: readonly Problem[]): Error {
  return problemError('INVALID_OPTIONS', problems)
}
