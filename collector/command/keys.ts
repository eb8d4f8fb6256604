// blotter keys: works on the data directory, also while the collector runs, which notices by itself.

import { mkdir } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { parseExpiry, parseOverlapMs } from '../authenticate/expiry.ts'
import { createKey, expireKey, isName, nameRule, readKeys, revokeKey, rotateKey } from '../authenticate/key-file.ts'
import { keyView } from '../authenticate/key-view.ts'
import { readLastUsed, usageFileOf } from '../authenticate/usage.ts'
import { BlotterError } from '../errors.ts'
import { defaultClearance, keyAddresses, keyClearance, keyName, keyScopes } from '../keys/options.ts'
import { UsageError, noMore, readFlags, textFlag } from './flags.ts'
import { keyLine, keyTable } from './keys-table.ts'
import type { z } from 'zod'
import type { Changer } from '../authenticate/key-file.ts'
import type { Command, Flags } from './flags.ts'

export const command: Command = {
  help: `blotter keys: who may send and read. Works on the data directory; a running collector notices within a second.

  blotter keys create --workspace W --environment E --scopes ingest,read [--clearance C] [--name N] [--expires 90d]
                      [--addresses A,B]
      prints the key, once: only its hash is kept
  blotter keys list
  blotter keys rotate ID [--overlap 24h] [--expires 90d]
      prints a new key with the same rights; the old one is good for the overlap
  blotter keys expire ID --expires T
  blotter keys revoke ID          at once, and for good

  --workspace W     the tenant that owns what is sent with the key
  --environment E   production, staging, sandbox, …: every record gets it from the key
  --scopes S        of ingest (send), read (timelines), retain (retention), admin (keys of the same workspace and
                    environment; every row of the log)
  --clearance C     the highest class of fields that it shows, of public, internal, personal, secret: what is above reads
                    [masked:<class>] and cannot be asked for. Default personal
  --name N          what it is for
  --expires T       24h, 30d, 12w or a date such as 2027-06-30; default never, for a rotated key as long as the old one had
  --overlap T       0h to 90d; default 24h
  --addresses A     where it may be used from: addresses and networks, such as 10.0.0.0/8,2001:db8::/32; default anywhere
  --json            the answer as JSON
  --data DIR        the collector's data directory (BLOTTER_DATA; default ./blotter-data)

Over HTTP the same is GET and POST /v1/keys, with a key that has the scope admin. Each change is an audit record.
`,
  async run(words) {
    const { flags, words: [action, ...rest] } = readFlags(words, ['workspace', 'environment', 'scopes', 'clearance', 'name', 'expires', 'overlap', 'addresses', 'data'], ['json'])
    const run = action !== undefined && Object.hasOwn(actions, action) ? actions[action] : undefined
    if (run === undefined) throw new UsageError(`say ${Object.keys(actions).join(', ')}; see --help`)
    const directory = join(resolve(textFlag(flags, 'data') ?? process.env['BLOTTER_DATA'] ?? 'blotter-data'), 'keys')
    if (action === 'create') await mkdir(directory, { recursive: true, mode: 0o700 })
    try {
      await run(join(directory, 'api-keys.json'), flags, rest)
      return 0
    } catch (error) {
      throw asUsageError(error)
    }
  },
}

type Action = (file: string, flags: Flags, words: readonly string[]) => Promise<void>

const actions: Record<string, Action> = { create, list, rotate, expire, revoke }

async function create(file: string, flags: Flags, words: readonly string[]): Promise<void> {
  noMore(words)
  const [workspace, environment] = [required(flags, 'workspace'), required(flags, 'environment')]
  for (const [flag, name] of [['workspace', workspace], ['environment', environment]] as const) if (!isName(name)) throw new UsageError(`--${flag} takes ${nameRule}`)
  const scopes = checked(keyScopes, 'scopes', commas(required(flags, 'scopes')))
  const now = new Date()
  const created = await createKey(file, { workspace, environment, scopes, clearance: checked(keyClearance, 'clearance', textFlag(flags, 'clearance') ?? defaultClearance), name: nameFlag(flags), addresses: addressesFlag(flags), expiresAt: expiresFlag(flags, now) }, now, changer())
  const view = keyView(created.apiKey, undefined, now.getTime())
  tell(flags, { key: created.key, ...view }, `${created.key}\n`, `Key ${keyLine(view)}. It is shown this once.\n`)
}

async function list(file: string, flags: Flags, words: readonly string[]): Promise<void> {
  noMore(words)
  const lastUsedAt = await readLastUsed(usageFileOf(file))
  const keys = (await readKeys(file)).map((key) => keyView(key, lastUsedAt(key.id), Date.now()))
  tell(flags, { keys }, keys.length === 0 ? 'There are no keys: the collector serves this machine only. Make one with: blotter keys create --help\n' : keyTable(keys, Date.now()))
}

async function rotate(file: string, flags: Flags, words: readonly string[]): Promise<void> {
  const now = new Date()
  const { key, apiKey, replaced } = await rotateKey(file, idWord('rotate', words), { overlapMs: parseOverlapMs(textFlag(flags, 'overlap') ?? '24h', '--overlap'), expiresAt: expiresFlag(flags, now) }, now, changer())
  const [view, old] = [keyView(apiKey, undefined, now.getTime()), keyView(replaced, undefined, now.getTime())]
  tell(flags, { key, ...view, replaced: old }, `${key}\n`, `Key ${keyLine(view)}. It is shown this once.\nThe old one, ${old.id}, is good until ${old.expiresAt}: give its users the new one before.\n`)
}

async function expire(file: string, flags: Flags, words: readonly string[]): Promise<void> {
  const now = new Date()
  const id = idWord('expire', words)
  const view = keyView(await expireKey(file, id, parseExpiry(required(flags, 'expires'), now, '--expires'), now, changer()), undefined, now.getTime())
  tell(flags, view, `Key ${view.id} is good until ${view.expiresAt}.\n`)
}

async function revoke(file: string, flags: Flags, words: readonly string[]): Promise<void> {
  const id = idWord('revoke', words)
  if (!(await revokeKey(file, id, new Date(), changer()))) throw new BlotterError('NOT_FOUND')
  tell(flags, {}, `The key is revoked; a running collector refuses it within a second.\n`)
}

/** Results on stdout, so that `KEY=$(blotter keys create …)` works; what is said about them beside it. */
function tell(flags: Flags, answer: object, text: string, beside = ''): void {
  process.stdout.write(flags['json'] === true ? `${JSON.stringify(answer, null, 2)}\n` : text)
  if (flags['json'] !== true) process.stderr.write(beside)
}

function changer(): Changer {
  try {
    return { by: `user:${userInfo().username}` }
  } catch {
    return { by: 'user:unknown' } // a container may run under a number that has no name
  }
}

function idWord(action: string, [id, ...rest]: readonly string[]): string {
  noMore(rest)
  if (id === undefined) throw new UsageError(`say which key: blotter keys ${action} ID; see blotter keys list`)
  return id
}

const commas = (text: string): string[] => text.split(',').map((part) => part.trim())

function nameFlag(flags: Flags): string | undefined {
  const text = textFlag(flags, 'name')
  return text === undefined ? undefined : checked(keyName, 'name', text)
}

function addressesFlag(flags: Flags): readonly string[] | undefined {
  const text = textFlag(flags, 'addresses')
  return text === undefined ? undefined : checked(keyAddresses, 'addresses', commas(text))
}

function expiresFlag(flags: Flags, now: Date): string | undefined {
  const text = textFlag(flags, 'expires')
  return text === undefined ? undefined : parseExpiry(text, now, '--expires')
}

function checked<Schema extends z.ZodType>(schema: Schema, flag: string, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value)
  if (!result.success) throw new UsageError(`--${flag} takes ${result.error.issues[0]!.message}`)
  return result.data
}

function required(flags: Flags, name: string): string {
  const value = textFlag(flags, name)
  if (value === undefined || value === '') throw new UsageError(`--${name} is missing; see --help`)
  return value
}

/** What the keys themselves object to, in the words of a command line. */
function asUsageError(error: unknown): unknown {
  if (!(error instanceof BlotterError)) return error
  if (error.code === 'NOT_FOUND') return new UsageError('there is no key with that id; see blotter keys list')
  return new UsageError(error.violations.map(({ field, description }) => (field.startsWith('--') ? `${field} takes ${description}` : description)).join('; '))
}
