// Bounds the bytes of all bodies that are being worked on together, so that many large requests cannot exhaust memory,
// and divides them among workspaces, so that one cannot starve another. What does not fit is told to come back, which
// loses nothing.
//
// A workspace may hold as much as is still free after it took: alone half of everything, two of them a third each, n of
// them 1/(n+1). Whoever comes next therefore always finds as much free as the largest holder has (dynamic thresholds,
// Choudhury and Hahne 1998, with factor one: no list of workspaces, no weights, nothing reserved for who is not there).

import { BlotterError } from '../errors.ts'

export interface Held {
  /** Changes what is held, to more or to less. More than fits throws BUSY and changes nothing. */
  resize(bytes: number): void
  /** Gives everything back. Twice is once. */
  release(): void
}

export interface Budget {
  /** Takes `bytes` or throws BUSY. */
  take(bytes: number): Held
  readonly used: number
}

export interface SharedBudget {
  /** The part of one workspace. */
  of(workspace: string): Budget
  readonly used: number
}

export interface BudgetOptions {
  /** Bytes of all workspaces together. */
  readonly maxBytes: number
  /** Requests of one workspace at the same time. */
  readonly maxRequests: number
}

interface Share { bytes: number; requests: number }

export function createBudget({ maxBytes, maxRequests }: BudgetOptions): SharedBudget {
  let used = 0
  const shares = new Map<string, Share>() // of those that hold something: as many as there are requests, at most

  function take(workspace: string, bytes: number): Held {
    const share = shares.get(workspace) ?? { bytes: 0, requests: 0 }
    if (share.requests >= maxRequests || !fits(share, bytes, share.requests === 0)) throw new BlotterError('BUSY')
    add(workspace, share, bytes, 1)
    let held = bytes
    let isHeld = true
    return {
      resize(wanted) {
        if (wanted > held && !fits(share, wanted - held, share.requests === 1)) throw new BlotterError('BUSY')
        add(workspace, share, wanted - held, 0)
        held = wanted
      },
      release() {
        if (isHeld) add(workspace, share, -held, -1)
        isHeld = false
      },
    }
  }

  /** The only body of a workspace takes whatever is free; one that is larger than everything is worked on alone. */
  function fits(share: Share, more: number, isOnly: boolean): boolean {
    if (used === (isOnly ? share.bytes : 0)) return true
    const free = maxBytes - used - more
    return free >= 0 && (isOnly || share.bytes + more <= free)
  }

  function add(workspace: string, share: Share, bytes: number, requests: number): void {
    used += bytes
    share.bytes += bytes
    share.requests += requests
    if (share.requests === 0) shares.delete(workspace)
    else shares.set(workspace, share)
  }

  return {
    of: (workspace) => ({ take: (bytes) => take(workspace, bytes), get used() { return shares.get(workspace)?.bytes ?? 0 } }),
    get used() { return used },
  }
}
