// The epochs of the fingerprint keys, in the data directory.

import { access } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { parseOverlapMs } from '../authenticate/expiry.ts'
import { BlotterError } from '../errors.ts'
import { epochView } from '../fingerprint/view.ts'
import { destroyEpoch, rotateEpoch, settledEpochs } from '../secrets/epochs.ts'
import { UsageError, noMore, textFlag } from './flags.ts'
import { table } from './table.ts'
import type { EpochView } from '../fingerprint/view.ts'
import type { Epoch } from '../secrets/epochs.ts'
import type { Flags } from './flags.ts'

export async function list(flags: Flags): Promise<number> {
  const { epochs } = await settledEpochs(await keysDirectory(flags), new Date())
  const views = epochs.map(view)
  tell(flags, { epochs: views }, renderEpochs(views))
  return 0
}

export async function rotate(flags: Flags): Promise<number> {
  const keys = await keysDirectory(flags)
  const { current, retired } = await complaining(() => rotateEpoch(keys, { overlapMs: parseOverlapMs(textFlag(flags, 'overlap') ?? '30d', '--overlap'), by: user() }, new Date()))
  tell(flags, { current: view(current), retired: view(retired) }, `${current.epoch} is the current epoch. ${retired.epoch} is kept for look-ups; senders may use it until ${retired.overlapEndsAt}.\n`)
  return 0
}

export async function destroy(flags: Flags, [epoch, ...rest]: readonly string[]): Promise<number> {
  noMore(rest)
  if (epoch === undefined) throw new UsageError('say which epoch; see blotter fingerprint epochs')
  const keys = await keysDirectory(flags)
  const found = (await settledEpochs(keys, new Date())).epochs.find((one) => one.epoch === epoch)
  if (found !== undefined && found.state !== 'destroyed' && flags['yes'] !== true) {
    throw new UsageError(`this destroys the key of ${epoch}, for good: of what was recorded from ${found.createdAt.slice(0, 10)} to ${(found.retiredAt ?? 'now').slice(0, 10)} nobody can tell any more which payloads were equal. Say --yes to do it`)
  }
  const gone = await complaining(() => destroyEpoch(keys, { epoch, by: user() }, new Date()))
  tell(flags, view(gone), `The key of ${epoch} is destroyed. Its copies in backups, and in processes that fetched it, are yours to end.\n`)
  return 0
}

async function keysDirectory(flags: Flags): Promise<string> {
  const data = resolve(textFlag(flags, 'data') ?? process.env['BLOTTER_DATA'] ?? 'blotter-data')
  await access(join(data, 'keys', 'origin')).catch(() => { throw new UsageError(`${data} is not the data directory of a collector: name one with --data`) }) // a mistyped one must not get keys
  return join(data, 'keys')
}

export function renderEpochs(epochs: readonly EpochView[]): string {
  const day = (time: string | null): string => time?.slice(0, 10) ?? ''
  return table(['EPOCH', 'STATE', 'FROM', 'TO', 'OVERLAP ENDS', 'DESTROYED'], epochs.map(({ epoch, state, createdAt, retiredAt, endsAt, destroyedAt }) => [epoch, state, day(createdAt), day(retiredAt), state === 'overlap' ? day(endsAt) : '', day(destroyedAt)]))
}

function view(epoch: Epoch): EpochView {
  return epochView(epoch, Date.now())
}

function tell(flags: Flags, answer: object, text: string): void {
  process.stdout.write(flags['json'] === true ? `${JSON.stringify(answer, null, 2)}\n` : text)
}

function user(): string {
  try {
    return `user:${userInfo().username}`
  } catch {
    return 'user:unknown' // a container may run under a number that has no name
  }
}

/** What the keys themselves object to, in the words of a command line. */
async function complaining<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof BlotterError)) throw error
    if (error.code === 'NOT_FOUND') throw new UsageError('there is no epoch of that name; see blotter fingerprint epochs')
    throw new UsageError(error.violations.map(({ field, description }) => (field.startsWith('--') ? `${field} takes ${description}` : description)).join('; '))
  }
}
