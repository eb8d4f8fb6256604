// Keys as a person reads them.

import { styleText } from 'node:util'
import { table } from './table.ts'
import type { KeyView } from '../authenticate/key-view.ts'

/** Live ones first; in each part the oldest first, as they were made. */
export function keyTable(keys: readonly KeyView[], nowMs: number, stream: NodeJS.WriteStream = process.stdout): string {
  const rows = [...keys].sort((a, b) => Number(a.state !== 'live') - Number(b.state !== 'live'))
  return table(['ID', 'NAME', 'WORKSPACE', 'ENVIRONMENT', 'SCOPES', 'SEES', 'FROM', 'CREATED', 'LAST USED', 'STATE'], rows.map((key) => [
    key.id, key.name ?? '', key.workspace, key.environment, key.scopes.join(','), key.clearance, key.addresses?.join(',') ?? 'anywhere',
    day(key.createdAt), key.lastUsedAt === undefined ? 'never' : day(key.lastUsedAt), stateText(key, nowMs, stream),
  ]), stream)
}

/** One key in words: `3f… for shop, production (ingest, read), until …`. */
export function keyLine({ id, workspace, environment, scopes, expiresAt }: KeyView): string {
  return `${id} for ${workspace}, ${environment} (${scopes.join(', ')}), ${expiresAt === undefined ? 'without expiry' : `until ${expiresAt}`}`
}

function stateText({ state, notices, expiresAt, revokedAt }: KeyView, nowMs: number, stream: NodeJS.WriteStream): string {
  if (state === 'revoked') return `revoked ${day(revokedAt!)}`
  if (state === 'expired') return `expired ${day(expiresAt!)}`
  const words = [expiresAt === undefined ? 'live' : notices.includes('expires_soon') ? `expires in ${remaining(Date.parse(expiresAt) - nowMs)}` : `live until ${day(expiresAt)}`, ...(notices.includes('unused') ? ['unused'] : [])]
  return notices.length === 0 ? words.join(', ') : styleText('yellow', words.join(', '), { stream })
}

function remaining(ms: number): string {
  return ms >= 2 * 86_400_000 ? `${Math.floor(ms / 86_400_000)} days` : ms >= 2 * 3_600_000 ? `${Math.floor(ms / 3_600_000)} hours` : `${Math.ceil(ms / 60_000)} minutes`
}

function day(time: string): string {
  return time.slice(0, 10)
}
