// Structured fields (RFC 9651), as far as RFC 9421 and RFC 9530 need them: dictionaries of inner lists and of byte
// sequences. Stricter than the standard where it leaves room: a name that comes twice is refused instead of the last one
// winning, and base64 must be canonical, so that no two texts stand for one value. Linear in the length of its input.

import { decode, encode } from '../encoding.ts'

export type BareItem = string | number | boolean | Token | Uint8Array

/** A word without quotes, such as an algorithm in `alg=…`; told apart from a string, since both serialise differently. */
export interface Token { readonly token: string }

/** In the order in which they stand, which is signed. */
export type Parameters = ReadonlyMap<string, BareItem>

export interface Item { readonly value: BareItem; readonly parameters: Parameters }
export interface InnerList { readonly items: readonly Item[]; readonly parameters: Parameters }

/** Characters of one field; more than any signature needs. */
export const maxFieldLength = 16_384

/** Without the blanks around it. Not by a pattern: one that looks for blanks before the end takes squared time in blanks. */
export function trimmed(text: string): string {
  let [start, end] = [0, text.length]
  while (isBlank(text[start])) start += 1
  while (end > start && isBlank(text[end - 1])) end -= 1
  return text.slice(start, end)
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t'
}

interface Cursor { readonly text: string; at: number }

/** Undefined when it is not a dictionary of inner lists, or one that this reader refuses. */
export function parseInnerLists(text: string): ReadonlyMap<string, InnerList> | undefined {
  return parseDictionary(text, innerList)
}

/** Undefined when it is not a dictionary of byte sequences, or one that this reader refuses. */
export function parseByteSequences(text: string): ReadonlyMap<string, Uint8Array> | undefined {
  return parseDictionary(text, (cursor) => {
    const bytes = byteSequence(cursor)
    if (cursor.text[cursor.at] === ';') throw new Malformed() // the fields that are read here have no parameters
    return bytes
  })
}

/** Never leaves this file. */
class Malformed extends Error {}

function parseDictionary<T>(text: string, member: (cursor: Cursor) => T): ReadonlyMap<string, T> | undefined {
  if (text.length > maxFieldLength) return undefined
  try {
    return dictionary({ text: trimmed(text), at: 0 }, member)
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

function dictionary<T>(cursor: Cursor, member: (cursor: Cursor) => T): ReadonlyMap<string, T> {
  const members = new Map<string, T>()
  for (;;) {
    const name = take(cursor, keyPattern)
    expect(cursor, '=')
    if (members.has(name)) throw new Malformed()
    members.set(name, member(cursor))
    if (cursor.at === cursor.text.length) return members
    take(cursor, commaPattern)
  }
}

function innerList(cursor: Cursor): InnerList {
  const items: Item[] = []
  expect(cursor, '(')
  for (;;) {
    take(cursor, spacesPattern)
    if (cursor.text[cursor.at] === ')') break
    items.push({ value: bareItem(cursor), parameters: parameters(cursor) })
    if (!/[ )]/.test(cursor.text[cursor.at] ?? '')) throw new Malformed()
  }
  expect(cursor, ')')
  return { items, parameters: parameters(cursor) }
}

function parameters(cursor: Cursor): Parameters {
  const found = new Map<string, BareItem>()
  while (cursor.text[cursor.at] === ';') {
    cursor.at += 1
    take(cursor, spacesPattern)
    const name = take(cursor, keyPattern)
    if (found.has(name)) throw new Malformed()
    if (cursor.text[cursor.at] !== '=') found.set(name, true)
    else {
      cursor.at += 1
      found.set(name, bareItem(cursor))
    }
  }
  return found
}

const keyPattern = /[a-z*][a-z0-9_\-.*]{0,63}/y
const commaPattern = /[ \t]*,[ \t]*/y
const spacesPattern = / */y
const stringPattern = /"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"/y
const integerPattern = /-?[0-9]{1,15}(?![0-9.])/y
const tokenPattern = /[A-Za-z*][!#$%&'*+\-.^_`|~0-9A-Za-z:/]*/y
const bytesPattern = /:[A-Za-z0-9+/]*={0,2}:/y

/** Decimals, dates and display strings are in no parameter that RFC 9421 knows, and refused. */
function bareItem(cursor: Cursor): BareItem {
  const first = cursor.text[cursor.at] ?? ''
  if (first === '"') return take(cursor, stringPattern).slice(1, -1).replace(/\\(["\\])/g, '$1')
  if (first === ':') return byteSequence(cursor)
  if (first === '?') return take(cursor, /\?[01]/y) === '?1'
  if (/[-0-9]/.test(first)) return Number(take(cursor, integerPattern))
  return { token: take(cursor, tokenPattern) }
}

function byteSequence(cursor: Cursor): Uint8Array {
  const bytes = decode(take(cursor, bytesPattern).slice(1, -1), 'base64')
  if (bytes === undefined) throw new Malformed()
  return bytes
}

function take(cursor: Cursor, sticky: RegExp): string {
  sticky.lastIndex = cursor.at
  const found = sticky.exec(cursor.text)?.[0]
  if (found === undefined) throw new Malformed()
  cursor.at += found.length
  return found
}

function expect(cursor: Cursor, character: string): void {
  if (cursor.text[cursor.at] !== character) throw new Malformed()
  cursor.at += 1
}

/** The one way to write it, which is what is signed (RFC 9421, 2.3). */
export function serializeInnerList({ items, parameters: of }: InnerList): string {
  return `(${items.map(serializeItem).join(' ')})${serializeParameters(of)}`
}

export function serializeItem({ value, parameters: of }: Item): string {
  return serializeBareItem(value) + serializeParameters(of)
}

export function serializeBytes(bytes: Uint8Array): string {
  return `:${encode(bytes, 'base64')}:`
}

function serializeParameters(of: Parameters): string {
  return [...of].map(([name, value]) => (value === true ? `;${name}` : `;${name}=${serializeBareItem(value)}`)).join('')
}

function serializeBareItem(value: BareItem): string {
  if (typeof value === 'string') return `"${value.replace(/["\\]/g, '\\$&')}"`
  if (typeof value === 'number') return String(value)
  if (typeof value === 'boolean') return value ? '?1' : '?0'
  return value instanceof Uint8Array ? serializeBytes(value) : value.token
}
