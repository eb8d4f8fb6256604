// How many questions are answered at the same time: a dashboard asks twenty at once, and all of them get their turn; the
// work of one workspace never keeps another's waiting.

import { LokiError } from './errors.ts'

export interface Admission {
  /** Resolves when it is this question's turn, with what ends the turn. Throws 429 when too many wait, 499 when `signal` ends the wait. */
  enter(workspace: string, signal: AbortSignal): Promise<() => void>
}

export interface AdmissionOptions { readonly concurrent: number; readonly mostWaiting: number }

interface Share { running: number; readonly waiting: Set<() => void> }

export function createAdmission({ concurrent, mostWaiting }: AdmissionOptions): Admission {
  const shares = new Map<string, Share>()

  function leave(workspace: string, share: Share): () => void {
    let isIn = true
    return () => {
      if (!isIn) return
      isIn = false
      const [next] = share.waiting
      if (next !== undefined) next()
      else if ((share.running -= 1) === 0) shares.delete(workspace)
    }
  }

  return {
    async enter(workspace, signal) {
      const share = shares.get(workspace) ?? { running: 0, waiting: new Set() }
      shares.set(workspace, share)
      if (share.running < concurrent) share.running += 1
      else {
        if (share.waiting.size >= mostWaiting) throw new LokiError(429, 'too many outstanding requests: ask again when some of them are answered')
        await turnIn(share, signal)
      }
      return leave(workspace, share)
    },
  }
}

/** Whoever leaves hands its place on; `running` stays. */
function turnIn({ waiting }: Share, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (): void => { waiting.delete(turn); signal.removeEventListener('abort', aborted) }
    const turn = (): void => { done(); resolve() }
    const aborted = (): void => { done(); reject(signal.reason as Error) }
    if (signal.aborted) { reject(signal.reason as Error); return }
    waiting.add(turn)
    signal.addEventListener('abort', aborted)
  })
}
