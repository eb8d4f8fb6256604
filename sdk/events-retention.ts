// Whether the retention policy keeps a team's events where their definitions say. A sender cannot choose its class, so
// this is a question for a test or a build, with the policy at hand, and not for the running process.

import { PolicyError, classOf, emptyRecord, fields, parsePolicy, valueMap } from '@blotter/processors'
import type { AuditRecord, Field, RetentionPolicy } from '@blotter/processors'
import { problemError } from './errors.ts'
import type { EventDefinition, EventDefinitions } from './events.ts'

/** What a policy may go by besides what a definition says. Default: nothing of it, and outcome `success`. */
export interface FilingContext {
  readonly integration?: string
  readonly environment?: string
  readonly workspace?: string
  readonly actorType?: string
  readonly outcome?: 'success' | 'failure' | 'unknown'
}

export interface Misfiled {
  readonly event: string
  /** The class in the definition. */
  readonly declared: string
  /** The class that the policy gives. */
  readonly given: string
}

export function misfiledEvents(definitions: EventDefinitions, source: unknown, context: FilingContext = {}): Misfiled[] {
  const policy = readPolicy(source)
  return Object.entries(definitions).flatMap(([event, definition]) => {
    const given = classOf(sample(event, definition, context), policy).name
    return definition.retention === undefined || definition.retention === given ? [] : [{ event, declared: definition.retention, given }]
  })
}

function readPolicy(source: unknown): RetentionPolicy {
  try {
    return parsePolicy(source)
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    throw problemError('INVALID_OPTIONS', error.problems.map(({ path, message }) => ({ key: `policy ${path}`, got: 'something else', want: message })))
  }
}

function sample(event: string, { action, target }: EventDefinition, context: FilingContext): AuditRecord {
  const known: readonly (readonly [Field, string | undefined])[] = [
    [fields.action, action], [fields.targetType, target], [fields.outcome, context.outcome ?? 'success'], [fields.actorType, context.actorType],
    [fields.integration, context.integration], [fields.environment, context.environment], [fields.workspace, context.workspace],
  ]
  return { ...emptyRecord, eventName: event, attributes: valueMap(known.flatMap(([{ key }, value]) => (value === undefined ? [] : [[key, value] as const]))) }
}
