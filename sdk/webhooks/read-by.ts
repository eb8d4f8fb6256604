// The reader that a scheme's data make.

import { bodyText, unverifiedText } from './body-json.ts'
import { requiredHeader } from './request.ts'
import type { Candidate, RawRequest, Told } from './scheme.ts'
import { materialOf } from './scheme-data.ts'
import type { Place, SchemeData } from './scheme-data.ts'
import { itemsOf, oneItem, signaturesOf } from './signature-list.ts'
import type { Item } from './signature-list.ts'
import { parseTime } from './timestamps.ts'
import { refuse } from './verdict.ts'

/** Signature, time and id are looked for first, so that a request without them costs nothing more. */
export function readBy(data: SchemeData, request: RawRequest): readonly Candidate[] {
  const { signature, time, id, bodyMatches, urls } = data
  const items = itemsOf(textAt(signature.from, request, []), signature)
  const early = (place: Place | undefined): string | undefined => (place === undefined || isLate(place, data) ? undefined : textAt(place, request, items))
  const values = { timestamp: early(time?.from), id: early(id) }
  if (values.id !== undefined && !(data.idForm ?? anyId).test(values.id)) refuse('malformed')
  const shared = {
    ...(values.timestamp === undefined ? {} : { sentAtMs: parseTime(values.timestamp, time!.unit) }),
    ...(values.id === undefined ? {} : { id: values.id }),
    ...(data.coveredPartsOf === undefined ? {} : { coveredParts: data.coveredPartsOf(request) }),
    ...(bodyMatches === undefined ? {} : { bodyMatches: () => bodyMatches(request) }),
  }
  const claimed = signaturesOf(items, signature)
  return (urls?.(request.url) ?? [request.url]).flatMap((url) => {
    const signed = (): ReturnType<typeof materialOf> => materialOf(data.signed, { ...request, url }, values)
    return claimed.map((one) => ({ ...one, ...shared, signed }))
  })
}

const anyId = /^[\x21-\x7e]{1,256}$/

/** In a body that the signature covers but does not lie in: such a body is not parsed before it is verified. */
function isLate(place: Place, { signature }: SchemeData): place is { readonly body: readonly string[] } {
  return 'body' in place && !('body' in signature.from)
}

function textAt(place: Place, request: RawRequest, items: readonly Item[]): string {
  if ('header' in place) return requiredHeader(request, place.header)
  return 'item' in place ? oneItem(items, place.item) : unverifiedText(request, place.body)
}

export function readVerifiedBy(data: SchemeData, request: RawRequest): Told {
  const { time, id } = data
  const sentAt = time !== undefined && isLate(time.from, data) ? bodyText(request, time.from.body) : undefined
  const ownId = id !== undefined && isLate(id, data) ? bodyText(request, id.body) : undefined
  return { ...(sentAt === undefined ? {} : { sentAtMs: parseTime(sentAt, time!.unit) }), ...(ownId === undefined ? {} : { id: ownId }) }
}
