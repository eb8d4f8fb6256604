// What one question may take from the store: rows, bytes and time. At a cap it ends with an error that says what to do.

import { QueryLimitError } from '../logql/errors.ts'
import type { LogOptions, LogRow } from '../../store/log-rows.ts'

export interface SourceLimits {
  readonly maxRows: number
  /** Of the records as they are stored. */
  readonly maxBytes: number
  readonly timeoutMs: number
}

export interface Reading {
  /** Asks the store within what is left of the time. */
  ask<T>(question: (options: LogOptions) => Promise<T>): Promise<T>
  took(rows: readonly LogRow[]): void
}

/** Codes of the engine. */
const timeoutExceeded = '159', memoryLimitExceeded = '241'

export function createReading({ maxRows, maxBytes, timeoutMs }: SourceLimits, signal: AbortSignal | undefined): Reading {
  const endMs = performance.now() + timeoutMs
  let rows = 0
  let bytes = 0
  return {
    async ask(question) {
      signal?.throwIfAborted()
      const leftMs = endMs - performance.now()
      if (leftMs <= 0) throw tooLong()
      try {
        return await question({ timeoutMs: leftMs, ...(signal === undefined ? {} : { signal }) })
      } catch (error) {
        signal?.throwIfAborted()
        const code = (error as { code?: unknown }).code
        if (code === timeoutExceeded) throw tooLong()
        if (code === memoryLimitExceeded) throw new QueryLimitError('bytes', 'the query needs more memory than the store gives it; narrow the time range or group by fewer labels')
        throw error
      }
    },
    took(page) {
      rows += page.length
      for (const { canonical } of page) bytes += canonical.length
      if (rows > maxRows) throw new QueryLimitError('rows', `the query reads more than ${maxRows} records; narrow the time range or add a filter`)
      if (bytes > maxBytes) throw new QueryLimitError('bytes', `the query reads more than ${maxBytes} bytes of records; narrow the time range or add a filter`)
    },
  }
}

function tooLong(): QueryLimitError {
  return new QueryLimitError('time', 'the query takes too long; narrow the time range or add a filter')
}
