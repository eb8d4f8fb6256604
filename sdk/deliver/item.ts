// A record inside the courier, from its handing over until nobody waits for it.

import type { SpoolEntry } from '../spool/spool.ts'
import type { Handed } from './messages.ts'

export interface Item extends Handed {
  /** Where it is. `held`: the fingerprint key is waited for; `queued`: room or the disk is; then one of the lanes. */
  place: 'held' | 'queued' | 'memory' | 'disk' | 'gone'
  /** Redacted, as it is stored and sent. */
  entry: SpoolEntry | undefined
}

/** Items by record id, oldest first: an app may give the same id twice, and each has a caller of its own. */
export interface Waiters {
  add(item: Item): void
  /** The oldest with this id, which then waits no more. */
  take(recordId: string): Item | undefined
  /** Whether it was there. */
  remove(item: Item): boolean
  removeHandle(recordId: string, handle: number): boolean
}

export function createWaiters(): Waiters {
  const byId = new Map<string, Item[]>()

  function remove(recordId: string, isIt: (item: Item) => boolean): boolean {
    const items = byId.get(recordId)
    const at = items?.findIndex(isIt) ?? -1
    if (at < 0) return false
    items!.splice(at, 1)
    if (items!.length === 0) byId.delete(recordId)
    return true
  }

  return {
    add(item) {
      const others = byId.get(item.recordId)
      if (others === undefined) byId.set(item.recordId, [item])
      else others.push(item)
    },
    take(recordId) {
      const items = byId.get(recordId)
      const first = items?.shift()
      if (items?.length === 0) byId.delete(recordId)
      return first
    },
    remove: (item) => remove(item.recordId, (other) => other === item),
    removeHandle: (recordId, handle) => remove(recordId, (other) => other.handle === handle),
  }
}

/** A map of which the oldest members give way: what is kept for somebody who may never come back. */
export function createMemo<T>(most: number): { set(key: string, value: T): void; take(key: string): T | undefined } {
  const values = new Map<string, T>()
  return {
    set(key, value) {
      values.delete(key)
      values.set(key, value)
      if (values.size > most) values.delete(values.keys().next().value!)
    },
    take(key) {
      const value = values.get(key)
      values.delete(key)
      return value
    },
  }
}
