// Deliveries whose handler is running. A sender that waited too long sends the same bytes again: told that all is well
// before the first try has ended, it would not try a third time when that one fails.

export interface InFlight {
  /** The handler of this delivery begins. Call what it returns with how it ended, exactly once. */
  begin(digest: string): (succeeded: boolean) => void
  /** How the handler that is running ends; undefined when none is. For a delivery that was refused as `replayed`. */
  ending(digest: string): Promise<boolean> | undefined
}

/** Of this process alone. */
export function createInFlight(): InFlight {
  const running = new Map<string, Promise<boolean>>()
  return {
    begin(digest) {
      const { promise, resolve } = Promise.withResolvers<boolean>()
      running.set(digest, promise)
      return (succeeded) => {
        running.delete(digest)
        resolve(succeeded)
      }
    },
    ending: (digest) => running.get(digest),
  }
}
