// Who asks, as soon as it can be told: sign-in mostly happens later in the chain than the middleware that records it.

import type { Actor } from '../event.ts'
import type { Who } from './inbound-options.ts'

export const anonymous: Actor = Object.freeze({ id: 'anonymous', type: 'unknown' })
export const unknown: Actor = Object.freeze({ id: 'unknown', type: 'unknown' })

export interface WhoAsks {
  /** Undefined as long as nobody knows. Asks again unless the answer was a promise the last time. */
  readonly actor: Actor | undefined
  set(actor: Actor | string): void
  /** Asks; undefined when the answer is there at once. Never rejects. */
  ask(): Promise<void> | undefined
}

export function createWho(resolve: (() => Who | Promise<Who>) | undefined): WhoAsks {
  let known: Actor | undefined
  let asking = false
  let slow = false

  function ask(): Promise<void> | undefined {
    if (resolve === undefined || known !== undefined || asking) return undefined // asking: the resolver itself records something
    asking = true
    try {
      const answer = resolve()
      slow = isPromise(answer)
      if (isPromise(answer)) return answer.then((who) => { known ??= actorOf(who) }, () => { known ??= unknown })
      known = actorOf(answer)
    } catch {
      known = unknown // not anonymous: somebody may well have signed in
    } finally {
      asking = false
    }
    return undefined
  }

  return {
    get actor() {
      if (!slow) void ask()
      return known
    },
    set(actor) { known = actorOf(actor) ?? known },
    ask,
  }
}

function actorOf(who: Who): Actor | undefined {
  if (who === undefined || who === null || who === '') return undefined
  if (typeof who === 'string') return { id: who }
  return typeof who.id === 'string' && who.id !== '' ? { id: who.id, ...(typeof who.type === 'string' ? { type: who.type } : {}) } : unknown
}

function isPromise(answer: Who | Promise<Who>): answer is Promise<Who> {
  return typeof (answer as { then?: unknown } | undefined)?.then === 'function'
}
