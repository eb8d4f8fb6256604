// What a reader may see. A key has a clearance, the highest class of fields that it shows; what lies above reads
// `[masked:<class>]` in timelines, exports and the Loki API alike. Nor may it be asked for: whether something matches
// would tell what it says.

import { fieldClasses, fields, isMap, valueMap } from '@blotter/processors'
import { BlotterError } from '../errors.ts'
import { classifierOf } from './access-classes.ts'
import type { AuditRecord, FieldClass, FieldName, RedactionPolicy, Value, ValueMap } from '@blotter/processors'
import type { FieldClassifier, Place } from './access-classes.ts'

/** Whose question it is, from the key. */
export interface Reader {
  readonly workspace: string
  readonly environment: string
  readonly keyId: string
  /** Absent: sees everything, as keys did before there were clearances. */
  readonly clearance?: FieldClass
}

export interface Masked { readonly record: AuditRecord; /** Keys of what is hidden, `body` for the body. */ readonly masked: readonly string[] }

export interface Mask {
  readonly clearance: FieldClass
  apply(record: AuditRecord): Masked
  /** The class for which the field is hidden from the reader; undefined when it is not. */
  hides(field: FieldName): FieldClass | undefined
}

export const maskedText = (fieldClass: FieldClass): string => `[masked:${fieldClass}]`

export function isAbove(fieldClass: FieldClass, clearance: FieldClass): boolean {
  return fieldClasses.indexOf(fieldClass) > fieldClasses.indexOf(clearance)
}

const masks = new WeakMap<RedactionPolicy, Map<string, Mask | undefined>>()

/** Undefined: there is nothing that the reader may not see. The same object for the same clearance in the same workspace. */
export function createMask({ clearance = 'secret', workspace }: Reader, policy: RedactionPolicy): Mask | undefined {
  const known = masks.get(policy) ?? new Map<string, Mask | undefined>()
  masks.set(policy, known)
  const key = `${clearance} ${workspace}`
  if (!known.has(key)) known.set(key, newMask(clearance, classifierOf(policy, workspace)))
  return known.get(key)
}

/** What a reader is shown of a record; undefined when that is all of it. */
export function maskFor(reader: Reader, policy: RedactionPolicy): ((record: AuditRecord) => AuditRecord) | undefined {
  const mask = createMask(reader, policy)
  return mask === undefined ? undefined : (record) => mask.apply(record).record
}

/** Refuses a question about what the reader may not see. `fields`: those that it asks by, each with the name of its parameter. */
export function refuseHidden(mask: Mask | undefined, asked: readonly { readonly parameter: string; readonly field: FieldName | undefined }[]): void {
  if (mask === undefined) return
  const hidden = asked.filter(({ field }) => field === undefined || mask.hides(field) !== undefined)
  if (hidden.length > 0) throw new BlotterError('FORBIDDEN', { violations: hidden.map(({ parameter }) => ({ field: parameter, description: `asks about what is masked for this key, whose clearance is ${mask.clearance}` })) })
}

function newMask(clearance: FieldClass, classifier: FieldClassifier): Mask | undefined {
  if (clearance === 'secret' || (clearance === 'personal' && !classifier.keepsSecrets)) return undefined
  const hidesTrace = isAbove(fields.requestId.holds, clearance)
  return {
    clearance,
    hides(field) {
      const fieldClass = classifier.classOf('attributes', fields[field].key)
      return isAbove(fieldClass, clearance) ? fieldClass : undefined
    },
    apply(record) {
      const masked: string[] = []
      const map = (place: Place, values: ValueMap, prefix: string): ValueMap => maskMap(place, values, clearance, classifier, (key) => { masked.push(`${prefix}${key}`) })
      const attributes = map('attributes', record.attributes, '')
      const resource = map('resource', record.resource, 'resource.')
      const body = maskBody(record.body, clearance, classifier, () => { if (!masked.includes('body')) masked.push('body') })
      const trace = hidesTrace && record.traceId + record.spanId !== '' ? { traceId: '', spanId: '' } : {} // no text has room in them
      if ('traceId' in trace) masked.push('traceId')
      return masked.length === 0 ? { record, masked } : { record: { ...record, ...trace, attributes, resource, body }, masked }
    },
  }
}

function maskMap(place: Place, values: ValueMap, clearance: FieldClass, classifier: FieldClassifier, told: (key: string) => void): ValueMap {
  const shown = valueMap()
  for (const [key, value] of Object.entries(values)) {
    const fieldClass = classifier.classOf(place, key)
    if (isAbove(fieldClass, clearance) && value !== '' && value !== null) {
      shown[key] = maskedText(fieldClass)
      told(key)
    } else shown[key] = maskNested(place, value, clearance, classifier, () => { told(key) })
  }
  return shown
}

/** A member of a value may be more than the value itself. */
function maskNested(place: Place, value: Value, clearance: FieldClass, classifier: FieldClassifier, told: () => void): Value {
  if (Array.isArray(value)) return (value as readonly Value[]).map((member) => maskNested(place, member, clearance, classifier, told))
  return isMap(value) ? maskMap(place, value, clearance, classifier, told) : value
}

function maskBody(body: Value, clearance: FieldClass, classifier: FieldClassifier, told: () => void): Value {
  if (body === null) return body
  if (!isAbove('personal', clearance)) return maskNested('body', body, clearance, classifier, told)
  told()
  return maskedText('personal')
}

/** Whether a record shows something personal or worse to whoever sees all that is in it. */
export function showsPersonal(record: AuditRecord, classifier: FieldClassifier): boolean {
  const personal = (place: Place, map: ValueMap): boolean => Object.keys(map).some((key) => isAbove(classifier.classOf(place, key), 'internal') && isShown(map[key]!))
  return isShown(record.body) || personal('attributes', record.attributes) || personal('resource', record.resource)
}

/** What was taken out or is masked shows nothing. */
function isShown(value: Value): boolean {
  return value !== null && value !== '' && !(typeof value === 'string' && /^\[(?:redacted|masked|token|sealed):[^\]]*\]$/.test(value))
}
