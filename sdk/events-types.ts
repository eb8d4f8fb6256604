// What the compiler knows of an event in a catalogue, from its definition alone. No code: this file is gone at run time.

import type { AuditEvent } from './event.ts'
import type { EventDefinition, EventDefinitions } from './events.ts'
import type { Delivery } from './options.ts'

/** A name in the catalogue. */
export type NameIn<Definitions extends EventDefinitions> = keyof Definitions & string

/**
 * The event of this name as `record` takes it. `Given`: members that are known already, from the defaults of a child or
 * from the context, and may be left out.
 */
export type EventIn<Definitions extends EventDefinitions, Name extends NameIn<Definitions>, Given extends keyof AuditEvent = never> =
  EventBy<Definitions[Name], Name, Exclude<Required<Definitions[Name]>, Given>>

/** As `track` and `run` take it: what only the definition requires may still be added while the function runs. */
export type StartIn<Definitions extends EventDefinitions, Name extends NameIn<Definitions>, Given extends keyof AuditEvent = never> =
  EventBy<Definitions[Name], Name, Exclude<'actor' | UndeclaredAction<Definitions[Name]>, Given>>

/** How an event is delivered unless the call says otherwise. */
export type ModeIn<Definitions extends EventDefinitions, Name extends NameIn<Definitions>, Mode extends Delivery> = Definitions[Name] extends { readonly delivery: infer Own extends Delivery } ? Own : Mode

/** What can be added to it. */
export type MoreIn<Definitions extends EventDefinitions, Name extends NameIn<Definitions>> = Partial<Omit<EventBy<Definitions[Name], Name, never>, 'event'>>

type EventBy<Definition extends EventDefinition, Name extends string, Needed extends keyof AuditEvent> = Show<
  & { readonly event: Name }
  & { readonly [Member in Exclude<Needed, 'event'>]: MemberIn<Definition, Member, false> }
  & { readonly [Member in Exclude<keyof AuditEvent, 'event' | Needed>]?: MemberIn<Definition, Member, true> }
>

type Required<Definition extends EventDefinition> =
  | 'actor'
  | UndeclaredAction<Definition>
  | (Definition extends { readonly target: string } ? 'target' : never)
  | (Definition extends { readonly requires: readonly (infer Member extends keyof AuditEvent)[] } ? Member : never)
  | (keyof AttributesOf<Definition, 'attributes'> extends never ? never : 'attributes')

type UndeclaredAction<Definition> = Definition extends { readonly action: string } ? never : 'action'

/** `Partly`: the rest comes from elsewhere. */
type MemberIn<Definition extends EventDefinition, Member extends keyof AuditEvent, Partly extends boolean> =
  Member extends 'attributes' ? Attributes<Definition, Partly>
  : Member extends 'action' ? (Definition extends { readonly action: infer Action extends string } ? Action : string)
  : Member extends 'target' ? (Definition extends { readonly target: infer Type extends string } ? { readonly id: string; readonly type?: Type } : NonNullable<AuditEvent['target']>)
  : Exclude<AuditEvent[Member], undefined>

type Attributes<Definition extends EventDefinition, Partly extends boolean> =
  keyof AttributesOf<Definition, 'attributes'> | keyof AttributesOf<Definition, 'optional'> extends never ? Readonly<Record<string, never>>
  : Partly extends true ? Partial<Show<Values<AttributesOf<Definition, 'attributes'>> & Values<AttributesOf<Definition, 'optional'>>>>
  : Show<Values<AttributesOf<Definition, 'attributes'>> & Partial<Values<AttributesOf<Definition, 'optional'>>>>

type AttributesOf<Definition, Part extends 'attributes' | 'optional'> = Definition extends { readonly [Member in Part]: infer Types } ? Types : unknown

type Values<Types> = { readonly [Key in keyof Types]: ValueOf<Types[Key]> }

type ValueOf<Type> = Type extends readonly (infer Text)[] ? Text : Type extends 'string' ? string : Type extends 'number' ? number | bigint : Type extends 'boolean' ? boolean : never

/** One flat object, so that the editor shows members and not the way to them. */
type Show<T> = { [Key in keyof T]: T[Key] }
