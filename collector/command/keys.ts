// blotter keys: works on the data directory, also while the collector runs, which notices by itself.

import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createKey, isName, nameRule, readKeys, revokeKey, scopes } from '../authenticate/key-file.ts'
import { UsageError, noMore, readFlags, textFlag } from './flags.ts'
import { table } from './table.ts'
import type { ApiKey, Scope } from '../authenticate/key-file.ts'
import type { Command, Flags } from './flags.ts'

export const command: Command = {
  help: `blotter keys: who may send and read. Works on the data directory; a running collector notices within a second.

  blotter keys create --workspace W --environment E --scopes ingest,read [--expires 90d]
      prints the key, once: only its hash is kept
  blotter keys list
  blotter keys revoke ID

  --workspace W     the tenant that owns what is sent with the key
  --environment E   production, staging, sandbox, …: every record gets it from the key
  --scopes S        of ingest (send), read (timelines), retain (retention), admin (see every row of the log)
  --expires T       30d, 12w or a date such as 2027-06-30; default never
  --data DIR        the collector's data directory (BLOTTER_DATA; default ./blotter-data)
`,
  async run(words) {
    const { flags, words: [action, ...rest] } = readFlags(words, ['workspace', 'environment', 'scopes', 'expires', 'data'])
    const directory = join(resolve(textFlag(flags, 'data') ?? process.env['BLOTTER_DATA'] ?? 'blotter-data'), 'keys')
    const file = join(directory, 'api-keys.json')
    switch (action) {
      case 'create': noMore(rest); await mkdir(directory, { recursive: true, mode: 0o700 }); return create(file, flags)
      case 'list': noMore(rest); return list(file)
      case 'revoke': return revoke(file, rest)
      default: throw new UsageError('say create, list or revoke; see --help')
    }
  },
}

async function create(file: string, flags: Flags): Promise<number> {
  const workspace = required(flags, 'workspace')
  const environment = required(flags, 'environment')
  const wanted = required(flags, 'scopes').split(',').map((scope) => scope.trim())
  for (const [flag, name] of [['workspace', workspace], ['environment', environment]] as const) if (!isName(name)) throw new UsageError(`--${flag} takes ${nameRule}`)
  const unknown = wanted.find((scope) => !(scopes as readonly string[]).includes(scope))
  if (unknown !== undefined) throw new UsageError(`--scopes takes ${scopes.join(', ')}`)
  const expiresAt = parseExpiry(textFlag(flags, 'expires'), new Date())
  const { key, apiKey } = await createKey(file, { workspace, environment, scopes: wanted as Scope[], ...(expiresAt === undefined ? {} : { expiresAt }) }, new Date())
  process.stdout.write(`${key}\n`)
  process.stderr.write(`Key ${apiKey.id} for ${workspace}, ${environment} (${wanted.join(', ')}), ${expiresAt === undefined ? 'without expiry' : `until ${expiresAt}`}. It is shown this once.\n`)
  return 0
}

async function list(file: string): Promise<number> {
  const keys = await readKeys(file)
  if (keys.length === 0) process.stdout.write('There are no keys: the collector serves this machine only.\n')
  else process.stdout.write(table(['ID', 'WORKSPACE', 'ENVIRONMENT', 'SCOPES', 'CREATED', 'STATE'], keys.map((key) => [key.id, key.workspace, key.environment, key.scopes.join(','), key.createdAt.slice(0, 10), state(key, new Date())])))
  return 0
}

async function revoke(file: string, [id, ...rest]: readonly string[]): Promise<number> {
  noMore(rest)
  if (id === undefined) throw new UsageError('say which key: blotter keys revoke ID; see blotter keys list')
  const known = id.replace(/^blt_([0-9a-f]{12}).*$/, '$1')
  if (!(await revokeKey(file, known, new Date()))) throw new UsageError('there is no key with that id; see blotter keys list')
  process.stdout.write(`Key ${known} is revoked; a running collector refuses it within a second.\n`)
  return 0
}

function state(key: ApiKey, now: Date): string {
  if (key.revokedAt !== undefined) return `revoked ${key.revokedAt.slice(0, 10)}`
  if (key.expiresAt === undefined) return 'live'
  return new Date(key.expiresAt) > now ? `live until ${key.expiresAt.slice(0, 10)}` : `expired ${key.expiresAt.slice(0, 10)}`
}

function parseExpiry(text: string | undefined, now: Date): string | undefined {
  if (text === undefined) return undefined
  const duration = /^([1-9][0-9]{0,4})([dw])$/.exec(text)
  const at = duration === null ? new Date(text) : new Date(now.getTime() + Number(duration[1]) * (duration[2] === 'w' ? 7 : 1) * 86_400_000)
  if (Number.isNaN(at.getTime()) || at <= now) throw new UsageError('--expires takes 30d, 12w or a date in the future')
  return at.toISOString()
}

function required(flags: Flags, name: string): string {
  const value = textFlag(flags, name)
  if (value === undefined || value === '') throw new UsageError(`--${name} is missing; see --help`)
  return value
}
