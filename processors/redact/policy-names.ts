// How a policy names fields: by a key, in any spelling and at any depth, or by a path from the root of a record.

import fastRedact from 'fast-redact'
import { knownKeys } from '../fields.ts'
import { foldedKey, rememberedKeys } from './key-words.ts'

const longestRemembered = 256

const roots = /^(?:body|attributes|resource)(?:[.[]|$)/

export function isPath(name: string): boolean {
  return roots.test(name)
}

/** Whether fast-redact can compile it. */
export function compiles(path: string): boolean {
  try {
    fastRedact({ paths: [path], serialize: false, strict: false })
    return true
  } catch {
    return false
  }
}

/** The keys of a path, without places in lists, or undefined when it has another form: `body.items[*].sku` is body, items, sku. */
export function keysOf(path: string): readonly string[] | undefined {
  const keys: string[] = []
  const segment = /\.?([A-Za-z_$*][\w$-]*)|\["((?:[^"\\]|\\.){1,256})"\]|\[(?:\*|[0-9]{1,6})\]/y
  while (segment.lastIndex < path.length) {
    const match = segment.exec(path)
    if (match === null) return undefined
    const key = match[1] ?? match[2]
    if (key !== undefined) keys.push(key)
  }
  return keys
}

export interface Names<T> { (key: string): T | undefined }

/**
 * `crm.email` is found under that name and under `email`: attributes are flat, and dots are all the depth that they have.
 * Blotter's own fields are found by their whole name only.
 */
export function createNames<T>(named: ReadonlyMap<string, T>): Names<T> {
  if (named.size === 0) return () => undefined
  const folded = new Map([...named].map(([name, value]) => [foldedKey(name), value]))
  const remembered = new Map<string, T | undefined>()
  function find(key: string): T | undefined {
    const exact = named.get(key)
    if (exact !== undefined || knownKeys.has(key)) return exact
    const dot = key.lastIndexOf('.')
    return folded.get(foldedKey(key)) ?? (dot === -1 ? undefined : folded.get(foldedKey(key.slice(dot + 1))))
  }
  return function findOnce(key) {
    if (remembered.has(key)) return remembered.get(key)
    const found = find(key)
    if (remembered.size >= rememberedKeys) remembered.clear() // keys come from senders
    if (key.length <= longestRemembered) remembered.set(key, found)
    return found
  }
}
