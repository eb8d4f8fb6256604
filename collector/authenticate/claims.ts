// A record belongs to the workspace and environment of its key. One that says it belongs elsewhere was sent with the
// wrong key, or by someone who tries: it is refused, so that production and sandbox never mix without a word.

import { fields } from '@blotter/processors'
import type { AuditRecord, Value, ValueMap } from '@blotter/processors'

/** Where a record, its resource included, may say whose it is. */
const environmentKeys = [fields.environment.key, 'deployment.environment.name', 'deployment.environment'] as const
const workspaceKeys = [fields.workspace.key] as const

export interface Owner { readonly workspace: string; readonly environment: string }

/** The place of a claim that is not the owner's, such as `resource.deployment.environment.name`; never what it says. */
export function foreignClaim({ attributes, resource }: AuditRecord, owner: Owner): string | undefined {
  return claimIn(attributes, 'attributes', owner) ?? claimIn(resource, 'resource', owner)
}

function claimIn(map: ValueMap, place: string, { workspace, environment }: Owner): string | undefined {
  const foreign = environmentKeys.find((key) => contradicts(map[key], environment)) ?? workspaceKeys.find((key) => contradicts(map[key], workspace))
  return foreign === undefined ? undefined : `${place}.${foreign}`
}

/** Names of keys are lower-case: how a claim is capitalised makes no difference. What is no text is no name of ours. */
function contradicts(claim: Value | undefined, own: string): boolean {
  if (claim === undefined || claim === null || claim === '') return false
  return typeof claim !== 'string' || claim.trim().toLowerCase() !== own
}
