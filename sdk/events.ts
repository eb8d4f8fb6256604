// A team's events, declared once: `defineEvents` gives a catalogue, and an audit that is made with it accepts these
// events alone, each with what it requires. The compiler checks that (events-types.ts), and so does the running process
// (events-check.ts), both from the same definitions.

import { problemError } from './errors.ts'
import type { AuditEvent } from './event.ts'
import { problemsOfDefinition } from './events-definition.ts'
import { describeEvents } from './events-describe.ts'
import { misfiledEvents } from './events-retention.ts'
import type { FilingContext, Misfiled } from './events-retention.ts'
import type { Delivery } from './options.ts'

/** What an attribute holds: a text, a number, true or false, or one of the listed texts. */
export type AttributeType = 'string' | 'number' | 'boolean' | readonly [string, ...string[]]

/** Members that a definition can require. Who, what and how it ended belong to every event anyway. */
export type RequirableMember = Exclude<keyof AuditEvent, 'event' | 'actor' | 'action' | 'outcome' | 'error' | 'attributes' | 'durationMs'>

export interface EventDefinition {
  /** What has happened when there is such a record: one sentence, for your team's documentation. */
  readonly description?: string
  /** The action of all these events, which then need not name it. Default: each event names its own. */
  readonly action?: string
  /** Type of what it is done to. Events then need a `target` with an `id`, and the type is filled in. Default: any, or none. */
  readonly target?: string
  /** Members that an event must have. Default none. */
  readonly requires?: readonly RequirableMember[]
  /** Attributes that an event must have, and what they hold. Default none. */
  readonly attributes?: Readonly<Record<string, AttributeType>>
  /** Attributes that an event may have. Default none: others than the listed are refused. */
  readonly optional?: Readonly<Record<string, AttributeType>>
  /**
   * The retention class that these records belong in. Travels as `blotter.retention.declared`. What counts is the class
   * that the collector's policy gives, never what a sender says: `misfiled()` tells where the two disagree.
   */
  readonly retention?: string
  /** When a call's promise resolves, unless the call says otherwise. Default: the `delivery` of the audit. */
  readonly delivery?: Delivery
}

export type EventDefinitions = Readonly<Record<string, EventDefinition>>

export interface CatalogueOptions<Class extends string = string> {
  /** The classes of your retention.yaml, so that a definition can name no other. Default: any name. */
  readonly retentionClasses?: readonly Class[]
}

export interface Catalogue<Definitions extends EventDefinitions = EventDefinitions> {
  readonly definitions: Definitions
  /** A Markdown table of the events, for your documentation. */
  describe(): string
  /**
   * Events that the policy would keep in another class than they declare, for a test of yours. `policy`: retention.yaml
   * as an object. `context`: what of your records else the policy goes by. Throws INVALID_OPTIONS when the policy is not one.
   */
  misfiled(policy: unknown, context?: FilingContext): Misfiled[]
}

const catalogues = new WeakSet()

/**
 * Throws INVALID_OPTIONS with every problem.
 * @example
 * const events = defineEvents({
 *   'payment.refund': { action: 'EXECUTE', target: 'payment', requires: ['reason'], attributes: { currency: ['EUR', 'USD'] }, retention: 'financial' },
 * })
 */
export function defineEvents<const Definitions extends Readonly<Record<string, EventDefinition & { readonly retention?: Class }>>, const Class extends string = string>(definitions: Definitions, options: CatalogueOptions<Class> = {}): Catalogue<Definitions> {
  const problems = Object.entries(definitions).flatMap(([name, definition]) => problemsOfDefinition(name, definition, options.retentionClasses))
  if (problems.length > 0) throw problemError('INVALID_OPTIONS', problems)
  const own = structuredClone(definitions) // what the app does to its object later changes no promise
  const catalogue: Catalogue<Definitions> = Object.freeze({
    definitions: own,
    describe: () => describeEvents(own),
    misfiled: (policy: unknown, context?: FilingContext) => misfiledEvents(own, policy, context),
  })
  catalogues.add(catalogue)
  return catalogue
}

export function isCatalogue(value: unknown): value is Catalogue {
  return typeof value === 'object' && value !== null && catalogues.has(value)
}
