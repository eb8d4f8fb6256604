// Whose turn it is: one of each workspace after the other, however many one of them has waiting.

export interface Turns<T> {
  add(workspace: string, item: T): void
  /** The next one, which is then no longer here. */
  next(): T | undefined
}

export function createTurns<T>(): Turns<T> {
  const waiting = new Map<string, T[]>() // in the order in which they were last served
  return {
    add(workspace, item) {
      const own = waiting.get(workspace)
      if (own === undefined) waiting.set(workspace, [item])
      else own.push(item)
    },
    next() {
      const [workspace, own] = waiting.entries().next().value ?? []
      if (workspace === undefined || own === undefined) return undefined
      const item = own.shift()
      waiting.delete(workspace)
      if (own.length > 0) waiting.set(workspace, own)
      return item
    },
  }
}
