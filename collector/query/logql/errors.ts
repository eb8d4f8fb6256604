// What can be wrong with a query. The Loki API answers these as plain text, as Loki's clients expect; nothing of the
// query is repeated in them but places: the asker has it in front of them.

/** The query is not LogQL, or means nothing. 400. */
export class LogQLError extends Error {
  readonly line: number
  readonly column: number

  /** `line` and `column` from 1; 0 when the whole query is meant. */
  constructor(message: string, line = 0, column = 0) {
    super(line === 0 ? `parse error : ${message}` : `parse error at line ${line}, col ${column}: ${message}`)
    this.line = line
    this.column = column
  }
}

/** A line could not be made a sample (`__error__` in a metric query), or operands do not match. 400. */
export class QueryError extends Error {}

/** A cap was reached: rows, bytes, series or time. The message names the cap and what to do. 400, or 504 for time. */
export class QueryLimitError extends Error {
  readonly cap: 'rows' | 'bytes' | 'series' | 'steps' | 'time'

  constructor(cap: QueryLimitError['cap'], message: string) {
    super(message)
    this.cap = cap
  }
}
