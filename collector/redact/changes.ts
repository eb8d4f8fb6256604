// A changed redaction policy is itself an audit record: from which version to which. What was redacted by the old one is
// not redacted anew, so whoever reads records from around then should know.

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fields } from '@blotter/processors'
import type { Value } from '@blotter/processors'

export interface PolicyChangeParts {
  /** Remembers the version of the last start. */
  readonly path: string
  readonly version: string
  readonly writeFile: (path: string, text: string) => Promise<void>
  /** Resolves when the record is durable, also when it was before. */
  readonly emit: (event: string, attributes: { readonly [key: string]: Value }) => Promise<void>
}

interface Remembered { readonly version: string; readonly changes: number }

/** Recorded first, then remembered: a crash in between records it again under the same id, which is kept once. */
export async function recordPolicyChange({ path, version, writeFile, emit }: PolicyChangeParts): Promise<void> {
  const last = await remembered(path)
  if (last?.version === version) return
  if (last !== undefined) await emit('blotter.redaction.changed', attributesOf(last, version))
  await writeFile(path, `${JSON.stringify({ version, changes: (last?.changes ?? 0) + 1 })}\n`)
}

/** Undefined at the first start. A file that cannot be understood is one too: it holds nothing that a policy goes by. */
async function remembered(path: string): Promise<Remembered | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  try {
    const { version, changes } = JSON.parse(text) as Partial<Remembered>
    return typeof version === 'string' && Number.isSafeInteger(changes) ? { version, changes: changes! } : undefined
  } catch {
    return undefined
  }
}

function attributesOf({ version: before, changes }: Remembered, version: string): { readonly [key: string]: Value } {
  const id = createHash('sha256').update(`${changes}\n${before}\n${version}`).digest('hex')
  return {
    [fields.recordId.key]: `redaction-${id.slice(0, 32)}`, [fields.actorId.key]: 'blotter:start', [fields.actorType.key]: 'system', [fields.action.key]: 'UPDATE',
    [fields.targetId.key]: version, [fields.targetType.key]: 'redaction.policy', [fields.outcome.key]: 'success',
    [fields.reason.key]: `${before} was in force until this start`, [fields.integration.key]: 'blotter',
  }
}
