// What a check found, bounded: a log that is wrong throughout must not fill the memory of whoever checks it.

import { SealError } from './errors.ts'
import type { SealErrorCode } from './errors.ts'

export const MAX_PROBLEMS = 100

export type ProblemCode =
  | SealErrorCode
  | 'root_mismatch'
  | 'tile_mismatch'
  | 'partial_mismatch' // a file of an earlier checkpoint
  | 'checkpoint_older' // rollback: a larger size was seen before
  | 'history_differs' // fork: the same size had another root before

export interface Problem {
  readonly code: ProblemCode
  /** Names paths and indices, never content. */
  readonly message: string
}

export class Problems {
  readonly #list: Problem[] = []

  get list(): readonly Problem[] {
    return this.#list
  }

  get full(): boolean {
    return this.#list.length >= MAX_PROBLEMS
  }

  add(code: ProblemCode, message: string): void {
    if (!this.full) this.#list.push({ code, message })
  }

  /** The result, or null after noting what was wrong with the log. Other errors are not the log's and pass through. */
  async catch<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof SealError)) throw error
      this.add(error.code, error.message)
      return null
    }
  }
}
