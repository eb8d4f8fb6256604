// An audit that knows a catalogue: the same audit, with a check in front of it. It is a layer and no second path, so
// what is promised of `record`, `track` and `run` holds here as well.

import type { Audit } from './audit.ts'
import { inContext } from './context.ts'
import type { AuditContext } from './context.ts'
import { AuditError } from './errors.ts'
import type { AuditEvent } from './event.ts'
import type { Catalogue, EventDefinitions } from './events.ts'
import { checkEvent, incompleteParts } from './events-check.ts'
import type { EventIn, ModeIn, MoreIn, NameIn, StartIn } from './events-types.ts'
import { merge } from './merge.ts'
import type { CallOptions, Delivery } from './options.ts'
import type { Answer, Recorded } from './receipt.ts'
import type { Run, RunOptions } from './run.ts'

/** Adds to an event of a catalogue while its function runs. */
export interface AddIn<Definitions extends EventDefinitions, Name extends NameIn<Definitions>> {
  (more: MoreIn<Definitions, Name>): void
}

/** {@link Audit} for the events of a catalogue. */
export interface CatalogueAudit<Definitions extends EventDefinitions, Given extends keyof AuditEvent = never, Mode extends Delivery = 'acknowledged'> extends Omit<Audit, 'record' | 'track' | 'run' | 'with' | 'child' | 'events'> {
  /** As `record` of an audit. Rejects with INVALID_EVENT what its definition does not allow. */
  record<Name extends NameIn<Definitions>, Called extends Delivery = ModeIn<Definitions, Name, Mode>>(event: { readonly event: Name } & EventIn<Definitions, Name, Given>, options?: CallOptions & { readonly delivery?: Called }): Promise<Answer<Called>>
  /**
   * As `track` of an audit. What the definition requires may be added while `fn` runs. What is missing in the end does
   * not cost the record, because the action has happened: `blotter.event.incomplete` names it.
   */
  track<Name extends NameIn<Definitions>, T>(event: { readonly event: Name } & StartIn<Definitions, Name, Given>, fn: (add: AddIn<Definitions, Name>) => T | PromiseLike<T>, options?: CallOptions): Promise<T>
  /** As `run` of an audit, and as `track` here. */
  run<Name extends NameIn<Definitions>, T>(event: { readonly event: Name } & StartIn<Definitions, Name, Given>, fn: (add: AddIn<Definitions, Name>, run: Run) => T | PromiseLike<T>, options?: RunOptions): Promise<T>
  with<Context extends AuditContext, T>(context: Context, fn: (audit: CatalogueAudit<Definitions, Given | (keyof Context & keyof AuditEvent), Mode>) => T): T
  child<Defaults extends Partial<AuditEvent>>(defaults: Defaults): CatalogueAudit<Definitions, Given | (keyof Defaults & keyof AuditEvent), Mode>
}

type Add = (more: Partial<AuditEvent>) => void

/** The audit underneath, without its types: they are checked against the catalogue instead. */
interface Host extends Omit<Audit<keyof AuditEvent>, 'record' | 'track' | 'run' | 'child'> {
  record(event: Partial<AuditEvent>, options?: CallOptions): Promise<Recorded>
  track<T>(event: Partial<AuditEvent>, fn: (add: Add) => T | PromiseLike<T>, options?: CallOptions): Promise<T>
  run<T>(event: Partial<AuditEvent>, fn: (add: Add, run: Run) => T | PromiseLike<T>, options?: RunOptions): Promise<T>
  child(defaults: Partial<AuditEvent>): Host
}

/** On a record that lacks what its definition requires, or has it wrong: the names of these parts. */
export const incompleteKey = 'blotter.event.incomplete'

/** `given`: the defaults of the child that `host` is, which count as the event's own. */
export function withCatalogue<Definitions extends EventDefinitions>(host: Host, catalogue: Catalogue<Definitions>, given: Partial<AuditEvent>): CatalogueAudit<Definitions, never, Delivery> {
  return layer(host, catalogue, given) as unknown as CatalogueAudit<Definitions, never, Delivery>
}

function layer(host: Host, catalogue: Catalogue, given: Partial<AuditEvent>): Host {
  const check = (own: Partial<AuditEvent>, end: boolean): Partial<AuditEvent> => readably(() => checkEvent(catalogue, { own, around: inContext(given), end }))
  const optionsFor = <Options extends CallOptions>(own: Partial<AuditEvent>, options: Options | undefined): Options => {
    const delivery = options?.delivery ?? catalogue.definitions[own.event!]?.delivery
    return { ...options, ...(delivery === undefined ? {} : { delivery }) } as Options
  }
  /** With a word at the end about what is still missing. When `fn` throws, nobody expects the event to be whole. */
  const watched = <T, Rest extends readonly unknown[]>(own: Partial<AuditEvent>, fn: (add: Add, ...rest: Rest) => T | PromiseLike<T>) => async (add: Add, ...rest: Rest): Promise<T> => {
    let added: Partial<AuditEvent> = {}
    const value = await fn((more) => { added = merge(added, more); add(more) }, ...rest)
    const lacking = lackingOf(catalogue, merge(own, added), given)
    if (lacking.length > 0) add({ attributes: { [incompleteKey]: lacking } })
    return value
  }
  const handle: Host = {
    ...host,
    record: async (own, options) => host.record(check(own, true), optionsFor(own, options)),
    track: async (own, fn, options) => host.track(check(own, false), watched(own, fn), optionsFor(own, options)),
    run: async (own, fn, options) => host.run(check(own, false), watched(own, fn), optionsFor(own, options)),
    with: (context, fn) => host.with(context, () => fn(handle as unknown as Audit<keyof AuditEvent>)),
    child: (defaults) => layer(host.child(defaults), catalogue, merge(given, defaults)),
  }
  return handle
}

/** `fn` has done its work: nothing that is wrong about the event may look like its failure. */
function lackingOf(catalogue: Catalogue, own: Partial<AuditEvent>, given: Partial<AuditEvent>): readonly string[] {
  try {
    return incompleteParts(catalogue, { own, around: inContext(given), end: true })
  } catch {
    return ['event']
  }
}

/** An error of a getter or a proxy may carry what the app gave us: it goes no further. */
function readably<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof AuditError ? error : new AuditError('INTERNAL', 'the event could not be read')
  }
}
