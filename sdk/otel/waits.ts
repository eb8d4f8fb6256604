// Promises that resolve when something has become true, looked at whenever it may have.

export interface Waits {
  until(over: () => boolean): Promise<void>
  look(): void
}

export function createWaits(): Waits {
  let waits: { readonly over: () => boolean; readonly resolve: () => void }[] = []
  return {
    until: (over) => (over() ? Promise.resolve() : new Promise((resolve) => { waits.push({ over, resolve }) })),
    look() {
      const over = waits.filter((wait) => wait.over())
      if (over.length === 0) return
      waits = waits.filter((wait) => !over.includes(wait))
      for (const { resolve } of over) resolve()
    },
  }
}
