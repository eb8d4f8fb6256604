// The writer that a scheme's data make: the request as the service would send it.

import { AuditError } from '../errors.ts'
import { algorithms } from './algorithms.ts'
import { withMember } from './body-json.ts'
import type { Message, SigningKey, WrittenRequest } from './scheme.ts'
import { materialOf } from './scheme-data.ts'
import type { Place, SchemeData } from './scheme-data.ts'
import { onlyKey } from './sign.ts'
import { listText } from './signature-list.ts'
import { formatTime } from './timestamps.ts'

type PlacedText = readonly [Place, string]

export function writeBy(data: SchemeData, given: Message, keys: readonly SigningKey[]): WrittenRequest {
  const { signature, time, id, signed } = data
  if (signature.separator === undefined) onlyKey(keys)
  if (data.idForm?.test(given.id) === false) throw new AuditError('INVALID_OPTIONS', 'message.id: got an id that this scheme cannot sign, want one without the character that stands between its signed parts')
  const message = withTimeInBody(data, data.prepare?.(given) ?? given)
  const timestamp = time === undefined ? undefined : formatTime(message.sentAtMs, time.unit)
  const url = data.urls?.(message.url)[0] ?? message.url
  const material = materialOf(signed, { ...message, url, header: (name) => message.headers[name] }, { timestamp, id: message.id })
  const others: PlacedText[] = [...(time === undefined ? [] : [[time.from, timestamp!] as const]), ...(id === undefined ? [] : [[id, message.id] as const])]
  const items = others.flatMap(([place, value]) => ('item' in place ? [{ name: place.item, value }] : []))
  const text = listText(signature, items, keys.map(({ algorithm, key }) => ({ algorithm, signature: algorithms[algorithm].sign(key, material) })))
  return placed(data, message, [...others, [signature.from, text]], given)
}

/** A time that is signed because the body is: the service writes it there. A body that is no JSON object has none, or has its own. */
function withTimeInBody({ signature, time }: SchemeData, message: Message): Message {
  if (time === undefined || !('body' in time.from) || 'body' in signature.from) return message
  const text = formatTime(message.sentAtMs, time.unit)
  const body = withMember(message.body, time.from.body[0]!, time.unit === 'ms' ? Number(text) : text)
  return body === undefined ? message : { ...message, body }
}

function placed({ signature, prepare }: SchemeData, message: Message, texts: readonly PlacedText[], given: Message): WrittenRequest {
  const headers = Object.fromEntries(texts.flatMap(([place, text]) => ('header' in place ? [[place.header, text]] : [])))
  return {
    headers: prepare === undefined ? headers : { ...message.headers, ...headers },
    ...(message.url === given.url ? {} : { url: message.url }),
    ...('body' in signature.from ? { body: withSignature(message.body, texts) } : message.body === given.body ? {} : { body: message.body }),
  }
}

/** All of it lies in one member of the body, such as `signature`. */
function withSignature(body: Uint8Array, texts: readonly PlacedText[]): Uint8Array {
  const paths = texts.flatMap(([place, text]) => ('body' in place ? [{ path: place.body, text }] : []))
  const name = paths[0]!.path[0]!
  const written = withMember(body, name, Object.fromEntries(paths.map(({ path, text }) => [path[1]!, text])))
  if (written === undefined) throw new AuditError('INVALID_OPTIONS', `message.body: got something else, want a JSON object without a member ${name}, where this scheme writes its signature`)
  return written
}
