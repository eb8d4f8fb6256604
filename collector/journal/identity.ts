// Whose record this is and under which id, read from the bytes of its canonical text: a start looks at a million of them.

import { createPeek, fields } from '@blotter/processors'

export interface Identity { readonly workspace: string; readonly environment: string; readonly recordId: string }

const peek = createPeek([fields.recordId.key, fields.environment.key, fields.workspace.key])

/** Undefined when the text is none that `canonicalRecord` wrote, or lacks one of the three. */
export function identityOf(text: Buffer): Identity | undefined {
  const [recordId, environment, workspace] = peek(text) ?? []
  return typeof recordId === 'string' && typeof environment === 'string' && typeof workspace === 'string' ? { workspace, environment, recordId } : undefined
}
