// The text in which signatures come: one, or a list of items such as `v1=…,v1=…` or `v1,… v1a,…`. What is not exactly of
// the form is refused: a lenient reader is one that two parties read differently.

import { decode, encode } from './encoding.ts'
import type { Encoding } from './encoding.ts'
import type { Algorithm } from './scheme.ts'
import { refuse } from './verdict.ts'

export interface SignatureLayout {
  /** `text`: the secret itself, for equality. */
  readonly encoding: Encoding | 'text'
  /** Between items. Default: there is one item. */
  readonly separator?: ' ' | ','
  /** Between an item's name and its value. Default: the value is all there is. */
  readonly assign?: '=' | ',' | ' '
  /** The names under which signatures come; others, of versions to come or long gone, are passed over. `''` when there are no names. */
  readonly versions: Readonly<Record<string, Algorithm>>
}

export interface Item {
  readonly name: string
  readonly value: string
}

/** Longer than a hundred signatures of any kind: what is split is bounded before. */
const maxTextLength = 65_536

/** A header that came twice may be joined by a comma and a blank: then a name begins with a blank, and is none. */
export function itemsOf(text: string, { separator, assign }: SignatureLayout): readonly Item[] {
  if (text.length > maxTextLength) refuse('too_many_signatures')
  return (separator === undefined ? [text] : text.split(separator)).map((item) => {
    if (assign === undefined) return { name: '', value: item }
    const at = item.indexOf(assign)
    const name = item.slice(0, at)
    return at < 1 || !/^[A-Za-z0-9_-]+$/.test(name) ? refuse('malformed') : { name, value: item.slice(at + 1) }
  })
}

/** An item that is no signature, such as `t`. More than one of it would leave it open which one was signed. */
export function oneItem(items: readonly Item[], name: string): string {
  const found = items.filter((item) => item.name === name)
  if (found.length > 1) refuse('malformed')
  return found[0]?.value ?? refuse('missing_signature')
}

export function signaturesOf(items: readonly Item[], { versions, encoding }: SignatureLayout): readonly { readonly algorithm: Algorithm; readonly signature: Uint8Array }[] {
  const found = items.flatMap(({ name, value }) => {
    const algorithm = Object.hasOwn(versions, name) ? versions[name] : undefined
    if (algorithm === undefined) return []
    const signature = encoding === 'text' ? Buffer.from(value) : decode(value, encoding)
    return [{ algorithm, signature: signature ?? refuse('malformed') }]
  })
  return found.length === 0 ? refuse('missing_signature') : found
}

export interface WrittenSignature {
  readonly algorithm: Algorithm
  readonly signature: Uint8Array
}

/** The inverse. `others` come first, as senders write them. */
export function listText({ separator, assign, versions, encoding }: SignatureLayout, others: readonly Item[], signatures: readonly WrittenSignature[]): string {
  const nameOf = (algorithm: Algorithm): string => Object.keys(versions).find((name) => versions[name] === algorithm)!
  const items = signatures.map(({ algorithm, signature }) => ({ name: nameOf(algorithm), value: encoding === 'text' ? Buffer.from(signature).toString() : encode(signature, encoding) }))
  return [...others, ...items].map(({ name, value }) => `${name}${assign ?? ''}${value}`).join(separator ?? '')
}
